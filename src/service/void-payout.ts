import { ServiceError } from "../domain/errors.ts";
import type { Payout } from "../domain/payout.ts";
import { isTerminal } from "../domain/transition.ts";
import { requestVoid } from "../engine/decisions/record-void.ts";
import { settleUnleased, takeLease } from "../engine/decisions/schedule.ts";
import { effectsOf } from "../engine/payout-runner.ts";
import { newProcessorKey } from "../engine/processor-key.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import { answerPayout, replayPayout, waitForPayout } from "./answer-payout.ts";
import { auditNote } from "./audit-note.ts";
import type { Answer, Call } from "./call.ts";
import { requireId } from "./require-id.ts";
import { newLease, type ServiceContext } from "./service-context.ts";

export interface VoidPayout {
  readonly payoutId: string;
  readonly reason: string;
}

/**
 * Stops a payout that has not ended. The wish is stored first; whoever holds the payout's job carries
 * it out, so that it never runs beside a call that moves the money.
 *
 * @throws ServiceError PAYOUT_NOT_FOUND, PAYOUT_STATE_CONFLICT, CONNECTOR_UNSUPPORTED; VOID_REFUSED
 * when the processor says no or the payout ended otherwise; CONNECTOR_UNAVAILABLE when it could not
 * be asked
 */
export async function voidPayout(
  context: ServiceContext,
  call: Call,
  { payoutId, reason }: VoidPayout,
): Promise<Answer<Payout>> {
  requireId("payout", payoutId, "payout_id");
  const { repository, connectors, executor, clock } = context;
  const { caller, claim, signal } = call;
  const ref = { merchantId: caller.merchantId, payoutId };
  const request = { processorKey: newProcessorKey(context), reason };
  const lease = executor.room() > 0 ? newLease(context) : null;

  const changed = await repository.payouts.change(
    ref,
    { claim, signal, ...auditNote(call, "payout.void", reason) },
    (current) => {
      const now = clock.now();
      const wished = requestVoid(current, request, now, effectsOf(context, current));
      if (wished !== current && wished.voidRequest?.state === "REQUESTED") {
        const { connector: name } = current.payout;
        if (connectors.get(name)?.void === undefined) {
          throw new ServiceError("CONNECTOR_UNSUPPORTED", {
            metadata: { connector: name, lacking: "operation" },
          });
        }
      }
      if (isTerminal(wished.payout.status)) return settleUnleased(wished, now);
      return (lease === null ? null : takeLease(wished, lease, now)) ?? wished;
    },
  );
  if (changed.kind === "replay") {
    if (changed.answer === null) await refuseIfNotVoided(context, call, payoutId);
    return replayPayout(context, call, changed, isVoidAnswered);
  }
  if (lease !== null && changed.aggregate.job?.lease?.token === lease.token) {
    void executor.runPayout({
      kind: "payout",
      subjectId: payoutId,
      merchantId: ref.merchantId,
      connector: changed.aggregate.payout.connector,
      token: lease.token,
    });
  }
  await refuseIfNotVoided(context, call, payoutId);
  return answerPayout(context, call, changed.aggregate.payout, isVoidAnswered);
}

/** Waits for what came of the wish, and tells the caller when it was not granted. */
async function refuseIfNotVoided(
  context: ServiceContext,
  call: Call,
  payoutId: string,
): Promise<void> {
  const { aggregate } = await waitForPayout(context, call, payoutId, isVoidAnswered);
  const { payout, voidRequest } = aggregate;
  const refusal =
    voidRequest?.state === "NOT_SENT"
      ? new ServiceError("CONNECTOR_UNAVAILABLE", { retryAfterMs: 1000 })
      : voidRequest?.state === "REFUSED" ||
          (isTerminal(payout.status) && payout.status !== "CANCELLED")
        ? new ServiceError("VOID_REFUSED", { metadata: { status: payout.status } })
        : null;
  if (refusal === null) return;
  // Only calls that succeed are recorded: the same key may ask again.
  if (call.claim !== null) {
    await context.repository.idempotency.forget(call.caller.merchantId, call.claim);
  }
  throw refusal;
}

function isVoidAnswered({ payout, voidRequest }: PayoutAggregate): boolean {
  return isTerminal(payout.status) || voidRequest?.state !== "REQUESTED";
}
