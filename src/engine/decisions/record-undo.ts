import type { Later, LookupResult, Outcome, ProcessorState } from "../../connectors/connector.ts";
import type { AttemptStep, StepOutcome } from "../../domain/attempt.ts";
import type { PayoutError } from "../../domain/payout.ts";
import { canTransition } from "../../domain/transition.ts";
import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { enterStatus, withIds } from "./apply-state.ts";
import { isInDoubt, withStep } from "./attempts.ts";
import type { Circumstances } from "./circumstances.ts";
import { pauseUntilLater } from "./later.ts";
import { pauseMs } from "./pause.ts";
import { needsReview } from "./review.ts";
import { makeDue, putOff } from "./schedule.ts";
import { isUndone } from "./undoing.ts";
import { waitFor } from "./waiting.ts";

/**
 * Takes in how the call of a step ended that takes another back. The payout shows why it failed all the
 * while; what goes wrong with the undoing is told by the step.
 */
export function recordUndo(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  outcome: Outcome<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const { now, chance, manifest } = circumstances;
  if (outcome.kind === "accepted") return recordDone(aggregate, step, outcome.value, now);
  if (step.outcome === "ACCEPTED") return aggregate;
  // A no, or nothing sent, says nothing of a call before it that may have arrived.
  const wasInDoubt = step.outcome === "UNKNOWN";
  const { error } = outcome;
  switch (outcome.kind) {
    case "rejected": {
      const isProof = !wasInDoubt || manifest.idempotency.keepsRefusals;
      return needsReview(mark(aggregate, step, isProof ? "REJECTED" : "UNKNOWN", error, now), now);
    }
    case "not_sent": {
      if (wasInDoubt) return recordLost(aggregate, step, error, circumstances, outcome.later);
      const pause = pauseMs(manifest.retry, aggregate.job?.tries ?? 0, chance);
      const runAt = now + pauseUntilLater(pause, outcome.later);
      return putOffUndoing(mark(aggregate, step, "NOT_SENT", error, now), runAt, now);
    }
    case "unknown":
      return recordLost(aggregate, step, error, circumstances);
  }
}

/** Takes in a look-up of a step that takes another back, which is not repeated now. */
export function recordUndoLookup(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  result: LookupResult<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  if (!isInDoubt(step)) return aggregate;
  if (result.kind === "found") return recordDone(aggregate, step, result.value, circumstances.now);
  const error = step.error ?? (result.kind === "unreachable" ? result.error : NOT_FOUND);
  const later = result.kind === "unreachable" ? result.later : undefined;
  return recordLost(aggregate, step, error, circumstances, later);
}

/** One more step is taken back. Under review only a person ends the payout, whatever turns up. */
function recordDone(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  state: ProcessorState,
  now: number,
): PayoutAggregate {
  const marked = withIds(mark(aggregate, step, "ACCEPTED", null, now), state);
  const { status, error, waitingFor } = marked.payout;
  if (waitingFor?.reason === "REVIEW") return needsReview(marked, now);
  if (!isUndone(marked)) return waitFor(makeDue(marked, now), now);
  return enterStatus(marked, canTransition(status, "FAILED") ? "FAILED" : "INELIGIBLE", error, now);
}

function recordLost(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  error: PayoutError,
  { now, chance, manifest }: Circumstances,
  later?: Later,
): PayoutAggregate {
  const marked = mark(aggregate, step, "UNKNOWN", error, now);
  const pause = pauseMs(manifest.poll, aggregate.job?.tries ?? 0, chance);
  return putOffUndoing(marked, now + pauseUntilLater(pause, later), now);
}

function putOffUndoing(aggregate: PayoutAggregate, runAt: number, now: number): PayoutAggregate {
  return aggregate.payout.waitingFor?.reason === "REVIEW"
    ? needsReview(aggregate, now)
    : waitFor(putOff(aggregate, runAt, false), now);
}

function mark(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  outcome: StepOutcome,
  error: PayoutError | null,
  now: number,
): PayoutAggregate {
  return withStep(aggregate, { ...step, outcome, error, updateTime: now });
}

const NOT_FOUND: PayoutError = {
  category: "OUTCOME_UNKNOWN",
  reason: "OUTCOME_UNKNOWN",
  message: "The processor does not know of the call yet.",
};
