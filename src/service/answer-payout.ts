import { ServiceError } from "../domain/errors.ts";
import type { Payout } from "../domain/payout.ts";
import { decodeSnapshot, encodeSnapshot } from "../domain/snapshot.ts";
import { isExecuted, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Replay } from "../repository/repository.ts";
import type { Answer, Call } from "./call.ts";
import type { ServiceContext } from "./service-context.ts";
import { objectTopic } from "./signals.ts";

/** Who waits, and for how long. */
export type Patience = Pick<Call, "answerBy" | "signal"> & {
  readonly caller: Pick<Call["caller"], "merchantId">;
};

/** Whether there is an answer. */
type Ready = (aggregate: PayoutAggregate) => boolean;

/** A repeat is told to come back this much later (milliseconds). */
const RETRY_AFTER_MS = 1000;

/**
 * Waits until a payout is as the caller wants it, or the time for an answer is up. The payout as it
 * then is.
 *
 * @throws ServiceError PAYOUT_NOT_FOUND
 */
export async function waitForPayout(
  context: ServiceContext,
  call: Patience,
  payoutId: string,
  ready: Ready,
): Promise<{ readonly aggregate: PayoutAggregate; readonly ready: boolean }> {
  const { signals, clock, repository, pollMs } = context;
  const { merchantId } = call.caller;
  for (;;) {
    const remaining = call.answerBy - clock.now();
    const wait = signals.next(
      objectTopic(payoutId),
      Math.max(0, Math.min(pollMs, remaining)),
      call.signal,
    );
    try {
      const aggregate = await repository.payouts.find(merchantId, { payoutId });
      if (aggregate === null) throw new ServiceError("PAYOUT_NOT_FOUND");
      if (ready(aggregate)) return { aggregate, ready: true };
      if (remaining <= 0 || call.signal.aborted) return { aggregate, ready: false };
      await wait.settled;
    } finally {
      wait.cancel();
    }
  }
}

/** What a call answers of a payout, by what is stored of it. */
export type AnswerOf<T> = (stored: PayoutAggregate) => T;

export const payoutOf: AnswerOf<Payout> = ({ payout }) => payout;

/**
 * Answers a call that started work on a payout: waits for the work, then closes the idempotency
 * record. The first to close it decides what every repeat is answered.
 *
 * What the call asked for is stored by then, and may be paid: so whatever goes wrong from here on is
 * no refusal, which would invite another payout. The payout is answered as it was stored.
 *
 * @param stored the payout as the call has stored it
 */
export function answerPayout(
  context: ServiceContext,
  call: Call,
  stored: Payout,
  ready?: Ready,
): Promise<Answer<Payout>> {
  return answerWork(context, call, stored.payoutId, stored, payoutOf, ready);
}

/** The same of a call that answers more of the payout than the payout. */
export async function answerWork<T>(
  context: ServiceContext,
  call: Call,
  payoutId: string,
  stored: T,
  answerOf: AnswerOf<T>,
  ready: Ready = isExecuted,
): Promise<Answer<T>> {
  let isGone = false;
  try {
    const waited = await waitForPayout(context, call, payoutId, ready);
    isGone = call.claim !== null && !waited.ready && call.signal.aborted;
    if (!isGone) {
      const value = await closeRecord(context, call, answerOf(waited.aggregate));
      return { value, replayed: false };
    }
  } catch (error) {
    context.log.warn({ err: error, payout: payoutId }, "answered as it was stored");
    return { value: stored, replayed: false };
  }
  // A caller that has gone gets no answer, so none is fixed: a repeat waits for the real one. Some
  // that seem to have gone still listen, and must not hear what a repeat would not be told. Without a
  // key there is no record to agree with, and to be told to repeat would make another payout.
  throw new ServiceError("DEADLINE_EXCEEDED");
}

/**
 * Answers a repeat. A first call that is still running is waited for; one that died before it
 * answered is joined, and its payout answered as it now is.
 *
 * @throws ServiceError REQUEST_IN_PROGRESS when the caller's time is up first
 */
export function replayPayout(
  context: ServiceContext,
  call: Call,
  replay: Replay,
  ready?: Ready,
): Promise<Answer<Payout>> {
  return replayWork(context, call, replay, payoutOf, ready);
}

/** The same of a call that answers more of the payout than the payout. */
export async function replayWork<T>(
  context: ServiceContext,
  call: Call,
  replay: Replay,
  answerOf: AnswerOf<T>,
  ready: Ready = isExecuted,
): Promise<Answer<T>> {
  if (replay.answer !== null) {
    return { value: decodeSnapshot<T>(replay.answer), replayed: true };
  }
  const waited = await waitForPayout(context, call, replay.subjectId, ready);
  const record = await openRecord(context, call);
  if (record?.answer != null) {
    return { value: decodeSnapshot<T>(record.answer), replayed: true };
  }
  if (!waited.ready)
    throw new ServiceError("REQUEST_IN_PROGRESS", { retryAfterMs: RETRY_AFTER_MS });
  const value = await closeRecord(context, call, answerOf(waited.aggregate));
  return { value, replayed: true };
}

function openRecord({ repository }: ServiceContext, { caller, claim }: Call) {
  return claim === null ? null : repository.idempotency.find(caller.merchantId, claim);
}

/** What the record says is answered; this value, if it is the first. */
async function closeRecord<T>(context: ServiceContext, call: Call, value: T): Promise<T> {
  const { claim, caller } = call;
  if (claim === null) return value;
  const record = await openRecord(context, call);
  const answer =
    record?.answer ??
    (await context.repository.idempotency.close(caller.merchantId, claim, encodeSnapshot(value)));
  return decodeSnapshot<T>(answer);
}
