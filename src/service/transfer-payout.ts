import { ServiceError } from "../domain/errors.ts";
import { isExpired, type Payout } from "../domain/payout.ts";
import { beginStep, newStep, openStep, withAttempt } from "../engine/decisions/attempts.ts";
import { isLeased } from "../engine/decisions/schedule.ts";
import { isVoiding } from "../engine/decisions/voiding.ts";
import { waitFor } from "../engine/decisions/waiting.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { newProcessorKey } from "../engine/processor-key.ts";
import { orFree } from "../engine/slots.ts";
import { currentAttempt, isUndoing, type PayoutAggregate } from "../repository/payout-aggregate.ts";
import { answerPayout, replayPayout } from "./answer-payout.ts";
import { auditNote } from "./audit-note.ts";
import type { Answer, Call } from "./call.ts";
import { checkEtag } from "./etag.ts";
import { requireId } from "./require-id.ts";
import { newLease, type ServiceContext } from "./service-context.ts";

export interface TransferPayout {
  readonly payoutId: string;
  /** Null: whatever it is now. */
  readonly etag: string | null;
  /** Why, for the record; may be empty. */
  readonly note: string;
}

/**
 * Executes a payout that is staged, or created and waiting.
 *
 * @throws ServiceError PAYOUT_NOT_FOUND, PAYOUT_STATE_CONFLICT, QUOTE_EXPIRED, ETAG_MISMATCH
 */
export async function transferPayout(
  context: ServiceContext,
  call: Call,
  { payoutId, etag, note }: TransferPayout,
): Promise<Answer<Payout>> {
  requireId("payout", payoutId, "payout_id");
  const { repository, connectors, executor, clock } = context;
  const { caller, claim, signal } = call;
  const ref = { merchantId: caller.merchantId, payoutId };

  const found = await repository.payouts.find(ref.merchantId, ref);
  if (found === null) throw new ServiceError("PAYOUT_NOT_FOUND");
  const connector = connectors.get(found.payout.connector);
  const destination = await repository.payouts.destination(ref);
  // What is planned rests on what never changes; the decision below rests on what is stored then.
  const plan =
    connector === undefined || destination === null || destination.method === null
      ? null
      : {
          attempt: newAttempt(context, connector, instruction(found, destination), 1),
          transfer: connector
            .plan("transfer", instruction(found, destination))
            .map((name) => ({ name, processorKey: newProcessorKey(context) })),
        };
  const work = { merchantId: ref.merchantId, connector: found.payout.connector };
  const slot = executor.reserve(work);
  const lease = slot === null ? null : newLease(context);

  let begun: number | null = null;
  const changing = repository.payouts.change(
    ref,
    { claim, signal, ...auditNote(call, "payout.transfer", note) },
    (current) => {
      const { payout, job } = current;
      const now = clock.now();
      checkEtag(etag, payout.version);
      const confirmed = payout.status === "REQUIRES_CONFIRMATION";
      // The plan is of one connector: a payout that has gone to another since was not ready when found.
      const moved = payout.connector !== found.payout.connector;
      if ((!confirmed && payout.status !== "REQUIRES_FULFILLMENT") || plan === null || moved) {
        throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata: { status: payout.status } });
      }
      if (isVoiding(current.voidRequest)) {
        const metadata = { status: payout.status, waiting_for: "VOID_REQUESTED" };
        throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata });
      }
      // For a person to decide, or taken back already.
      const reason = payout.waitingFor?.reason ?? "";
      if (reason === "REVIEW" || isUndoing(current)) {
        const metadata = { status: payout.status, waiting_for: reason };
        throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata });
      }
      if (confirmed && payout.quote !== null && isExpired(payout.quote, now)) {
        throw new ServiceError("QUOTE_EXPIRED");
      }
      const planned =
        confirmed && currentAttempt(current) === undefined
          ? confirm(current, plan.attempt, now)
          : release(current, plan.transfer, now);
      const free = lease !== null && (job === null || !isLeased(job, now));
      const due = { runAt: now, tries: 0, lease: free ? lease : (job?.lease ?? null) };
      const step = firstUncalled(planned);
      begun = free ? step : null;
      return { ...(begun === null ? planned : beginStep(planned, begun, now)), job: due };
    },
  );
  const changed = await orFree(slot, changing);
  const isOurs =
    changed.kind === "stored" &&
    lease !== null &&
    changed.aggregate.job?.lease?.token === lease.token;
  if (!isOurs) slot?.free();
  if (changed.kind === "replay") return replayPayout(context, call, changed);
  const { aggregate } = changed;
  if (isOurs && slot !== null && lease !== null) {
    void executor.runPayout(
      { ...work, kind: "payout", subjectId: payoutId, token: lease.token },
      {
        ...(begun !== null && { begun }),
        ...(claim === null ? {} : { close: { claim, answer: ({ payout }) => payout } }),
      },
      slot,
    );
  }
  return answerPayout(context, call, aggregate.payout);
}

/** A staged payout goes the way of a created one, from its beginning. */
function confirm(
  current: PayoutAggregate,
  attempt: PayoutAggregate["attempts"][number],
  now: number,
): PayoutAggregate {
  const number = (currentAttempt(current)?.number ?? 0) + 1;
  const payout: Payout = { ...current.payout, status: "REQUIRES_CREATION" };
  const attempts = [...current.attempts, { ...attempt, number }];
  return waitFor({ ...current, payout, attempts }, now);
}

/**
 * A payout that the processor holds, or has staged, gets the steps that move it. From here on the move
 * has been asked for.
 */
function release(
  current: PayoutAggregate,
  steps: readonly { readonly name: string; readonly processorKey: string }[],
  now: number,
): PayoutAggregate {
  const attempt = currentAttempt(current);
  if (attempt === undefined) throw new Error("a held payout without an attempt");
  const first = attempt.steps.length;
  const more = steps.map(({ name, processorKey }, index) =>
    newStep(first + index, name, processorKey),
  );
  const running = { ...attempt, state: "RUNNING" as const, endTime: null };
  const extended = withAttempt(current, { ...running, steps: [...attempt.steps, ...more] });
  const isStaged = current.payout.status === "REQUIRES_CONFIRMATION";
  const payout: Payout = {
    ...current.payout,
    status: isStaged ? "REQUIRES_CREATION" : "INITIATED",
  };
  return waitFor({ ...extended, payout }, now, "EXECUTION");
}

/**
 * The step to begin with: the first of those that were added, unless one before it is in doubt or could
 * not be sent yet. Whoever holds the job sees to that one first.
 */
function firstUncalled(aggregate: PayoutAggregate): number | null {
  const attempt = currentAttempt(aggregate);
  const step = attempt && openStep(attempt);
  if (step === undefined) throw new Error("a transfer without a step");
  return step.tries === 0 ? step.ordinal : null;
}
