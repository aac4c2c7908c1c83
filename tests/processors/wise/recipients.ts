import { createHash } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import {
  type Field,
  fieldsFor,
  findFault,
  type PayoutType,
  typesFor,
  valueAt,
} from "./bank-details.ts";
import { type Complaint, notFound, Refusal } from "./refusal.ts";

export interface Recipient {
  readonly id: number;
  readonly profile: number;
  readonly currency: string;
  readonly type: PayoutType;
  readonly holder: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly ownedByCustomer: boolean;
  active: boolean;
}

/** As requests name types, and as replies do. */
const replyTypes: Readonly<Record<PayoutType, string>> = {
  iban: "Iban",
  sort_code: "SortCode",
  aba: "Aba",
  email: "Email",
};

/** The people and companies that are paid, each with one bank account. Nothing merges doubles. */
export class Recipients {
  readonly #recipients = new Map<number, Recipient>();
  readonly #clock: Clock;
  readonly #ids: IdSource;

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** Takes the body of `POST /v1/accounts`. */
  create(body: Readonly<Record<string, unknown>>, profile: number): Recipient {
    const { currency, type, accountHolderName: holder } = body;
    const details = asObject(body["details"]);
    const known = typesFor(String(currency)).find((each) => each === type);
    if (!known) throw this.#refuse("type", String(type ?? ""), "Type is not open to the currency");
    if (typeof holder !== "string" || !/^.{2,140}$/.test(holder) || !/\S\s+\S/.test(holder)) {
      throw this.#refuse("accountHolderName", String(holder ?? ""), "Please enter the full name");
    }
    const fault = findFault(known, details);
    if (fault)
      throw this.#refuse(fault.field.key, fault.value, `Please check: ${fault.field.name}`);
    const recipient: Recipient = {
      id: this.#ids.number(),
      profile,
      currency: String(currency),
      type: known,
      holder,
      details,
      ownedByCustomer: body["ownedByCustomer"] === true,
      active: true,
    };
    this.#recipients.set(recipient.id, recipient);
    return recipient;
  }

  get(id: number): Recipient {
    const recipient = this.#recipients.get(id);
    if (!recipient) throw notFound();
    return recipient;
  }

  /** Undefined for none, and for one that was deactivated. */
  findActive(id: number): Recipient | undefined {
    const recipient = this.#recipients.get(id);
    return recipient?.active ? recipient : undefined;
  }

  all(): Recipient[] {
    return [...this.#recipients.values()];
  }

  toJson(recipient: Recipient): Record<string, unknown> {
    const { id, profile, currency, type, holder, details } = recipient;
    const tail = lastFour(details);
    const hash = createHash("sha256").update(JSON.stringify([currency, type, details]));
    return {
      id,
      creatorId: profile + 1,
      profileId: profile,
      name: {
        fullName: holder,
        givenName: null,
        familyName: null,
        middleName: null,
        patronymicName: null,
        cannotHavePatronymicName: null,
      },
      currency,
      country: countryOf(recipient),
      type: replyTypes[type],
      legalEntityType: details["legalType"] === "BUSINESS" ? "INSTITUTION" : "PERSON",
      active: recipient.active,
      details: { reference: null, ...details },
      commonFieldMap: {},
      hash: hash.digest("hex"),
      accountSummary: `ending in ${tail}`,
      longAccountSummary: `${currency} account ending in ${tail}`,
      displayFields: fieldsFor(type, details)
        .map(({ key, name }) => ({
          key: `details/${key}`,
          label: name,
          value: valueAt(details, key),
        }))
        .filter(({ value }) => typeof value === "string"),
      isInternal: false,
      ownedByCustomer: recipient.ownedByCustomer,
    };
  }

  /** The document's own shape for faults of a recipient. */
  #refuse(path: string, value: string, message: string): Refusal {
    const error: Complaint = { code: "NOT_VALID", message, path, arguments: [path, value] };
    return new Refusal(400, {
      timestamp: new Date(this.#clock.now()).toISOString(),
      errors: [error],
    });
  }
}

/** The forms of a currency, as `account-requirements` answers them. */
export function requirementsFor(currency: string, body: Readonly<Record<string, unknown>> = {}) {
  const details = asObject(body["details"]);
  return typesFor(currency).map((type) => ({
    type,
    title: type === "email" ? "Send to email" : "Bank account",
    usageInfo: null,
    fields: [holderField, ...fieldsFor(type, type === body["type"] ? details : {})].map(toForm),
  }));
}

const holderField: Field = {
  key: "accountHolderName",
  name: "Full name of the account holder",
  type: "text",
  required: true,
  example: "",
  minLength: 2,
  maxLength: 140,
};

function toForm(field: Field) {
  return {
    name: field.name,
    group: [
      {
        key: field.key,
        name: field.name,
        type: field.type,
        refreshRequirementsOnChange: field.refresh ?? false,
        required: field.required,
        displayFormat: null,
        example: field.example,
        minLength: field.minLength ?? null,
        maxLength: field.maxLength ?? null,
        validationRegexp: field.pattern ?? null,
        validationAsync: null,
        valuesAllowed: field.values ?? null,
      },
    ],
  };
}

function countryOf({ type, details, currency }: Recipient): string {
  if (type === "iban") return String(valueAt(details, "IBAN")).slice(0, 2);
  return { GBP: "GB", USD: "US", JPY: "JP", KWD: "KW", INR: "IN", PLN: "PL" }[currency] ?? "DE";
}

function lastFour(details: Readonly<Record<string, unknown>>): string {
  const keys = ["IBAN", "accountNumber", "email"];
  const account = keys.map((key) => valueAt(details, key)).find((value) => value !== undefined);
  return String(account ?? "").slice(-4);
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
