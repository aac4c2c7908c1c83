import { ServiceError } from "../../domain/errors.ts";
import type { PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { enterStatus, stepBefore, wantedStatus } from "./apply-state.ts";
import { waitFor } from "./waiting.ts";

/** What an operator found in the processor's own records. */
export type Resolution = "PAID" | "NOT_PAID";

/**
 * Settles a payout that only a person can settle. Legal only while it waits for review: whatever the
 * service can still find out by itself is not for people to guess. Where an end can only be reached
 * through another status the payout goes there first, still under review, and is settled by a second call.
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
  const error = resolution === "PAID" ? null : NOT_PAID;
  const via = leadsThrough(aggregate, resolution);
  return via === undefined
    ? enterStatus(aggregate, endOf(aggregate, resolution), error, now)
    : waitFor(enterStatus(aggregate, via, error, now), now, "REVIEW");
}

/** The status through which an operator's word leads to its end; undefined where it leads there at once. */
export function leadsThrough(
  aggregate: PayoutAggregate,
  resolution: Resolution,
): PayoutStatus | undefined {
  return stepBefore(aggregate.payout.status, endOf(aggregate, resolution));
}

function endOf(aggregate: PayoutAggregate, resolution: Resolution): PayoutStatus {
  return wantedStatus(aggregate, resolution === "PAID" ? "SUCCESS" : "FAILED");
}

const NOT_PAID: PayoutError = {
  category: "CONNECTOR_DECLINED",
  reason: "RESOLVED_AS_NOT_PAID",
  message: "An operator found that the processor has not paid.",
};
