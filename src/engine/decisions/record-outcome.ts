import type {
  ConnectorManifest,
  LookupResult,
  Outcome,
  ProcessorState,
} from "../../connectors/connector.ts";
import type { AttemptStep, StepOutcome } from "../../domain/attempt.ts";
import type { PayoutError, PayoutStatus } from "../../domain/payout.ts";
import { canTransition, isTerminal } from "../../domain/transition.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { applyState } from "./apply-state.ts";
import { isInDoubt, openStep, stepOf, withAttempt, withStep } from "./attempts.ts";
import { pauseMs } from "./pause.ts";
import { isReopened, reopenLink } from "./reopen-link.ts";
import { makeDue, putOff } from "./schedule.ts";
import { isVoiding } from "./voiding.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

/** What a decision needs besides the payout: the time, chance, and how the connector wants to be called. */
export interface Circumstances {
  readonly now: number;
  /** A random number in [0, 1), drawn before the transaction. */
  readonly chance: number;
  readonly manifest: Pick<ConnectorManifest, "retry" | "poll" | "idempotency" | "notFoundIsProof">;
  readonly movesMoney: (step: string) => boolean;
}

/** A held payout waits for its caller; the processor is asked now and then, in case it was changed there. */
const HELD_CHECK_MS = 60 * 60 * 1000;
/** A payout under review waits for a person; the processor is asked once a day, in case it settles by itself. */
const REVIEW_CHECK_MS = 24 * 60 * 60 * 1000;

/** Takes in how the call of a step ended. */
export function recordOutcome(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const taken = takeOutcome(aggregate, ordinal, outcome, circumstances);
  return reopenLink(aggregate, taken, circumstances);
}

