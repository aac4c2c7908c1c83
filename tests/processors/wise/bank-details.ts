/** The ways of paying out that the fake knows, as requests name them. */
export const payoutTypes = ["iban", "sort_code", "aba", "email"] as const;
export type PayoutType = (typeof payoutTypes)[number];

export interface Field {
  /** Dots for nesting, as in `address.country`. */
  readonly key: string;
  readonly name: string;
  readonly type: "text" | "select" | "radio";
  readonly required: boolean;
  readonly example: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly values?: readonly { readonly key: string; readonly name: string }[];
  /** The form has to be asked for again when this one has a value. */
  readonly refresh?: boolean;
}

const legalType: Field = {
  key: "legalType",
  name: "Recipient type",
  type: "select",
  required: true,
  example: "",
  values: [
    { key: "PRIVATE", name: "Person" },
    { key: "BUSINESS", name: "Business" },
  ],
};

const text = (key: string, name: string, example: string, pattern: string): Field => ({
  key,
  name,
  type: "text",
  required: true,
  example,
  pattern,
});

const fieldsByType: Readonly<Record<PayoutType, readonly Field[]>> = {
  iban: [
    { ...legalType, required: false },
    text("IBAN", "IBAN", "DE12345678901234567890", "^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$"),
  ],
  sort_code: [
    legalType,
    text("sortCode", "UK sort code", "40-30-20", "^[0-9]{6}$"),
    text("accountNumber", "Account number", "12345678", "^[0-9]{8}$"),
  ],
  aba: [
    legalType,
    text("abartn", "ACH routing number", "020123456", "^[0-9]{9}$"),
    text("accountNumber", "Account number", "12345678", "^[0-9]{4,17}$"),
    {
      key: "accountType",
      name: "Account type",
      type: "radio",
      required: true,
      example: "",
      values: [
        { key: "CHECKING", name: "Checking" },
        { key: "SAVINGS", name: "Savings" },
      ],
    },
    { ...text("address.country", "Country", "US", "^[A-Z]{2}$"), refresh: true },
    text("address.city", "City", "New York", "^.{1,255}$"),
    text("address.firstLine", "Recipient address", "1 Main Street", "^.{1,255}$"),
    text("address.postCode", "ZIP code", "10001", "^.{1,32}$"),
  ],
  email: [text("email", "Email", "example@example.ex", "^[^\\s]+@[^\\s]+\\.[^\\s]{2,}$")],
};

const state = text("address.state", "State", "NY", "^[A-Z]{2}$");

/** Which ways there are to pay out a currency; email always is, as the recipient is then asked. */
export function typesFor(currency: string): PayoutType[] {
  const bank: Readonly<Record<string, PayoutType>> = {
    EUR: "iban",
    PLN: "iban",
    CHF: "iban",
    GBP: "sort_code",
    USD: "aba",
  };
  const type = bank[currency];
  return type ? [type, "email"] : ["email"];
}

/** The fields of a form; some answers ask for more. */
export function fieldsFor(type: PayoutType, details: Readonly<Record<string, unknown>>): Field[] {
  const fields = [...fieldsByType[type]];
  if (type === "aba" && valueAt(details, "address.country") === "US") fields.push(state);
  return fields;
}

/** The first field whose value will not do, or undefined. */
export function findFault(
  type: PayoutType,
  details: Readonly<Record<string, unknown>>,
): { field: Field; value: string } | undefined {
  for (const field of fieldsFor(type, details)) {
    const value = valueAt(details, field.key);
    if (value === undefined || value === "") {
      if (field.required) return { field, value: "" };
      continue;
    }
    if (!fits(field, String(value))) return { field, value: String(value) };
  }
  return undefined;
}

function fits(field: Field, value: string): boolean {
  if (field.values) return field.values.some(({ key }) => key === value);
  const bare = field.key === "email" ? value : value.replaceAll(/[\s-]/g, "");
  const checked = field.key.startsWith("address.") ? value : bare;
  if (field.pattern && !new RegExp(field.pattern).test(checked)) return false;
  if (field.key === "IBAN") return ibanHolds(bare);
  return field.key !== "abartn" || routingNumberHolds(bare);
}

/** ISO 7064: the number made of the letters' places leaves 1 when divided by 97. */
function ibanHolds(iban: string): boolean {
  const turned = iban.slice(4) + iban.slice(0, 4);
  const digits = turned.replaceAll(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
  return BigInt(digits) % 97n === 1n;
}

/** The weights 3, 7, 1 of routing numbers. */
function routingNumberHolds(number: string): boolean {
  const sum = [...number].reduce(
    (so, digit, at) => so + Number(digit) * ([3, 7, 1][at % 3] ?? 0),
    0,
  );
  return sum % 10 === 0;
}

/** Letter case of names does not count: the processor's own pages write both `iban` and `IBAN`. */
export function valueAt(details: Readonly<Record<string, unknown>>, key: string): unknown {
  let at: unknown = details;
  for (const part of key.toLowerCase().split(".")) {
    if (typeof at !== "object" || at === null) return undefined;
    at = Object.entries(at).find(([name]) => name.toLowerCase() === part)?.[1];
  }
  return at;
}
