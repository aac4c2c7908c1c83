import type { PayoutError } from "../../domain/payout.ts";
import type { Ach, PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Person } from "../../domain/person.ts";
import { declined } from "../toolkit/errors.ts";

/** A recipient account as Wise wants it. `identity` are the fields by which it is known again. */
export interface BankDetails {
  readonly type: "iban" | "sort_code" | "aba";
  readonly currency: string;
  readonly holder: string;
  readonly details: Readonly<Record<string, unknown>>;
  readonly identity: Readonly<Record<string, string>>;
}

/** Holds account data: never log it. A refusal is ours, before anything is sent. */
export function toBankDetails(
  method: PayoutMethod,
  person: Person | null,
): BankDetails | { readonly error: PayoutError } {
  const legalType = person === null || person.type === "INDIVIDUAL" ? "PRIVATE" : "BUSINESS";
  switch (method.kind) {
    case "sepa": {
      const identity = { IBAN: method.iban };
      const details = { legalType, ...identity };
      return { type: "iban", currency: "EUR", holder: method.holderName, details, identity };
    }
    case "bacs": {
      const identity = { sortCode: method.sortCode, accountNumber: method.accountNumber };
      const details = { legalType, ...identity };
      return { type: "sort_code", currency: "GBP", holder: method.holderName, details, identity };
    }
    case "ach":
      return toAba(method, person, legalType);
    default:
      return { error: declined("METHOD_UNSUPPORTED", {}, "VALIDATION") };
  }
}

/** An account in the US needs its holder's address. */
function toAba(
  method: Ach,
  person: Person | null,
  legalType: string,
): BankDetails | { readonly error: PayoutError } {
  const address = person?.address;
  const [firstLine] = address?.lines ?? [];
  const isWhole =
    address?.postalCode !== undefined && (address.country !== "US" || address.region !== undefined);
  if (address === undefined || firstLine === undefined || !isWhole) {
    return { error: declined("RECIPIENT_ADDRESS_REQUIRED", {}, "VALIDATION") };
  }
  const { country, city, postalCode: postCode, region } = address;
  const identity = { abartn: method.routingNumber, accountNumber: method.accountNumber };
  const state = country === "US" && region !== undefined ? { state: region.toUpperCase() } : {};
  return {
    type: "aba",
    currency: "USD",
    holder: method.holderName,
    details: {
      legalType,
      ...identity,
      accountType: method.accountType,
      address: { country, city, firstLine, postCode, ...state },
    },
    identity,
  };
}
