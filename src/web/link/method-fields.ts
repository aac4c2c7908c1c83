import type { PayoutMethodInput, PayoutMethodKind } from "../../domain/payout-method/index.ts";

/** What a recipient is asked for. */
export interface Field {
  /** The name in the form; the last part of the violation's path in snake case. */
  readonly name: string;
  readonly label: string;
  readonly options?: readonly (readonly [value: string, label: string])[];
  readonly number?: true;
  /** Never written back into the page, whatever was wrong: it is typed again. */
  readonly untold?: true;
}

const HOLDER: Field = { name: "holderName", label: "Name of the account holder" };
const ACCOUNT_TYPE: Field = {
  name: "accountType",
  label: "Kind of account",
  options: [
    ["CHECKING", "Checking"],
    ["SAVINGS", "Savings"],
  ],
};

/** What a recipient is asked for, by payout method. apple_pay and passthrough are not for pages. */
export const METHOD_FIELDS: Readonly<
  Partial<Record<PayoutMethodKind, { readonly title: string; readonly fields: readonly Field[] }>>
> = {
  ach: {
    title: "US bank account",
    fields: [
      HOLDER,
      { name: "routingNumber", label: "Routing number" },
      { name: "accountNumber", label: "Account number" },
      ACCOUNT_TYPE,
    ],
  },
  bacs: {
    title: "UK bank account",
    fields: [
      HOLDER,
      { name: "sortCode", label: "Sort code" },
      { name: "accountNumber", label: "Account number" },
    ],
  },
  sepa: { title: "Bank account with IBAN", fields: [HOLDER, { name: "iban", label: "IBAN" }] },
  open_banking_uk: {
    title: "UK bank account with IBAN",
    fields: [HOLDER, { name: "iban", label: "IBAN" }],
  },
  card: {
    title: "Card",
    fields: [
      { name: "holderName", label: "Name on the card" },
      { name: "cardNumber", label: "Card number", untold: true },
      { name: "expiryMonth", label: "Month of expiry", number: true },
      { name: "expiryYear", label: "Year of expiry", number: true },
    ],
  },
  pix: {
    title: "Brazilian bank account",
    fields: [
      HOLDER,
      { name: "taxId", label: "CPF or CNPJ" },
      { name: "bankCode", label: "Bank code" },
      { name: "branch", label: "Branch" },
      { name: "accountNumber", label: "Account number" },
      ACCOUNT_TYPE,
    ],
  },
  pix_key: { title: "Pix key", fields: [{ name: "pixKey", label: "Pix key" }] },
  paypal: { title: "PayPal", fields: [{ name: "email", label: "E-mail address at PayPal" }] },
  venmo: { title: "Venmo", fields: [{ name: "phone", label: "Phone number at Venmo, with +1" }] },
  interac: {
    title: "Interac e-Transfer",
    fields: [
      { name: "holderName", label: "Your name" },
      { name: "email", label: "E-mail address" },
    ],
  },
};

/** The payout method of a posted form. Every field is text there, whatever was sent. */
export function methodOf(kind: PayoutMethodKind, form: URLSearchParams): PayoutMethodInput {
  const fields = METHOD_FIELDS[kind]?.fields ?? [];
  const values = fields.map(({ name, number }) => {
    const text = form.get(name) ?? "";
    return [name, number === true ? Number(text) || 0 : text] as const;
  });
  return { kind, ...Object.fromEntries(values) } as PayoutMethodInput;
}

/** The form's field that a violation is about: "payout_method_data.ach.routing_number" is routingNumber. */
export function formField(violationField: string): string {
  const last = violationField.split(".").at(-1) ?? "";
  return last.replace(/_([a-z])/g, (_match, letter: string) => letter.toUpperCase());
}
