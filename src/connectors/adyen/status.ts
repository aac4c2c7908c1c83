import type { PayoutStatus } from "../../domain/payout.ts";
import type { Hold } from "./steps.ts";

/** The processor has not decided whether to pay; nothing is reserved. */
const NOT_BEGUN: ReadonlySet<string> = new Set([
  "received",
  "pendingExecution",
  // The document has both spellings and does not say when which is used.
  "approvalPending",
  "pendingApproval",
]);
const UNDER_REVIEW: ReadonlySet<string> = new Set(["approvalPending", "pendingApproval"]);
const FAILURES: ReadonlySet<string> = new Set(["refused", "rejected", "failed", "error"]);
/** The money has left the balance account. */
const LEFT = "booked";

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  authorised: "PENDING",
  // The processor's own people look at it.
  pending: "PENDING",
  credited: "SUCCESS",
  cancelled: "CANCELLED",
  expired: "EXPIRED",
  returned: "REVERSED",
  reversed: "REVERSED",
};

const BY_HOLD: Readonly<Record<Hold, PayoutStatus>> = {
  none: "INITIATED",
  confirmation: "REQUIRES_CONFIRMATION",
  fulfillment: "REQUIRES_FULFILLMENT",
  // The payout stays where it is: one that said REQUIRES_FULFILLMENT could be released a second time.
  release: "REQUIRES_CREATION",
};

/** What else is known of a transfer, for the words that do not say enough. */
export interface Circumstances {
  readonly hold: Hold;
  /** Whether money that has left counts as arrived. */
  readonly hasArrived: boolean;
}

/**
 * Total. Of the document's other sixty words none is one of a bank transfer that goes out, and a word that
 * is not known means that the money is somewhere, so PENDING; but a payout that somebody holds stays held:
 * from PENDING it could never be released.
 */
export function toStatus(word: string, { hold, hasArrived }: Circumstances): PayoutStatus {
  if (NOT_BEGUN.has(word)) return BY_HOLD[hold];
  if (word === LEFT) return hasArrived ? "SUCCESS" : "PENDING";
  // What nobody has confirmed yet was never begun, so it cannot fail.
  if (FAILURES.has(word)) return hold === "confirmation" ? "INELIGIBLE" : "FAILED";
  const isHeld = hold === "confirmation" || hold === "fulfillment";
  return statusOf(word) ?? (isHeld ? BY_HOLD[hold] : "PENDING");
}

function statusOf(word: string): PayoutStatus | undefined {
  return Object.hasOwn(STATUSES, word) ? STATUSES[word] : undefined;
}

export function hasNotBegun(word: string): boolean {
  return NOT_BEGUN.has(word);
}

export function isUnderReview(word: string): boolean {
  return UNDER_REVIEW.has(word);
}

/** Whether its review, if it had one, has ended; false for a word that is not known. */
export function isPastReview(word: string): boolean {
  return word === LEFT || FAILURES.has(word) || statusOf(word) !== undefined;
}

/** Whether the transfer has ended, and the money is where it was. */
export function isOver(word: string): boolean {
  const status = statusOf(word);
  const isBack = status === "CANCELLED" || status === "EXPIRED" || status === "REVERSED";
  return FAILURES.has(word) || isBack;
}

/** Whether a word means the same whatever the transfer waited for. */
export function saysEnough(word: string, isReviewed: boolean): boolean {
  if (UNDER_REVIEW.has(word)) return false;
  return !isReviewed || (isPastReview(word) && !FAILURES.has(word));
}
