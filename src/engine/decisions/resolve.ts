import { ServiceError } from "../../domain/errors.ts";
import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { applyState } from "./apply-state.ts";

/** What an operator found in the processor's own records. */
export type Resolution = "PAID" | "NOT_PAID";

/**
 * Settles a payout that only a person can settle. Legal only while it waits for review: whatever the
 * service can still find out by itself is not for people to guess.
 *
 * @throws ServiceError PAYOUT_STATE_CONFLICT
 */
export function resolveReview(
  aggregate: PayoutAggregate,
  resolution: Resolution,
  now: number,
): PayoutAggregate {
  const { status, waitingFor } = aggregate.payout;
  if (waitingFor?.reason !== "REVIEW") {
    const metadata = { status, waiting_for: waitingFor?.reason ?? "" };
    throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata });
  }
  return resolution === "PAID"
    ? applyState(aggregate, { status: "SUCCESS" }, now)
    : applyState(aggregate, { status: "FAILED", error: NOT_PAID }, now);
}

const NOT_PAID: PayoutError = {
  category: "CONNECTOR_DECLINED",
  reason: "RESOLVED_AS_NOT_PAID",
  message: "An operator found that the processor has not paid.",
};
