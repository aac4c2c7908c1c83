import type { Payout, PayoutStatus, WaitingReason } from "../../domain/payout.ts";
import {
  currentAttempt,
  hasEnded,
  type PayoutAggregate,
} from "../../repository/payout-aggregate.ts";
import { openStep } from "./attempts.ts";
import { isVoiding } from "./voiding.ts";

const BY_STATUS: Readonly<Partial<Record<PayoutStatus, WaitingReason>>> = {
  REQUIRES_PAYOUT_METHOD_DATA: "PAYOUT_METHOD_DATA",
  REQUIRES_VENDOR_ACCOUNT_CREATION: "VENDOR_ACCOUNT",
  REQUIRES_CONFIRMATION: "CONFIRMATION",
  REQUIRES_CREATION: "EXECUTION",
  REQUIRES_FULFILLMENT: "FULFILLMENT",
  INITIATED: "SETTLEMENT",
  PENDING: "SETTLEMENT",
};

/** What the step that is next says of the wait; undefined when it says nothing. */
function reasonOfStep(aggregate: PayoutAggregate): WaitingReason | undefined {
  const attempt = currentAttempt(aggregate);
  // What is given to a person while it is taken back stays there.
  if (attempt?.state === "UNDOING") {
    return aggregate.payout.waitingFor?.reason === "REVIEW" ? "REVIEW" : "UNDOING";
  }
  switch (attempt && openStep(attempt)?.outcome) {
    case "REJECTED":
      return "REVIEW";
    case "UNKNOWN":
      return "OUTCOME_UNKNOWN";
    case "NOT_SENT":
      // The processor has said what it waits for.
      return aggregate.payout.status === "REQUIRES_VENDOR_ACCOUNT_CREATION"
        ? undefined
        : "CONNECTOR_UNAVAILABLE";
    case null:
      // What is still being staged cannot be confirmed yet.
      return aggregate.payout.status === "REQUIRES_CONFIRMATION" ? "EXECUTION" : undefined;
    default:
      return undefined;
  }
}

/**
 * Says what a payout waits for: the given reason, or the one of its step and status; a Void that is
 * under way comes before both. A wait that goes on keeps its beginning; a payout that has ended waits for
 * nothing.
 */
export function waitFor(
  aggregate: PayoutAggregate,
  now: number,
  reason: WaitingReason | undefined = reasonOfStep(aggregate) ?? BY_STATUS[aggregate.payout.status],
): PayoutAggregate {
  const { payout, voidRequest } = aggregate;
  const wanted = isVoiding(voidRequest) ? "VOID_REQUESTED" : reason;
  const waitingFor: Payout["waitingFor"] =
    hasEnded(aggregate) || wanted === undefined
      ? null
      : payout.waitingFor?.reason === wanted
        ? payout.waitingFor
        : { reason: wanted, since: now };
  return waitingFor === payout.waitingFor
    ? aggregate
    : { ...aggregate, payout: { ...payout, waitingFor } };
}
