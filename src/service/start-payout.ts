import type { Attempt } from "../domain/attempt.ts";
import { ServiceError } from "../domain/errors.ts";
import type { Payout } from "../domain/payout.ts";
import { orFree } from "../engine/slots.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { Destination, NewLink } from "../repository/repository.ts";
import { type AnswerOf, answerWork, replayWork } from "./answer-payout.ts";
import type { Answer, Call } from "./call.ts";
import { beginHere } from "./payout-request.ts";
import { newLease, type ServiceContext } from "./service-context.ts";

/** A payout that begins with a call to its processor. */
export interface Start<T> {
  readonly payout: Payout;
  readonly attempt: Attempt;
  readonly destination: Destination;
  /** A link of the processor's own; null for every other payout. */
  readonly link: NewLink | null;
  /** What a repeat must say to be the same; null where only Create's key says so. */
  readonly stageFingerprint: string | null;
  readonly answer: AnswerOf<T>;
}

/**
 * One transaction stores payout, idempotency record, attempt with its processor key, job and event; then
 * the processor is called, outside of it, and the answer waited for as long as the caller wants. Whatever
 * happens to the caller or to this process, the job goes on.
 *
 * @throws ServiceError PAYOUT_ALREADY_EXISTS
 */
export async function startPayout<T>(
  context: ServiceContext,
  call: Call,
  { payout, attempt, destination, link, stageFingerprint, answer }: Start<T>,
): Promise<Answer<T>> {
  const { claim, signal } = call;
  const now = context.clock.now();
  const fresh: PayoutAggregate = {
    payout,
    attempts: [attempt],
    voidRequest: null,
    newsSequence: null,
    link: link?.link ?? null,
    job: { runAt: now, tries: 0, lease: null },
  };
  // Without room in this process the payout waits in the table for whoever has some.
  const work = { merchantId: payout.merchantId, connector: payout.connector };
  const slot = context.executor.reserve(work);
  const lease = slot === null ? null : newLease(context);
  const creating = context.repository.payouts.create({
    aggregate: lease === null ? fresh : beginHere(fresh, lease, now),
    destination,
    link,
    stageFingerprint,
    claim,
    signal,
    answer: null,
  });
  const created = await orFree(slot, creating);
  if (created.kind !== "stored") slot?.free();
  if (created.kind === "replay") return replayWork(context, call, created, answer);
  if (created.kind === "duplicate") {
    throw new ServiceError("PAYOUT_ALREADY_EXISTS", { metadata: { payout_id: created.payoutId } });
  }
  if (slot !== null && lease !== null) {
    void context.executor.runPayout(
      { ...work, kind: "payout", subjectId: payout.payoutId, token: lease.token },
      { begun: 0, ...(claim === null ? {} : { close: { claim, answer } }) },
      slot,
    );
  }
  const { aggregate } = created;
  return answerWork(context, call, payout.payoutId, answer(aggregate), answer);
}
