import type { StepInput } from "../connector.ts";
import { idOf } from "./references.ts";

/**
 * Where the money goes. What an earlier step has brought comes before the registration, which may have
 * come since: every call of a payout, and every repeat, must name the same account.
 */
export function destinationId(
  { payout, references }: Pick<StepInput, "payout" | "references">,
  kind: "account" | "bank_account",
): string | undefined {
  const { recipientId, accountId } = payout.registered;
  return idOf(references, kind) ?? (kind === "account" ? recipientId : accountId) ?? undefined;
}
