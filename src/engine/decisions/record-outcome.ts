import type { Later, LookupResult, Outcome, ProcessorState } from "../../connectors/connector.ts";
import type { AttemptStep, StepOutcome } from "../../domain/attempt.ts";
import type { PayoutError, PayoutStatus } from "../../domain/payout.ts";
import { canTransition, isTerminal } from "../../domain/transition.ts";
import {
  currentAttempt,
  hasEnded,
  isUndoing,
  type PayoutAggregate,
} from "../../repository/payout-aggregate.ts";
import { applyState } from "./apply-state.ts";
import { isInDoubt, openStep, stepOf, withAttempt, withStep } from "./attempts.ts";
import type { Circumstances } from "./circumstances.ts";
import { pauseUntilLater } from "./later.ts";
import { stagedUntil } from "./next-move.ts";
import { pauseMs } from "./pause.ts";
import { recordUndo, recordUndoLookup } from "./record-undo.ts";
import { type Refusal, refusalIn, refusalOf } from "./refusal.ts";
import { needsReview, REVIEW_CHECK_MS } from "./review.ts";
import { makeDue, putOff } from "./schedule.ts";
import { undoFailed, undoRefused } from "./undoing.ts";
import { isVoiding } from "./voiding.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

/** A held or staged payout waits for its caller; the processor is asked now and then, in case it was changed there. */
const HELD_CHECK_MS = 60 * 60 * 1000;

/** Takes in how the call of a step ended. */
export function recordOutcome(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const { now } = circumstances;
  const step = stepOf(aggregate, ordinal);
  if (step.undoes !== null && !hasEnded(aggregate)) {
    return recordUndo(aggregate, step, outcome, circumstances);
  }
  // News or a look-up was faster than the answer, and knows more than an answer that was lost.
  if (step.outcome === "ACCEPTED" && outcome.kind !== "accepted") {
    return checkAgainLater(aggregate, aggregate, circumstances);
  }
  // The payout ended or failed while this step was being called: the answer is kept with the step alone.
  const isOver = isTerminal(aggregate.payout.status) || isUndoing(aggregate);
  if (isOver && outcome.kind !== "accepted") {
    const saysNothing = outcome.kind === "not_sent" && step.outcome === "UNKNOWN";
    return saysNothing
      ? aggregate
      : markStep(aggregate, ordinal, STEP_OUTCOMES[outcome.kind], outcome.error, now);
  }
  switch (outcome.kind) {
    case "accepted":
    case "rejected": {
      const effect = circumstances.effectOf(step.name);
      const refusal = refusalOf(outcome, effect);
      if (outcome.kind === "accepted" && refusal === null) {
        return recordAccepted(aggregate, ordinal, outcome.value, circumstances);
      }
      if (refusal === null) return aggregate;
      // A no to a repeat says nothing of the call before it, unless refusals are kept by key, or there
      // is nothing to be said, since whatever it left behind can pay nobody.
      const isDoubtful = step.outcome === "UNKNOWN" && effect !== "NOTHING";
      if (isDoubtful && !circumstances.manifest.idempotency.keepsRefusals) {
        return needsReview(recordUnknown(aggregate, step, refusal.error, circumstances), now);
      }
      return recordRefusal(aggregate, ordinal, refusal, circumstances);
    }
    case "not_sent": {
      // The call before this one may have arrived all the same.
      if (step.outcome === "UNKNOWN") {
        return recordUnknown(aggregate, step, outcome.error, circumstances, outcome.later);
      }
      const marked = markStep(aggregate, ordinal, "NOT_SENT", outcome.error, now);
      return tryAgainLater(marked, outcome, circumstances);
    }
    case "unknown": {
      const marked = markStep(aggregate, ordinal, "UNKNOWN", outcome.error, now);
      return recordUnknown(marked, step, outcome.error, circumstances);
    }
  }
}

const STEP_OUTCOMES = { rejected: "REJECTED", not_sent: "NOT_SENT", unknown: "UNKNOWN" } as const;

/**
 * Takes in a look-up, or news.
 *
 * @param ordinal the step that it is about; null when it only says how the payout stands
 */
