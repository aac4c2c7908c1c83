import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { applyState } from "./apply-state.ts";
import type { EffectOf } from "./attempts.ts";
import { nextMove } from "./next-move.ts";

/** Ends a payout whose time ran out before anybody acted; its link goes with it. */
export function expire(
  aggregate: PayoutAggregate,
  circumstances: { readonly now: number; readonly effectOf: EffectOf },
): PayoutAggregate {
  // Somebody acted in the last moment: the payout is under way.
  if (nextMove(aggregate, circumstances).kind !== "expire") return aggregate;
  return applyState(aggregate, { status: "EXPIRED" }, circumstances.now);
}
