import type { StepInput } from "../connector.ts";
import { idOf, isId } from "./references.ts";

/**
 * Who and what is paid. What an earlier step has brought comes before the registration, which may have
 * come since: every call of a payout, and every repeat, must name the same account.
 */
export function destinationId(
  { payout, references }: Pick<StepInput, "payout" | "references">,
  kind: "customer" | "funding_source",
): string | undefined {
  const { recipientId, accountId } = payout.registered;
  const id = idOf(references, kind) ?? (kind === "customer" ? recipientId : accountId);
  return isId(id) ? id : undefined;
}
