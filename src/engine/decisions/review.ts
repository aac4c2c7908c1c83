import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { putOff } from "./schedule.ts";
import { waitFor } from "./waiting.ts";

/** A payout under review waits for a person; the processor is asked once a day, in case it settles by itself. */
export const REVIEW_CHECK_MS = 24 * 60 * 60 * 1000;

/** Gives a payout to a person: nothing that the service could do by itself is safe. */
export function needsReview(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  return waitFor(putOff(aggregate, now + REVIEW_CHECK_MS, false), now, "REVIEW");
}
