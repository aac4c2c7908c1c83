import type { Refused } from "../field-reader.ts";
import type { ParseContext } from "../violation.ts";

/** The arms of `PayoutMethodData`, in the contract's order. */
export const PAYOUT_METHOD_KINDS = [
  "card",
  "ach",
  "bacs",
  "sepa",
  "pix",
  "pix_key",
  "paypal",
  "venmo",
  "interac",
  "open_banking_uk",
  "apple_pay",
  "passthrough",
] as const;

export type PayoutMethodKind = (typeof PAYOUT_METHOD_KINDS)[number];

/**
 * What may be shown of a payout method, to everybody: never more than the last four characters of
 * an account, and of a card's number at most the first six (`bin`) and the last four.
 */
export type MaskedPayoutMethod = {
  readonly kind: PayoutMethodKind;
  readonly last4?: string;
  /** The bank's name or public code: BIC, ISPB, COMPE code. */
  readonly bank?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country?: string;
  readonly network?: string;
  /** "J*** D**" */
  readonly holderName?: string;
  /** "j***@example.com" */
  readonly email?: string;
  /** "+1******0123" */
  readonly phone?: string;
  readonly bin?: string;
};

/** A method's parts as they come in: any of them absent, text empty for absent, 0 for no number. */
export type RawInput<M> = {
  readonly [K in keyof Omit<M, "kind">]?:
    | (Exclude<M[K], undefined> extends number ? number : string)
    | undefined;
};

/** The normalised method, or everything that is wrong with the input. */
export type Parsed<M> =
  | { readonly method: M; readonly violations?: undefined }
  | (Refused & { readonly method?: undefined });

/** What every rail has. All of it is pure, and none of it throws. */
export type Rail<M> = {
  /** Normalises and checks; paths are relative to payout_method_data. Parsing its result again changes nothing. */
  readonly parse: (input: RawInput<M>, context: ParseContext) => Parsed<M>;
  readonly mask: (method: M) => MaskedPayoutMethod;
  /**
   * One text for one destination, whoever holds it: for an HMAC, never to be stored or shown as it
   * is. Holds all that decides where and how the money lands, so an account enrolled again with
   * another account type or expiry is another one and does not answer the stale one.
   */
  readonly fingerprint: (method: M) => string;
  /** ISO 4217 codes that the rail pays in; null when that is for the processor to say. */
  readonly currencies: readonly string[] | null;
  /** ISO 3166-1 alpha-2 of where the account is, where the method tells. */
  readonly countryOf: (method: M) => string | undefined;
};

/** The rule that every rail has for the name of an account's holder. */
export const HOLDER_NAME = {
  required: "Give the name of the account's holder.",
  max: 140,
  wrong: "Give the holder's name in 1 to 140 characters, with at least one letter.",
} as const;

/** Optional names of banks. */
export const BANK_NAME = {
  max: 140,
  wrong: "Give the bank's name in 1 to 140 characters, or leave it out.",
} as const;

/** JSON of the parts: canonical and without ambiguity, whatever characters they hold. */
export function canonical(kind: PayoutMethodKind, ...parts: readonly string[]): string {
  return JSON.stringify([kind, ...parts]);
}
