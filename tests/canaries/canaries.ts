import { randomBytes, randomInt } from "node:crypto";
import { toCpf, toIban, withLuhn } from "../../src/sandbox-processor/check-digits.ts";

/** A value that occurs nowhere but where a test has put it. */
export interface Canary {
  /** The field that it was made for, as `Message.field`. */
  readonly field: string;
  readonly value: string;
  /** The masked views show it whole, so answers, events and the database do; logs never do. */
  readonly shown: boolean;
}

interface Kind {
  readonly make: () => string;
  readonly shown?: true;
}

const digits = (count: number) =>
  Array.from({ length: count }, (_, index) => randomInt(index === 0 ? 1 : 0, 10)).join("");
const word = (length = 12) =>
  Array.from({ length }, () => String.fromCharCode(97 + randomInt(26))).join("");
const name = () => `Z${word()}`;
const email = (host: string) => `${word()}@${host}`;
/** San Francisco; exchanges that begin with 2 to 8 and do not end in 11 are real ones. */
const usPhone = () => `+1415${randomInt(2, 9)}${randomInt(2, 10)}${digits(5)}`;

/** The last digit makes the weighted sum a multiple of ten. */
function routingNumber(): string {
  const eight = `02${digits(6)}`;
  const weights = [3, 7, 1, 3, 7, 1, 3, 7];
  const sum = weights.reduce((total, weight, index) => total + weight * Number(eight[index]), 0);
  return `${eight}${(10 - (sum % 10)) % 10}`;
}

function birthDate(): string {
  const two = (number: number) => String(number).padStart(2, "0");
  return `${randomInt(1930, 1990)}-${two(randomInt(1, 13))}-${two(randomInt(1, 29))}`;
}

/** How to make a value that the field takes, for each redacted field that can be told from others. */
export const GENERATORS: Readonly<Record<string, Kind>> = {
  "PayoutMethodData.Card.card_number": { make: () => withLuhn(`400005${digits(9)}`) },
  "PayoutMethodData.Card.holder_name": { make: name },
  "PayoutMethodData.Ach.account_number": { make: () => digits(15) },
  "PayoutMethodData.Ach.routing_number": { make: routingNumber },
  "PayoutMethodData.Ach.holder_name": { make: name },
  "PayoutMethodData.Bacs.account_number": { make: () => digits(8) },
  "PayoutMethodData.Bacs.sort_code": { make: () => digits(6) },
  "PayoutMethodData.Bacs.holder_name": { make: name },
  "PayoutMethodData.Sepa.iban": { make: () => toIban("DE", digits(18)) },
  "PayoutMethodData.Sepa.holder_name": { make: name },
  "PayoutMethodData.Pix.account_number": { make: () => digits(12) },
  "PayoutMethodData.Pix.tax_id": { make: () => toCpf(digits(9)) },
  "PayoutMethodData.Pix.holder_name": { make: name },
  "PayoutMethodData.PixKey.pix_key": { make: () => email("example.com") },
  "PayoutMethodData.Paypal.email": { make: () => email("example.com") },
  "PayoutMethodData.Paypal.phone": { make: usPhone },
  "PayoutMethodData.Paypal.paypal_id": { make: () => word(13).toUpperCase() },
  "PayoutMethodData.Venmo.phone": { make: usPhone },
  "PayoutMethodData.Interac.email": { make: () => email("example.ca") },
  "PayoutMethodData.Interac.holder_name": { make: name },
  "PayoutMethodData.OpenBankingUk.iban": { make: () => toIban("GB", `NWBK${digits(14)}`) },
  "PayoutMethodData.OpenBankingUk.holder_name": { make: name },
  "PayoutMethodData.ApplePay.dpan": { make: () => withLuhn(`400005${digits(9)}`) },
  "PayoutMethodData.Passthrough.psp_token": {
    make: () => `tok_${randomBytes(12).toString("hex")}`,
  },
  "Individual.given_name": { make: name, shown: true },
  "Individual.family_name": { make: name },
  "Individual.birth_date": { make: birthDate },
  "Individual.national_id": { make: () => `N${digits(10)}` },
  "Organization.legal_name": { make: name, shown: true },
  "Organization.registration_number": { make: () => `R${digits(10)}` },
  "Organization.tax_id": { make: () => `T${digits(10)}` },
  "RecipientDetails.email": { make: () => email("example.com") },
  "RecipientDetails.phone": { make: usPhone },
  "Address.lines": { make: () => `${randomInt(10, 99)} ${word()} road` },
  "Address.city": { make: name, shown: true },
  "Address.region": { make: name },
  "Address.postal_code": { make: () => `P${digits(9)}` },
  "CreateLinkRequest.claim_code": { make: () => word(16) },
  "CreateConnectorAccountRequest.settings": { make: () => `sk_test_${word(24)}` },
  "UpdateConnectorAccountRequest.settings": { make: () => `sk_test_${word(24)}` },
  "CreateRecipientRequest.email": { make: () => email("example.com") },
  "CreateRecipientRequest.phone": { make: usPhone },
  "UpdateRecipientRequest.email": { make: () => email("example.com") },
  "UpdateRecipientRequest.phone": { make: usPhone },
};

/** Redacted fields whose values are too short to be told from any other number. */
export const TOO_SHORT: ReadonlySet<string> = new Set([
  "PayoutMethodData.Card.expiry_month",
  "PayoutMethodData.Card.expiry_year",
  "PayoutMethodData.ApplePay.expiry_month",
  "PayoutMethodData.ApplePay.expiry_year",
  "PayoutMethodData.Pix.branch",
]);

/** Redacted fields that only answers have: the one place each where a secret is shown, once. */
export const SHOWN_ONCE: ReadonlySet<string> = new Set([
  "PayoutLink.url",
  "ApiKey.secret",
  "WebhookEndpoint.secret",
]);

/** One canary for each field, made when it is first wanted. */
export class Canaries {
  readonly #byField = new Map<string, Canary>();

  /** The field's canary; null for fields that can have none. @throws for fields nobody thought of */
  of(field: string): string | null {
    if (TOO_SHORT.has(field)) return null;
    const known = this.#byField.get(field);
    if (known !== undefined) return known.value;
    const kind = GENERATORS[field];
    if (kind === undefined) throw new Error(`nobody has said how to make a canary for ${field}`);
    const value = kind.make();
    this.#byField.set(field, { field, value, shown: kind.shown === true });
    return value;
  }

  /** Any other secret that a test has made or was given. */
  add(field: string, value: string, shown = false): string {
    this.#byField.set(`${field} #${this.#byField.size}`, { field, value, shown });
    return value;
  }

  get all(): readonly Canary[] {
    return [...this.#byField.values()];
  }
}
