import type { DescField } from "@bufbuild/protobuf";
import { isPayoutMethodKind, parsePayoutMethod } from "../../src/domain/payout-method/index.ts";
import { localName, PACKAGE } from "./contract.ts";
import { kebab } from "./markdown.ts";

/**
 * Whether a payout method is refused without this part. The service's own code is asked, with a method that
 * has no parts at all: the contract does not say it.
 */
export function isRequiredPart({ parent, name }: DescField): boolean {
  if (!parent.typeName.startsWith(`${PACKAGE}.PayoutMethodData.`)) return false;
  const kind = kebab(localName(parent).slice("PayoutMethodData.".length)).replaceAll("-", "_");
  if (!isPayoutMethodKind(kind)) return false;
  const { violations = [] } = parsePayoutMethod({ kind }, { now: 0 });
  return violations.some(({ field }) => field.split(".").at(-1) === name);
}
