import type { Money } from "../../domain/money.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { adyenDecimals } from "./amount.ts";
import type { AccountIdentification } from "./counterparty.ts";

/** What a route's requirements are held against; the last two are undefined for a registered instrument. */
export interface Crossing {
  /** In the processor's minor units. */
  readonly value: bigint;
  readonly currency: Money["currency"];
  readonly identification: AccountIdentification | undefined;
  readonly address: Readonly<Record<string, unknown>> | undefined;
}

/** Why a route cannot be taken; undefined when it can. A requirement that we do not know is left to the processor. */
export function whyClosed(route: JsonReply, crossing: Crossing): string | undefined {
  for (const requirement of route.list("requirements")) {
    const reason = CHECKS[requirement.text("type") ?? ""]?.(requirement, crossing);
    if (reason !== undefined) return reason;
  }
  return undefined;
}

type Check = (requirement: JsonReply, crossing: Crossing) => string | undefined;

const CHECKS: Readonly<Record<string, Check>> = {
  amountMinMaxRequirement: (requirement, { value }) => {
    const [min, max] = [wholeAt(requirement, "min"), wholeAt(requirement, "max")];
    if (min !== undefined && value < min) return "AMOUNT_TOO_SMALL";
    return max !== undefined && value > max ? "LIMIT_EXCEEDED" : undefined;
  },
  amountNonZeroDecimalsRequirement: (_, { value, currency }) => {
    const whole = 10n ** BigInt(adyenDecimals(currency) ?? 0);
    return value % whole === 0n ? undefined : "AMOUNT_UNSUPPORTED";
  },
  bankAccountIdentificationTypeRequirement: (requirement, { identification }) => {
    const types = textsAt(requirement, "bankAccountIdentificationTypes");
    const type = identification?.["type"];
    const isIn = type === undefined || types.length === 0 || types.includes(type);
    return isIn ? undefined : "METHOD_UNSUPPORTED";
  },
  ibanAccountIdentificationRequirement: (requirement, { identification }) => {
    const prefixes = textsAt(requirement, "ibanPrefixes");
    const iban = identification?.["iban"];
    const isIn =
      iban === undefined || prefixes.length === 0 || prefixes.some((each) => iban.startsWith(each));
    return isIn ? undefined : "DESTINATION_UNSUPPORTED";
  },
  addressRequirement: (requirement, { identification, address }) => {
    if (identification === undefined) return undefined;
    const fields = textsAt(requirement, "requiredAddressFields");
    const isWhole = fields.every((field) => address?.[field] !== undefined);
    return isWhole ? undefined : "RECIPIENT_ADDRESS_REQUIRED";
  },
};

function wholeAt(requirement: JsonReply, name: string): bigint | undefined {
  const text = requirement.text(name);
  return text !== undefined && /^\d{1,30}$/.test(text) ? BigInt(text) : undefined;
}

function textsAt(requirement: JsonReply, name: string): readonly string[] {
  return requirement.list(name).flatMap((each) => each.text() ?? []);
}
