import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";

/** Says what is wrong. Saying the same again is no change: a payout's version counts real ones. */
export function withError(aggregate: PayoutAggregate, error: PayoutError | null): PayoutAggregate {
  const { payout } = aggregate;
  if (JSON.stringify(payout.error) === JSON.stringify(error)) return aggregate;
  return { ...aggregate, payout: { ...payout, error } };
}