export function recordLookup(
  aggregate: PayoutAggregate,
  ordinal: number | null,
  result: LookupResult<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const step = ordinal === null ? undefined : stepOf(aggregate, ordinal);
  if (step !== undefined && step.undoes !== null && !hasEnded(aggregate)) {
    return recordUndoLookup(aggregate, step, result, circumstances);
  }
  const inDoubt = step !== undefined && isInDoubt(step);
  const isOver = isTerminal(aggregate.payout.status) || isUndoing(aggregate);
  if (result.kind === "found") {
    if (!inDoubt) {
      const heard = hear(aggregate, result.value, circumstances);
      return checkAgainLater(heard, aggregate, circumstances);
    }
    const refusal = refusalIn(result.value, circumstances.effectOf(step.name));
    return refusal === null || isOver
      ? recordAccepted(aggregate, step.ordinal, result.value, circumstances)
      : recordRefusal(aggregate, step.ordinal, refusal, circumstances);
  }
  const later = result.kind === "unreachable" ? result.later : undefined;
  // What the look-up did not bring, news may have brought meanwhile.
  if (!inDoubt || isOver) {
    return checkAgainLater(aggregate, aggregate, circumstances, later);
  }
  const error = step.error ?? (result.kind === "unreachable" ? result.error : NOT_FOUND);
  const marked = markStep(aggregate, step.ordinal, "UNKNOWN", error, circumstances.now);
  return recordUnknown(marked, step, error, circumstances, later);
}

/**
 * Whether a step of unknown outcome, looked up and not found, may be sent again under the same key.
 * "Not found" alone proves nothing: the request may still be under way. Inside the key's window the
 * processor itself makes the repeat harmless; outside of it only a person can decide.
 */
export function mayRepeat(
  step: AttemptStep,
  { manifest, now }: Pick<Circumstances, "manifest" | "now">,
): boolean {
  const age = now - (step.startTime ?? now);
  // A beginning that lies in the future is a clock that went back: then nothing is known of the age.
  const inWindow = age >= 0 && age < manifest.idempotency.windowMs;
  return manifest.notFoundIsProof || inWindow;
}

/**
 * Whether a step in doubt that was not found is sent again now. Not while somebody wants the payout
 * stopped, and never once it is given to a person: from then on the service only looks.
 */
export function isSentAgain(
  { payout, voidRequest }: PayoutAggregate,
  step: AttemptStep,
  circumstances: Circumstances,
): boolean {
  const isHeld = isVoiding(voidRequest) || payout.waitingFor?.reason === "REVIEW";
  return !isHeld && mayRepeat(step, circumstances);
}

/**
 * Takes in that a step in doubt was not found and is not sent again. Past the key's window nothing
 * that the service could do is safe: a person decides.
 */
export function recordNotFound(
  aggregate: PayoutAggregate,
  ordinal: number,
  circumstances: Circumstances,
): PayoutAggregate {
  const looked = recordLookup(aggregate, ordinal, { kind: "not_found" }, circumstances);
  const step = stepOf(aggregate, ordinal);
  const isOver = !isInDoubt(step) || hasEnded(aggregate);
  return isOver || mayRepeat(step, circumstances) ? looked : needsReview(looked, circumstances.now);
}

function recordAccepted(
  aggregate: PayoutAggregate,
  ordinal: number,
  state: ProcessorState,
  circumstances: Circumstances,
): PayoutAggregate {
  const { now } = circumstances;
  const marked = markStep(aggregate, ordinal, "ACCEPTED", null, now);
  const attempt = currentAttempt(marked);
  const complete =
    attempt !== undefined && attempt.state === "RUNNING" && openStep(attempt) === undefined
      ? withAttempt(marked, { ...attempt, state: "ACCEPTED", endTime: now })
      : marked;
  const applied = hear(withoutDoubt(complete, now), state, circumstances);
  const next = currentAttempt(applied);
  // Steps that are left are done at once.
  if (next !== undefined && next.state === "RUNNING" && openStep(next) !== undefined) {
    return makeDue(applied, now);
  }
  return checkAgainLater(applied, aggregate, circumstances);
}

/** The call that was in doubt, or could not be made, is accepted: whatever was said of it is over. */
function withoutDoubt(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  const { error, status } = aggregate.payout;
  if (error === null || isTerminal(status) || isUndoing(aggregate)) return aggregate;
  return waitFor(withError(aggregate, null), now);
}

/** Takes in what the processor says; a failure takes back what still stands. */
function hear(
  aggregate: PayoutAggregate,
  state: ProcessorState,
  circumstances: Circumstances,
): PayoutAggregate {
  return applyState(aggregate, state, circumstances.now, (failed, error) =>
    undoFailed(failed, error, circumstances),
  );
}

