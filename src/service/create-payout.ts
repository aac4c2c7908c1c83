import type { Fulfillment, Payout } from "../domain/payout.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { payoutOf, replayPayout } from "./answer-payout.ts";
import type { Answer, Call } from "./call.ts";
import { findReplay } from "./find-replay.ts";
import {
  checkRail,
  checkTerms,
  type DestinationRequest,
  factsOf,
  newPayout,
  type PayoutTerms,
  resolveDestination,
} from "./payout-request.ts";
import type { ServiceContext } from "./service-context.ts";
import { startPayout } from "./start-payout.ts";

export interface CreatePayout extends PayoutTerms {
  readonly destination: DestinationRequest;
  readonly fulfillment: Fulfillment;
}

/** Starts a payout, and waits for the processor's answer as long as the caller wants. */
export async function createPayout(
  context: ServiceContext,
  call: Call,
  request: CreatePayout,
): Promise<Answer<Payout>> {
  const { caller } = call;
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
  const told = instruction({ payout }, destination.destination);
  return startPayout(context, call, {
    payout,
    attempt: newAttempt(context, connector, told, 1),
    destination: destination.destination,
    link: null,
    stageFingerprint: null,
    answer: payoutOf,
  });
}
