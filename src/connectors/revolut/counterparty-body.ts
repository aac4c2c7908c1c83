import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Person } from "../../domain/person.ts";
import { declined } from "../toolkit/errors.ts";

/** A counterparty as Revolut wants it. `identity` are the fields by which its account is known again. */
export interface NewCounterparty {
  readonly body: Readonly<Record<string, unknown>>;
  readonly currency: string;
  readonly identity: Readonly<Record<string, string>>;
}

/** Holds account data: never log it. A refusal is ours, before anything is sent. */
export function toCounterparty(
  method: PayoutMethod,
  person: Person | null,
): NewCounterparty | { readonly error: PayoutError } {
  const account = toAccount(method);
  if (account === undefined) return { error: declined("METHOD_UNSUPPORTED", {}, "VALIDATION") };
  const { currency, country, identity, more, holder } = account;
  const body = {
    ...toName(holder, person),
    bank_country: country,
    currency,
    ...identity,
    ...more,
    ...toAddress(person),
  };
  return { body, currency, identity };
}

function toAccount(method: PayoutMethod) {
  switch (method.kind) {
    case "sepa": {
      const { iban, holderName: holder } = method;
      return { currency: "EUR", country: iban.slice(0, 2), identity: { iban }, more: {}, holder };
    }
    case "bacs": {
      const { sortCode, accountNumber, holderName: holder } = method;
      const identity = { sort_code: sortCode, account_no: accountNumber };
      return { currency: "GBP", country: "GB", identity, more: {}, holder };
    }
    case "ach": {
      const { routingNumber, accountNumber, accountType, holderName: holder } = method;
      const identity = { routing_number: routingNumber, account_no: accountNumber };
      const more = { route: "ach", account_type: accountType.toLowerCase() };
      return { currency: "USD", country: "US", identity, more, holder };
    }
    default:
      return undefined;
  }
}

/** The holder as the bank knows it; Revolut wants the names of people in two parts. */
function toName(holder: string, person: Person | null) {
  if (person !== null && person.type !== "INDIVIDUAL") return { company_name: holder };
  const name = holder.trim();
  const family = person?.individual?.familyName ?? "";
  const isLast = family !== "" && name.toLowerCase().endsWith(` ${family.toLowerCase()}`);
  const at = isLast ? name.length - family.length - 1 : name.lastIndexOf(" ");
  // Who has one name only has it twice.
  const [first, last] = at < 0 ? [name, name] : [name.slice(0, at), name.slice(at + 1)];
  return { individual_name: { first_name: first.trim(), last_name: last } };
}

/** Without a postal code Revolut takes no address. */
function toAddress(person: Person | null) {
  const address = person?.address;
  if (address?.postalCode === undefined) return {};
  const { lines, city, region, country, postalCode: postcode } = address;
  const [street_line1, ...rest] = lines;
  const street_line2 = rest.join(", ");
  return {
    address: {
      street_line1,
      ...(street_line2 !== "" && { street_line2 }),
      city,
      ...(region !== undefined && { region }),
      country,
      postcode,
    },
  };
}

/** Every text of a counterparty: none of it may be repeated in an error. */
export function valuesOf(part: unknown): readonly string[] {
  if (typeof part === "string") return [part];
  if (typeof part !== "object" || part === null) return [];
  return Object.values(part).flatMap(valuesOf);
}
