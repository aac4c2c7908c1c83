import type { PayoutStatus } from "../../domain/payout.ts";

/** The word of a transfer that nobody has paid for yet. */
export const UNFUNDED = "incoming_payment_waiting";
/** The word of a transfer that was stopped, which may still hold the money for a while. */
export const STOPPED = "cancelled";

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  // Somebody has begun to pay for it: it must not be funded once more.
  incoming_payment_initiated: "INITIATED",
  processing: "PENDING",
  funds_converted: "PENDING",
  outgoing_payment_sent: "SUCCESS",
  // It is sent again, or comes back; a payout that was sent stays SUCCESS until then.
  bounced_back: "PENDING",
  funds_refunded: "REVERSED",
  charged_back: "REVERSED",
  waiting_recipient_input_to_proceed: "REQUIRES_PAYOUT_METHOD_DATA",
  unknown: "PENDING",
};

/** What else is known of a transfer, for the two words that do not say enough. */
export interface Circumstances {
  /** Whether a payment for it is on record. */
  readonly funded: boolean;
  /** Whether the payout's plan has a step that funds it. */
  readonly fundIsPlanned: boolean;
}

/**
 * Total: a word that is not known means that the money is somewhere, so PENDING.
 *
 * - A transfer without money waits for its fund step, and the payout stays where it is: a payout that
 *   said REQUIRES_FULFILLMENT meanwhile could be released a second time. Without such a step it is held.
 * - A cancelled transfer that was funded still has the money: the end is the refund. That is so after a
 *   bounce too, where it was sent, bounced back, is cancelled for a while, and then refunded.
 */
export function toStatus(word: string, { funded, fundIsPlanned }: Circumstances): PayoutStatus {
  if (word === UNFUNDED) {
    if (funded) return "INITIATED";
    return fundIsPlanned ? "REQUIRES_CREATION" : "REQUIRES_FULFILLMENT";
  }
  if (word === STOPPED) return funded ? "PENDING" : "CANCELLED";
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** Whether a word alone does not say where the payout stands: payments have to be read. */
export function needsPayments(word: string): boolean {
  return word === UNFUNDED || word === STOPPED || !Object.hasOwn(STATUSES, word);
}
