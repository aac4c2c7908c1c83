import type { DescField } from "@bufbuild/protobuf";
import { isPayoutMethodKind, parsePayoutMethod } from "../../src/domain/payout-method/index.ts";
import { parsePerson } from "../../src/domain/person.ts";
import type { FieldViolation } from "../../src/domain/violation.ts";
import { localName } from "./contract.ts";
import { kebab } from "./markdown.ts";

/**
 * Whether a payout method or a person is refused without this part. The contract does not say it: the
 * service's own code is asked, with one that has no parts at all.
 */
export function isRequiredPart({ parent, name }: DescField): boolean {
  return missingFrom(localName(parent)).some(({ field }) => field.split(".").at(-1) === name);
}

const NOW = { now: 0 };

function missingFrom(message: string): readonly FieldViolation[] {
  if (message.startsWith("PayoutMethodData.")) {
    const kind = kebab(message.slice("PayoutMethodData.".length)).replaceAll("-", "_");
    return isPayoutMethodKind(kind) ? (parsePayoutMethod({ kind }, NOW).violations ?? []) : [];
  }
  switch (message) {
    case "Individual":
      return parsePerson({ type: "INDIVIDUAL", individual: {} }, NOW).violations ?? [];
    case "Organization":
      return parsePerson({ type: "COMPANY", organization: {} }, NOW).violations ?? [];
    case "Address":
      return parsePerson({ type: "COMPANY", address: {} }, NOW).violations ?? [];
    case "RecipientDetails":
      return parsePerson({}, NOW).violations ?? [];
    default:
      return [];
  }
}
