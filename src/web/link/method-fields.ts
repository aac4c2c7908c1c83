import type { PayoutMethodInput } from "../../domain/payout-method/index.ts";
import type { FieldText, PageMethod } from "./languages/words.ts";

/** A field of the form: what it asks, how it is typed, and what becomes of it. */
export interface Field {
  /** The name in the form; mostly the last part of the violation's path, in camel case. */
  readonly name: string;
  readonly text: FieldText;
  /** A choice between these, each with its words. */
  readonly options?: readonly (readonly [value: string, words: "checking" | "savings"])[];
  readonly typed?: Typed;
  /** Never written back into the page, whatever was wrong: it is typed again. */
  readonly untold?: true;
  /** Beside the field before, where there is room. */
  readonly short?: true;
  /** Grouping while typing. */
  readonly grouping?: Grouping;
  /** What is told of a right value while typing: see told.ts. */
  readonly tells?: Told;
  /** The parts of a payout method that the text is; by default one, text, by the field's name. */
  readonly parts?: (text: string) => Readonly<Record<string, string | number>>;
  /** Parts of which faults are this field's, beside the one by its name. */
  readonly covers?: readonly string[];
}

/** Attributes of an input. */
export interface Typed {
  readonly type?: "email" | "tel";
  readonly inputmode?: "numeric" | "tel" | "email";
  readonly autocomplete?: string;
  readonly capitals?: true;
  /** Codes and addresses run from left to right in every language. */
  readonly code?: true;
}

export type Grouping = "fours" | "sort-code" | "card" | "tax-id";
export type Told =
  | "bank-of-iban"
  | "bank-of-routing"
  | "bank-of-sort-code"
  | "bank-of-compe"
  | "network";

const DIGITS: Typed = { inputmode: "numeric", code: true };
const CODE: Typed = { capitals: true, code: true };
const HOLDER: Field = {
  name: "holderName",
  text: "holderName",
  typed: { autocomplete: "name" },
};
const ACCOUNT_TYPE: Field = {
  name: "accountType",
  text: "accountType",
  options: [
    ["CHECKING", "checking"],
    ["SAVINGS", "savings"],
  ],
};
const IBAN = { name: "iban", typed: CODE, grouping: "fours", tells: "bank-of-iban" } as const;
const EMAIL: Typed = { type: "email", inputmode: "email", autocomplete: "email", code: true };

const number = (name: string) => (text: string) => ({ [name]: Number(text.trim()) || 0 });

/** What a recipient is asked for, by payout method, in the order in which they are offered. */
export const METHOD_FIELDS: Readonly<Record<PageMethod, readonly Field[]>> = {
  sepa: [HOLDER, { ...IBAN, text: "iban" }],
  ach: [
    HOLDER,
    { name: "routingNumber", text: "routingNumber", typed: DIGITS, tells: "bank-of-routing" },
    { name: "accountNumber", text: "usAccount", typed: DIGITS },
    ACCOUNT_TYPE,
  ],
  bacs: [
    HOLDER,
    {
      name: "sortCode",
      text: "sortCode",
      typed: DIGITS,
      grouping: "sort-code",
      tells: "bank-of-sort-code",
    },
    { name: "accountNumber", text: "ukAccount", typed: DIGITS },
  ],
  open_banking_uk: [HOLDER, { ...IBAN, text: "ukIban" }],
  pix_key: [{ name: "pixKey", text: "pixKey", typed: { code: true } }],
  pix: [
    HOLDER,
    {
      name: "taxId",
      text: "taxId",
      typed: CODE,
      grouping: "tax-id",
    },
    {
      name: "bankCode",
      text: "bank",
      typed: DIGITS,
      tells: "bank-of-compe",
      // An institution without a COMPE code has an ISPB, which is longer.
      parts: (text) => (text.replace(/\D/g, "").length > 3 ? { ispb: text } : { bankCode: text }),
      covers: ["ispb"],
    },
    { name: "branch", text: "branch", typed: DIGITS },
    { name: "accountNumber", text: "brAccount", typed: CODE },
    ACCOUNT_TYPE,
  ],
  card: [
    { name: "holderName", text: "cardHolder", typed: { autocomplete: "cc-name" } },
    {
      name: "cardNumber",
      text: "cardNumber",
      typed: { ...DIGITS, autocomplete: "cc-number" },
      grouping: "card",
      tells: "network",
      untold: true,
    },
    {
      name: "expiryMonth",
      text: "expiryMonth",
      typed: { ...DIGITS, autocomplete: "cc-exp-month" },
      short: true,
      parts: number("expiryMonth"),
    },
    {
      name: "expiryYear",
      text: "expiryYear",
      typed: { ...DIGITS, autocomplete: "cc-exp-year" },
      short: true,
      parts: number("expiryYear"),
    },
  ],
  paypal: [{ name: "email", text: "paypalEmail", typed: EMAIL }],
  venmo: [
    {
      name: "phone",
      text: "venmoPhone",
      typed: { type: "tel", inputmode: "tel", autocomplete: "tel", code: true },
      // Venmo is there in the United States only, so nobody is paid by a guess.
      parts: (text) => ({ phone: withUsCode(text) }),
    },
  ],
  interac: [
    { name: "holderName", text: "holderName", typed: { autocomplete: "name" } },
    { name: "email", text: "interacEmail", typed: EMAIL },
  ],
};

/** Who is paid; asked where the merchant has not said it. */
export const PERSON_FIELDS: readonly Field[] = [
  { name: "givenName", text: "givenName", typed: { autocomplete: "given-name" } },
  { name: "familyName", text: "familyName", typed: { autocomplete: "family-name" } },
];

export const CLAIM_CODE: Field = {
  name: "claimCode",
  text: "claimCode",
  typed: { autocomplete: "one-time-code", code: true },
  untold: true,
};

export const PAGE_METHODS = Object.keys(METHOD_FIELDS) as readonly PageMethod[];

export function isPageMethod(text: string): text is PageMethod {
  return Object.hasOwn(METHOD_FIELDS, text);
}

/** What a form has, whatever was sent. */
export type FormValues = Pick<URLSearchParams, "get">;

/** The payout method of a form. */
export function methodOf(kind: PageMethod, form: FormValues): PayoutMethodInput {
  const parts = METHOD_FIELDS[kind].map(({ name, parts: split }) => {
    const text = form.get(name) ?? "";
    return split === undefined ? { [name]: text } : split(text);
  });
  return Object.assign({ kind }, ...parts) as PayoutMethodInput;
}

/** The person of a form. */
export function personOf(form: FormValues) {
  return {
    type: "INDIVIDUAL",
    individual: {
      givenName: form.get("givenName") ?? "",
      familyName: form.get("familyName") ?? "",
    },
  };
}

/** The field that a violation's path is about: payout_method_data.ach.routing_number is routingNumber. */
export function fieldOf(path: string, fields: readonly Field[]): Field | undefined {
  const last = path.split(".").at(-1) ?? "";
  const part = last.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return fields.find(({ name, covers }) => name === part || covers?.includes(part));
}

/** "415 555 2671" is a US number as much as "+1 415 555 2671"; anything else stays as it is. */
function withUsCode(text: string): string {
  const digits = text.replace(/[\s().-]/g, "");
  return /^1?[2-9][0-9]{9}$/.test(digits) ? `+1${digits.slice(-10)}` : text;
}
