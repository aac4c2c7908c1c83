import type { VoidOutcome } from "../../connectors/connector.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { PayoutError } from "../../domain/payout.ts";
import { isTerminal } from "../../domain/transition.ts";
import {
  currentAttempt,
  isUndoing,
  type PayoutAggregate,
  type VoidRequest,
} from "../../repository/payout-aggregate.ts";
import { applyState } from "./apply-state.ts";
import { type EffectOf, isInDoubt, openStep, surelyUnsent } from "./attempts.ts";
import type { Circumstances } from "./circumstances.ts";
import { pauseUntilLater } from "./later.ts";
import { isOverdue } from "./next-move.ts";
import { pauseMs } from "./pause.ts";
import { isReopened } from "./reopen-link.ts";
import { needsReview } from "./review.ts";
import { isLeased, makeDue, putOff } from "./schedule.ts";
import { isVoiding } from "./voiding.ts";
import { waitFor } from "./waiting.ts";

/**
 * Takes in a caller's wish to stop a payout. Where nothing that could pay can have reached the processor it is
 * stopped right here; otherwise the wish is stored, and whoever holds the job carries it out.
 *
 * @throws ServiceError PAYOUT_STATE_CONFLICT when the payout has ended
 */
export function requestVoid(
  aggregate: PayoutAggregate,
  request: { readonly processorKey: string; readonly reason: string },
  now: number,
  effectOf: EffectOf = () => "MONEY",
): PayoutAggregate {
  const { payout, voidRequest } = aggregate;
  if (isTerminal(payout.status)) {
    throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata: { status: payout.status } });
  }
  // What came to nothing is taken back already: the wish is joined to that.
  if (isUndoing(aggregate)) return aggregate;
  if (isUnsent(aggregate, effectOf, now)) return cancelHere(aggregate, now);
  // A wish that is under way is joined: the processor is asked once, under one key.
  if (isVoiding(voidRequest)) return aggregate;
  const wish: VoidRequest = {
    ...request,
    state: "REQUESTED",
    requestTime: now,
    tries: 0,
    error: null,
  };
  return waitFor(makeDue({ ...aggregate, voidRequest: wish }, now), now);
}

/** Whether nothing that could pay can have reached the processor, and nobody is about to send. */
function isUnsent(aggregate: PayoutAggregate, effectOf: EffectOf, now: number): boolean {
  const attempt = currentAttempt(aggregate);
  if (attempt === undefined || isReopened(aggregate)) return true;
  const busy = aggregate.job !== null && isLeased(aggregate.job, now);
  return surelyUnsent(attempt, effectOf) && !busy;
}

/** Stops a payout of which nothing that could pay has reached the processor; its link goes with it. */
export function cancelHere(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  return applyState(aggregate, { status: "CANCELLED" }, now);
}

/**
 * Asks the processor to let go of a staged payout whose time is up. It ends EXPIRED when the processor
 * has; where that says no, the payout goes on waiting to be confirmed, and it is asked again later.
 */
export function withdraw(
  aggregate: PayoutAggregate,
  processorKey: string,
  now: number,
): PayoutAggregate {
  if (!isOverdue(aggregate, now)) return aggregate;
  const wish: VoidRequest = {
    processorKey,
    reason: "expired",
    ends: "EXPIRED",
    state: "REQUESTED",
    requestTime: now,
    tries: 0,
    error: null,
  };
  return waitFor(makeDue({ ...aggregate, voidRequest: wish }, now), now);
}

/** Marks the request to stop as being sent. */
export function beginVoid(aggregate: PayoutAggregate): PayoutAggregate {
  const { voidRequest } = aggregate;
  if (voidRequest === null) return aggregate;
  return { ...aggregate, voidRequest: { ...voidRequest, tries: voidRequest.tries + 1 } };
}

/** Takes in how the request to stop ended. None of its ends makes a payout FAILED. */
export function recordVoid(
  aggregate: PayoutAggregate,
  outcome: VoidOutcome,
  { now, chance, manifest }: Circumstances,
): PayoutAggregate {
  const { voidRequest } = aggregate;
  // The payout ended in another way while the processor was asked.
  if (voidRequest === null || isTerminal(aggregate.payout.status)) return aggregate;
  const answered = (state: VoidRequest["state"], error: VoidRequest["error"] = null) => ({
    ...aggregate,
    voidRequest: { ...voidRequest, state, error },
  });
  const pause = pauseMs(manifest.poll, voidRequest.tries, chance);
  switch (outcome.kind) {
    case "done":
      return applyState(
        aggregate,
        { status: "CANCELLED", references: outcome.references ?? [] },
        now,
      );
    case "requested":
      return waitFor(putOff(answered("ACCEPTED"), now + pause, false), now);
    case "refused":
      return waitFor(putOff(answered("REFUSED", outcome.error), now + pause, true), now);
    case "not_sent": {
      const runAt = now + pauseUntilLater(pause, outcome.later);
      if (voidRequest.tries <= 1) {
        // The caller is told, and may ask again; the payout goes on in its own time.
        return waitFor(putOff(answered("NOT_SENT", outcome.error), now + pause, true), now);
      }
      // An earlier request, whose answer was lost, may have arrived all the same.
      return waitFor(putOff(answered("UNKNOWN", outcome.error), runAt, false), now);
    }
    case "unknown":
      return waitFor(putOff(answered("UNKNOWN", outcome.error), now + pause, false), now);
    case "not_found":
      return notFound(aggregate, voidRequest, pause, { now, manifest });
  }
}

/**
 * The processor does not know the payout that it shall stop. A call in doubt may still be on its way
 * there, so the wish stays: it is asked again, and nothing is sent meanwhile. When the call has not
 * turned up for long, a person decides.
 */
function notFound(
  aggregate: PayoutAggregate,
  voidRequest: VoidRequest,
  pause: number,
  { now, manifest }: Pick<Circumstances, "now" | "manifest">,
): PayoutAggregate {
  const attempt = currentAttempt(aggregate);
  const step = attempt === undefined ? undefined : openStep(attempt);
  if (step === undefined || !isInDoubt(step)) {
    const refused: VoidRequest = { ...voidRequest, state: "REFUSED", error: NOT_KNOWN };
    return waitFor(putOff({ ...aggregate, voidRequest: refused }, now + pause, true), now);
  }
  if (manifest.notFoundIsProof) return cancelHere(aggregate, now);
  const stays: PayoutAggregate = {
    ...aggregate,
    voidRequest: { ...voidRequest, state: "UNKNOWN" },
  };
  if (now - voidRequest.requestTime < SEARCH_MS) {
    return waitFor(putOff(stays, now + pause, false), now);
  }
  return needsReview({ ...aggregate, voidRequest: null }, now);
}

/** A call that has not turned up after this long is for a person to look into (milliseconds). */
const SEARCH_MS = 15 * 60 * 1000;

const NOT_KNOWN: PayoutError = {
  category: "CONNECTOR_DECLINED",
  reason: "PAYOUT_UNKNOWN_TO_PROCESSOR",
  message: "The processor does not know the payout.",
};
