import type { PayoutError } from "../../domain/payout.ts";
import type { RetryReason } from "./languages/words.ts";

/** By our own stable words; the processors' are never shown. */
const REASONS: Readonly<Record<string, RetryReason>> = {
  ACCOUNT_CLOSED: "closed",
  ACCOUNT_NOT_FOUND: "notFound",
  INVALID_ACCOUNT: "notFound",
  NAME_MISMATCH: "nameMismatch",
  ACCOUNT_HOLDER_MISMATCH: "nameMismatch",
};

/** What a recipient is told of a payment that came back to be tried elsewhere. */
export function retryReason({ reason }: Pick<PayoutError, "reason">): RetryReason {
  return REASONS[reason] ?? "refused";
}
