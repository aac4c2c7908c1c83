import type { Outcome, StepInput } from "../connector.ts";
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

/** The steps before were accepted, and what they brought is not there: a fault of ours, and nothing to guess at. */
export const LOST: Outcome<never> = {
  kind: "not_sent",
  error: {
    category: "INTERNAL",
    reason: "REFERENCE_MISSING",
    message: "An id of an earlier call is missing; nothing was sent.",
  },
};
