import { ServiceError } from "../domain/errors.ts";
import type { Fulfillment, Payout } from "../domain/payout.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { orFree } from "../engine/slots.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import { answerPayout, replayPayout } from "./answer-payout.ts";
import type { Answer, Call } from "./call.ts";
import { findReplay } from "./find-replay.ts";
import {
  beginHere,
  checkRail,
  checkTerms,
  type DestinationRequest,
  factsOf,
  newPayout,
  type PayoutTerms,
  resolveDestination,
} from "./payout-request.ts";
import { newLease, type ServiceContext } from "./service-context.ts";

export interface CreatePayout extends PayoutTerms {
  readonly destination: DestinationRequest;
  readonly fulfillment: Fulfillment;
}

/**
 * Starts a payout. One transaction stores payout, idempotency record, attempt with its processor
 * key, job and event; then the processor is called, outside of it, and the answer waited for as long
 * as the caller wants. Whatever happens to the caller or to this process, the job goes on.
 */
export async function createPayout(
  context: ServiceContext,
  call: Call,
  request: CreatePayout,
): Promise<Answer<Payout>> {
  const { caller, claim, signal } = call;
  const replay = await findReplay(context, call);
  if (replay !== null) return replayPayout(context, call, replay);
  checkTerms(request);
  const destination = await resolveDestination(context, caller, request.destination);
  const { method } = destination.destination;
  checkRail(request, method.kind);
  const route = await context.router.choose(caller, {
    connector: request.connector,
    operations: ["CREATE"],
    methods: [method.kind],
    facts: factsOf(request, method),
  });
  const { connector } = route;

  const now = context.clock.now();
  const payout = newPayout(context, caller, request, route, {
    status: "REQUIRES_CREATION",
    fulfillment: request.fulfillment,
    waitingFor: { reason: "EXECUTION", since: now },
    recipientId: destination.recipientId,
    disburseAccountId: destination.disburseAccountId,
    payoutMethod: destination.masked,
  });
  const attempt = newAttempt(
    context,
    connector,
    instruction({ payout }, destination.destination),
    1,
  );
  const fresh: PayoutAggregate = {
    payout,
    attempts: [attempt],
    voidRequest: null,
    newsSequence: null,
    link: null,
    job: { runAt: now, tries: 0, lease: null },
  };
  // Without room in this process the payout waits in the table for whoever has some.
  const work = { merchantId: payout.merchantId, connector: payout.connector };
  const slot = context.executor.reserve(work);
  const lease = slot === null ? null : newLease(context);
  const creating = context.repository.payouts.create({
    aggregate: lease === null ? fresh : beginHere(fresh, lease, now),
    destination: destination.destination,
    link: null,
    stageFingerprint: null,
    claim,
    signal,
    answer: null,
  });
  const created = await orFree(slot, creating);
  if (created.kind !== "stored") slot?.free();
  if (created.kind === "replay") return replayPayout(context, call, created);
  if (created.kind === "duplicate") {
    throw new ServiceError("PAYOUT_ALREADY_EXISTS", { metadata: { payout_id: created.payoutId } });
  }
  const { payoutId } = payout;
  if (slot !== null && lease !== null) {
    void context.executor.runPayout(
      { ...work, kind: "payout", subjectId: payoutId, token: lease.token },
      { begun: 0, ...(claim === null ? {} : { close: { claim, answer: payoutOf } }) },
      slot,
    );
  }
  return answerPayout(context, call, created.aggregate.payout);
}

function payoutOf({ payout }: PayoutAggregate): Payout {
  return payout;
}