function takeOutcome(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const { now } = circumstances;
  const step = stepOf(aggregate, ordinal);
  // News or a look-up was faster than the answer, and knows more than an answer that was lost.
  if (step.outcome === "ACCEPTED" && outcome.kind !== "accepted") {
    return checkAgainLater(aggregate, aggregate, circumstances);
  }
  // The payout ended while this step was being called: the answer is kept with the step alone.
  if (isTerminal(aggregate.payout.status) && outcome.kind !== "accepted") {
    const saysNothing = outcome.kind === "not_sent" && step.outcome === "UNKNOWN";
    return saysNothing
      ? aggregate
      : markStep(aggregate, ordinal, STEP_OUTCOMES[outcome.kind], outcome.error, now);
  }
  switch (outcome.kind) {
    case "accepted":
      return recordAccepted(aggregate, ordinal, outcome.value, circumstances);
    case "rejected": {
      // A no to a repeat says nothing of the call before it, unless refusals are kept by key.
      if (step.outcome === "UNKNOWN" && !circumstances.manifest.idempotency.keepsRefusals) {
        return needsReview(recordUnknown(aggregate, step, outcome.error, circumstances), { now });
      }
      const marked = markStep(aggregate, ordinal, "REJECTED", outcome.error, now);
      return recordRejected(marked, outcome.error, circumstances);
    }
    case "not_sent": {
      // The call before this one may have arrived all the same.
      if (step.outcome === "UNKNOWN") {
        return recordUnknown(aggregate, step, outcome.error, circumstances);
      }
      const marked = markStep(aggregate, ordinal, "NOT_SENT", outcome.error, now);
      return tryAgainLater(marked, outcome.error, circumstances);
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
  const taken = takeLookup(aggregate, ordinal, result, circumstances);
  return reopenLink(aggregate, taken, circumstances);
}

function takeLookup(
  aggregate: PayoutAggregate,
  ordinal: number | null,
  result: LookupResult<ProcessorState>,
  circumstances: Circumstances,
): PayoutAggregate {
  const step = ordinal === null ? undefined : stepOf(aggregate, ordinal);
  const inDoubt = step !== undefined && isInDoubt(step);
  if (result.kind === "found") {
    return inDoubt
      ? recordAccepted(aggregate, step.ordinal, result.value, circumstances)
      : checkAgainLater(
          applyState(aggregate, result.value, circumstances.now),
          aggregate,
          circumstances,
        );
  }
  // What the look-up did not bring, news may have brought meanwhile.
  if (!inDoubt || isTerminal(aggregate.payout.status)) {
    return checkAgainLater(aggregate, aggregate, circumstances);
  }
  const error = step.error ?? (result.kind === "unreachable" ? result.error : NOT_FOUND);
  const marked = markStep(aggregate, step.ordinal, "UNKNOWN", error, circumstances.now);
  return recordUnknown(marked, step, error, circumstances);
}

/**
 * Whether a step of unknown outcome, looked up and not found, may be sent again under the same key.
 * "Not found" alone proves nothing: the request may still be under way. Inside the key's window the
 * processor itself makes the repeat harmless; outside of it only a person can decide.
 */
export function mayRepeat(step: AttemptStep, { manifest, now }: Circumstances): boolean {
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
  const isOver = !isInDoubt(step) || isTerminal(aggregate.payout.status) || isReopened(aggregate);
  return isOver || mayRepeat(step, circumstances) ? looked : needsReview(looked, circumstances);
}

/** Gives a payout to a person: nothing that the service could do by itself is safe. */
export function needsReview(
  aggregate: PayoutAggregate,
  { now }: Pick<Circumstances, "now">,
): PayoutAggregate {
  return waitFor(putOff(aggregate, now + REVIEW_CHECK_MS, false), now, "REVIEW");
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
  const applied = applyState(withoutDoubt(complete, now), state, now);
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
  if (error === null || isTerminal(status)) return aggregate;
  return waitFor(withError(aggregate, null), now);
}

function recordRejected(
  aggregate: PayoutAggregate,
  error: PayoutError,
  circumstances: Circumstances,
): PayoutAggregate {
  const attempt = currentAttempt(aggregate);
  const moved = attempt?.steps.some(
    ({ outcome, name }) => outcome === "ACCEPTED" && circumstances.movesMoney(name),
  );
  if (moved) {
    return needsReview(withError(aggregate, error), circumstances);
  }
  return applyState(aggregate, { status: "FAILED", error }, circumstances.now);
}

function tryAgainLater(
  aggregate: PayoutAggregate,
  error: PayoutError,
  { now, chance, manifest }: Circumstances,
): PayoutAggregate {
  const runAt = now + pauseMs(manifest.retry, aggregate.job?.tries ?? 0, chance);
  return waitFor(putOff(withError(aggregate, error), runAt, false), now, "CONNECTOR_UNAVAILABLE");
}

/**
 * A step that may have moved money makes the payout PENDING. One that moves none, such as a hold,
 * leaves the status: from PENDING the payout could never be held, and so never be released.
 */
function recordUnknown(
  aggregate: PayoutAggregate,
  step: AttemptStep,
  error: PayoutError,
  { now, chance, manifest, movesMoney }: Circumstances,
): PayoutAggregate {
  const { payout } = aggregate;
  const pending = movesMoney(step.name) && canTransition(payout.status, "PENDING");
  const status: PayoutStatus = pending ? "PENDING" : payout.status;
  const runAt = now + pauseMs(manifest.poll, aggregate.job?.tries ?? 0, chance);
  const doubtful: PayoutError = { ...error, category: "OUTCOME_UNKNOWN" };
  const moved =
    status === payout.status ? aggregate : { ...aggregate, payout: { ...payout, status } };
  const told = withError(moved, doubtful);
  if (payout.waitingFor?.reason === "REVIEW") return needsReview(told, { now });
  return waitFor(putOff(told, runAt, status !== payout.status), now, "OUTCOME_UNKNOWN");
}

/** Puts the job off until the payout is worth a look again. */
function checkAgainLater(
  after: PayoutAggregate,
  before: PayoutAggregate,
  { now, chance, manifest }: Circumstances,
): PayoutAggregate {
  // What somebody asked for meanwhile, a stop or a transfer, is not put off by whoever has looked.
  const attempt = currentAttempt(after);
  const step = attempt?.state === "RUNNING" ? openStep(attempt) : undefined;
  if (after.voidRequest?.state === "REQUESTED" || step?.tries === 0) return makeDue(after, now);
  const progress = after.payout.status !== before.payout.status;
  const tries = progress ? 0 : (after.job?.tries ?? 0);
  const reason = after.payout.waitingFor?.reason;
  const pause =
    reason === "REVIEW"
      ? REVIEW_CHECK_MS
      : reason === "FULFILLMENT"
        ? HELD_CHECK_MS
        : pauseMs(manifest.poll, tries, chance);
  return putOff(after, now + pause, progress);
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