/** Takes in that a step was definitely refused. */
function recordRefusal(
  aggregate: PayoutAggregate,
  ordinal: number,
  { error, status }: Refusal,
  circumstances: Circumstances,
): PayoutAggregate {
  const { now } = circumstances;
  // News was faster: what was accepted stays so, and what it says is taken in all the same.
  const isKnown = stepOf(aggregate, ordinal).outcome === "ACCEPTED";
  const marked = isKnown ? aggregate : markStep(aggregate, ordinal, "REJECTED", error, now);
  return undoRefused(marked, error, circumstances) ?? applyState(marked, { status, error }, now);
}

/**
 * Puts a call off that surely did nothing. Where the processor has said that the payout waits for more
 * than its time, that is asked as often as anything else that takes its time there.
 */
function tryAgainLater(
  aggregate: PayoutAggregate,
  { error, later }: { readonly error: PayoutError; readonly later?: Later },
  { now, chance, manifest }: Circumstances,
): PayoutAggregate {
  const { payout, job } = aggregate;
  const wanted = later?.status;
  const changes = wanted !== undefined && canTransition(payout.status, wanted);
  const moved = changes ? { ...aggregate, payout: { ...payout, status: wanted } } : aggregate;
  const backoff = wanted === undefined ? manifest.retry : manifest.poll;
  const pause = pauseMs(backoff, changes ? 0 : (job?.tries ?? 0), chance);
  const runAt = now + pauseUntilLater(pause, later);
  return waitFor(putOff(withError(moved, error), runAt, changes), now);
}

/**
 * A step that may have moved money makes the payout PENDING, in two steps where there is no direct
 * one. One that moves none, such as a hold, leaves the status: from PENDING the payout could never be
 * held, and so never be released.
 */
function recordUnknown(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  error: PayoutError,
  { now, chance, manifest, effectOf }: Circumstances,
  later?: Later,
): PayoutAggregate {
  const { payout } = aggregate;
  const status = effectOf(step.name) === "MONEY" ? towardsPending(payout.status) : payout.status;
  const pause = pauseMs(manifest.poll, aggregate.job?.tries ?? 0, chance);
  const runAt = now + pauseUntilLater(pause, later);
  const doubtful: PayoutError = { ...error, category: "OUTCOME_UNKNOWN" };
  const moved =
    status === payout.status ? aggregate : { ...aggregate, payout: { ...payout, status } };
  const told = withError(moved, doubtful);
  if (payout.waitingFor?.reason === "REVIEW") return needsReview(told, now);
  return waitFor(putOff(told, runAt, status !== payout.status), now, "OUTCOME_UNKNOWN");
}

function towardsPending(status: PayoutStatus): PayoutStatus {
  if (canTransition(status, "PENDING")) return "PENDING";
  return status === "REQUIRES_VENDOR_ACCOUNT_CREATION" ? "REQUIRES_CREATION" : status;
}

/** Puts the job off until the payout is worth a look again. */
function checkAgainLater(
  after: PayoutAggregate,
  before: PayoutAggregate,
  { now, chance, manifest }: Circumstances,
  later?: Later,
): PayoutAggregate {
  const attempt = currentAttempt(after);
  const reason = after.payout.waitingFor?.reason;
  // What is being taken back keeps its own time.
  if (attempt?.state === "UNDOING" && reason !== "REVIEW") {
    return openStep(attempt)?.tries === 0 ? makeDue(after, now) : after;
  }
  // What somebody asked for meanwhile, a stop or a transfer, is not put off by whoever has looked.
  const step = attempt?.state === "RUNNING" ? openStep(attempt) : undefined;
  if (after.voidRequest?.state === "REQUESTED" || step?.tries === 0) return makeDue(after, now);
  const progress = after.payout.status !== before.payout.status;
  const tries = progress ? 0 : (after.job?.tries ?? 0);
  const pause =
    reason === "REVIEW"
      ? REVIEW_CHECK_MS
      : reason === "FULFILLMENT" || reason === "CONFIRMATION"
        ? HELD_CHECK_MS
        : pauseUntilLater(pauseMs(manifest.poll, tries, chance), later);
  const until = reason === "CONFIRMATION" ? stagedUntil(after) : now;
  return putOff(after, until > now ? Math.min(until, now + pause) : now + pause, progress);
}

function markStep(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: StepOutcome,
  error: PayoutError | null,
  now: number,
): PayoutAggregate {
  return withStep(aggregate, { ...stepOf(aggregate, ordinal), outcome, error, updateTime: now });
}

const NOT_FOUND: PayoutError = {
  category: "OUTCOME_UNKNOWN",
  reason: "OUTCOME_UNKNOWN",
  message: "The processor does not know of the payout yet.",
};
