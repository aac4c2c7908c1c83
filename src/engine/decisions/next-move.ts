import { isTerminal } from "../../domain/transition.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { type EffectOf, mayHaveArrived, openStep, surelyUnsent } from "./attempts.ts";

/** What the holder of a payout's job does next. */
export type Move =
  /** Nothing is due: give the job back, or end it. */
  | { readonly kind: "settle" }
  /** Time ran out while somebody else had to act. */
  | { readonly kind: "expire" }
  /** Stop it here: nothing that could pay has reached the processor. */
  | { readonly kind: "cancel" }
  /** Ask the processor to stop it. */
  | { readonly kind: "void" }
  /** Make the call of a step. */
  | { readonly kind: "call"; readonly ordinal: number }
  /** The outcome of a step is not known: look it up, and repeat it only if that is safe. */
  | { readonly kind: "resolve"; readonly ordinal: number }
  /** Ask how the payout stands. */
  | { readonly kind: "poll" };

/** Reads from a payout's state alone what is to be done. So whoever takes over goes on where the last one stopped. */
export function nextMove(
  aggregate: PayoutAggregate,
  { now, effectOf }: { readonly now: number; readonly effectOf: EffectOf },
): Move {
  const { payout, voidRequest, job } = aggregate;
  if (job === null || isTerminal(payout.status) || job.runAt > now) return { kind: "settle" };
  const attempt = currentAttempt(aggregate);
  if (attempt === undefined || attempt.state === "DEAD") return { kind: "expire" };
  if (voidRequest?.state === "REQUESTED" || voidRequest?.state === "UNKNOWN") {
    return { kind: surelyUnsent(attempt, effectOf) ? "cancel" : "void" };
  }
  const step = openStep(attempt);
  if (step === undefined || step.outcome === "REJECTED") return { kind: "poll" };
  if (mayHaveArrived(step)) return { kind: "resolve", ordinal: step.ordinal };
  // The processor has taken the wish to stop: nothing more is sent to it until it has answered.
  if (voidRequest?.state === "ACCEPTED") return { kind: "poll" };
  return { kind: "call", ordinal: step.ordinal };
}
