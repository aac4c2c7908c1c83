import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Address, Person } from "../../domain/person.ts";
import { withoutAccents } from "./plain-text.ts";

/** A bank account by its numbers, as all three APIs name it. Holds account data: never log it. */
export type AccountIdentification = Readonly<Record<string, string>>;

/** The token kind of a transfer instrument that the platform has made itself. */
const INSTRUMENT = "transfer_instrument";

/** Undefined for a method that is no bank account which Adyen pays to by its numbers. */
export function toIdentification(method: PayoutMethod): AccountIdentification | undefined {
  switch (method.kind) {
    case "sepa":
      return {
        type: "iban",
        iban: method.iban,
        ...(method.bic !== undefined && { bic: method.bic }),
      };
    case "bacs":
      return { type: "ukLocal", accountNumber: method.accountNumber, sortCode: method.sortCode };
    case "ach":
      return {
        type: "usLocal",
        accountNumber: method.accountNumber,
        routingNumber: method.routingNumber,
        accountType: method.accountType.toLowerCase(),
      };
    default:
      return undefined;
  }
}

/** The transfer instrument that the method itself names. */
export function instrumentOf(method: PayoutMethod): string | undefined {
  if (method.kind !== "passthrough" || method.tokenKind !== INSTRUMENT) return undefined;
  return isInstrumentId(method.pspToken) ? method.pspToken : undefined;
}

export function isInstrumentId(text: string | undefined): text is string {
  return text !== undefined && /^\w{1,128}$/.test(text);
}

/** Who is paid: an instrument that Adyen knows, or a bank account by its numbers and holder. */
export function toCounterparty(
  instrument: string | undefined,
  method: PayoutMethod,
  person: Person | null,
): object | undefined {
  if (instrument !== undefined) return { transferInstrumentId: instrument };
  const accountIdentification = toIdentification(method);
  if (accountIdentification === undefined || !("holderName" in method)) return undefined;
  const { holderName } = method;
  return { bankAccount: { accountHolder: toHolder(holderName, person), accountIdentification } };
}

function toHolder(holderName: string, person: Person | null): object {
  const type = person?.type === "INDIVIDUAL" ? "individual" : "organization";
  const address = person?.address && toAddress(person.address);
  return {
    fullName: withoutAccents(holderName),
    type: person === null ? "unknown" : type,
    ...(address && { address }),
  };
}

/** Parts that the API would refuse as too short or too long are left out: most rails need none of them. */
export function toAddress({ lines, city, region, postalCode, country }: Address): object {
  const [line1 = "", ...more] = lines.map(withoutAccents);
  const code = country === "US" ? /^\d{5}/.exec(postalCode ?? "")?.[0] : postalCode?.toUpperCase();
  const state = region?.toUpperCase();
  return {
    country,
    line1,
    ...(more.length > 0 && { line2: more.join(", ") }),
    ...(city.length >= 3 && { city: withoutAccents(city) }),
    ...(code !== undefined && code.length >= 3 && { postalCode: code }),
    ...(state !== undefined && /^[A-Z]{2,3}$/.test(state) && { stateOrProvince: state }),
  };
}
