import type { Attempt } from "../../domain/attempt.ts";
import { limits } from "../../limits.ts";
import {
  currentAttempt,
  hasEnded,
  type PayoutAggregate,
} from "../../repository/payout-aggregate.ts";
import { type EffectOf, isInDoubt, mayHaveArrived, openStep, surelyUnsent } from "./attempts.ts";
import { isVoiding } from "./voiding.ts";

/** What the holder of a payout's job does next. */
export type Move =
  /** Nothing is due: give the job back, or end it. */
  | { readonly kind: "settle" }
  /** Time ran out while somebody else had to act. */
  | { readonly kind: "expire" }
  /** The same, and the processor has to be asked to let go of it. */
  | { readonly kind: "withdraw" }
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
  const { voidRequest, job } = aggregate;
  if (job === null || hasEnded(aggregate) || job.runAt > now) return { kind: "settle" };
  const attempt = currentAttempt(aggregate);
  if (attempt === undefined || attempt.state === "DEAD") return { kind: "expire" };
  if (attempt.state === "UNDOING") return nextUndoing(aggregate, attempt);
  if (voidRequest?.state === "REQUESTED" || voidRequest?.state === "UNKNOWN") {
    return { kind: surelyUnsent(attempt, effectOf) ? "cancel" : "void" };
  }
  if (isOverdue(aggregate, now)) {
    return { kind: surelyUnsent(attempt, effectOf) ? "expire" : "withdraw" };
  }
  const step = openStep(attempt);
  if (step === undefined || step.outcome === "REJECTED") return { kind: "poll" };
  if (mayHaveArrived(step)) return { kind: "resolve", ordinal: step.ordinal };
  // The processor has taken the wish to stop: nothing more is sent to it until it has answered.
  if (voidRequest?.state === "ACCEPTED") return { kind: "poll" };
  return { kind: "call", ordinal: step.ordinal };
}

/** A payout that is given to a person is only looked at. */
function nextUndoing({ payout }: PayoutAggregate, attempt: Attempt): Move {
  const step = openStep(attempt);
  if (step !== undefined && isInDoubt(step)) return { kind: "resolve", ordinal: step.ordinal };
  const isHeld = step === undefined || payout.waitingFor?.reason === "REVIEW";
  return isHeld ? { kind: "poll" } : { kind: "call", ordinal: step.ordinal };
}

/** When a staged payout that nobody confirms expires (milliseconds). */
export function stagedUntil({ payout }: PayoutAggregate): number {
  return payout.createTime + limits.stagedMs;
}

/** A processor that would not let go of a staged payout is asked again after so long (milliseconds). */
const WITHDRAW_AGAIN_MS = 24 * 60 * 60 * 1000;

/** Whether a staged payout's time is up, and its processor is to be asked to let go of it. */
export function isOverdue(aggregate: PayoutAggregate, now: number): boolean {
  const { payout, voidRequest } = aggregate;
  if (payout.status !== "REQUIRES_CONFIRMATION" || now < stagedUntil(aggregate)) return false;
  if (payout.waitingFor?.reason === "REVIEW") return false;
  if (voidRequest === null) return true;
  const { requestTime } = voidRequest;
  return !isVoiding(voidRequest) && now - requestTime >= WITHDRAW_AGAIN_MS;
}
