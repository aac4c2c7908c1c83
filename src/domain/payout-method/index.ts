import { type FieldViolation, fieldPath, type ParseContext } from "../violation.ts";
import { type Ach, ach } from "./ach.ts";
import { type ApplePay, applePay } from "./apple-pay.ts";
import { type Bacs, bacs } from "./bacs.ts";
import { type Card, card } from "./card.ts";
import { type Interac, interac } from "./interac.ts";
import { type OpenBankingUk, openBankingUk } from "./open-banking-uk.ts";
import { type Passthrough, passthrough } from "./passthrough.ts";
import { type Paypal, paypal } from "./paypal.ts";
import { type Pix, pix } from "./pix.ts";
import { type PixKey, pixKey } from "./pix-key.ts";
import type { MaskedPayoutMethod, Parsed, PayoutMethodKind, Rail, RawInput } from "./rail.ts";
import { type Sepa, sepa } from "./sepa.ts";
import { type Venmo, venmo } from "./venmo.ts";

export type { Ach } from "./ach.ts";
export type { ApplePay } from "./apple-pay.ts";
export type { Bacs } from "./bacs.ts";
export type { Card } from "./card.ts";
export type { Interac } from "./interac.ts";
export type { OpenBankingUk } from "./open-banking-uk.ts";
export type { Passthrough } from "./passthrough.ts";
export type { Paypal } from "./paypal.ts";
export type { Pix } from "./pix.ts";
export type { PixKey } from "./pix-key.ts";
export {
  type MaskedPayoutMethod,
  PAYOUT_METHOD_KINDS,
  type Parsed,
  type PayoutMethodKind,
} from "./rail.ts";
export type { Sepa } from "./sepa.ts";
export type { Venmo } from "./venmo.ts";

/** Where money goes, normalised and checked: only parsePayoutMethod should make one. */
export type PayoutMethod =
  | Card
  | Ach
  | Bacs
  | Sepa
  | Pix
  | PixKey
  | Paypal
  | Venmo
  | Interac
  | OpenBankingUk
  | ApplePay
  | Passthrough;

type InputOf<M> = M extends { readonly kind: infer K } ? { readonly kind: K } & RawInput<M> : never;

/** A method as it comes in: its kind, and its parts, any of which may be absent, empty or wrong. */
export type PayoutMethodInput = InputOf<PayoutMethod>;

const RAILS: {
  readonly [K in PayoutMethodKind]: Rail<Extract<PayoutMethod, { readonly kind: K }>>;
} = {
  card,
  ach,
  bacs,
  sepa,
  pix,
  pix_key: pixKey,
  paypal,
  venmo,
  interac,
  open_banking_uk: openBankingUk,
  apple_pay: applePay,
  passthrough,
};

/** The table above pairs each kind with its own rail; TypeScript cannot follow that through a look-up. */
function railOf(kind: PayoutMethodKind): Rail<PayoutMethod> {
  return RAILS[kind] as unknown as Rail<PayoutMethod>;
}

/** Whether the text is the name of an arm. */
export function isPayoutMethodKind(text: string): text is PayoutMethodKind {
  return Object.hasOwn(RAILS, text);
}

/**
 * Normalises and checks a caller's payout method by its rail's rules. `prefix` goes before each
 * violation's path, such as "payout_method_data". Undefined, and a kind that is none of ours, are a
 * violation of `method`, the oneof's name.
 */
export function parsePayoutMethod(
  input: PayoutMethodInput | undefined,
  context: ParseContext,
  prefix = "",
): Parsed<PayoutMethod> {
  const parsed =
    input !== undefined && isPayoutMethodKind(input.kind)
      ? railOf(input.kind).parse(input as RawInput<PayoutMethod>, context)
      : { violations: [NO_METHOD] };
  if (parsed.violations === undefined) return parsed;
  const violations = parsed.violations.map(({ field, message }) => ({
    field: fieldPath(prefix, field),
    message,
  }));
  return { violations };
}

const NO_METHOD: FieldViolation = { field: "method", message: "Give one payout method." };

/** What may be shown of the method: see MaskedPayoutMethod. */
export function maskPayoutMethod(method: PayoutMethod): MaskedPayoutMethod {
  return railOf(method.kind).mask(method);
}

/** One text for one destination, secret in itself: give it to an HMAC and nothing else. */
export function fingerprintPayoutMethod(method: PayoutMethod): string {
  return railOf(method.kind).fingerprint(method);
}

/** ISO 3166-1 alpha-2 of where the account is, where the method tells. */
export function countryOfPayoutMethod(method: PayoutMethod): string | undefined {
  return railOf(method.kind).countryOf(method);
}

/** ISO 4217 codes that the rail pays in; null when that is for the processor to say. */
export function railCurrencies(kind: PayoutMethodKind): readonly string[] | null {
  return railOf(kind).currencies;
}

/** Whether the rail can pay in the currency; a rail that leaves it to the processor takes any. */
export function railAcceptsCurrency(kind: PayoutMethodKind, currency: string): boolean {
  return railCurrencies(kind)?.includes(currency) ?? true;
}
