import type { ProcessorQuote } from "../connectors/connector.ts";
import { ServiceError } from "../domain/errors.ts";
import { isExpired, type Payout } from "../domain/payout.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { limits } from "../limits.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
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
import { askQuote } from "./quote.ts";
import type { ServiceContext } from "./service-context.ts";
import { startPayout } from "./start-payout.ts";

export interface StagePayout extends PayoutTerms {
  readonly destination: DestinationRequest;
}

/**
 * Prepares a payout without executing it, at the processor where that keeps payouts for review. Staging
 * the same again, under a merchant_payout_id whose quote has expired, renews the quote.
 */
export async function stagePayout(
  context: ServiceContext,
  call: Call,
  request: StagePayout,
): Promise<Answer<Payout>> {
  const { caller, claim, signal } = call;
  const { repository, clock } = context;
  const replay = await findReplay(context, call);
  if (replay !== null) return replayPayout(context, call, replay);
  checkTerms(request);
  const destination = await resolveDestination(context, caller, request.destination);
  const { method } = destination.destination;
  checkRail(request, method.kind);
  const renewed = await renewQuote(context, call, request);
  if (renewed !== null) return renewed;

  const route = await context.router.choose(caller, {
    connector: request.connector,
    operations: ["STAGE", "CREATE"],
    methods: [method.kind],
    facts: factsOf(request, method),
  });
  const { connector } = route;
  const draft = newPayout(context, caller, request, route, {
    status: "REQUIRES_CONFIRMATION",
    fulfillment: "AUTOMATIC",
    waitingFor: null,
    recipientId: destination.recipientId,
    disburseAccountId: destination.disburseAccountId,
    payoutMethod: destination.masked,
  });
  const priced = instruction({ payout: draft }, destination.destination);
  const quoted = await askQuote(context, connector, priced);
  const now = clock.now();
  const payout: Payout = {
    ...draft,
    waitingFor: { reason: "CONFIRMATION", since: now },
    createTime: now,
    updateTime: now,
    ...priceOf(quoted),
  };
  const told = instruction({ payout }, destination.destination);
  const attempt = newAttempt(context, connector, told, 1, "stage");
  if (attempt.steps.length > 0) {
    return startPayout(context, call, {
      payout: { ...payout, waitingFor: { reason: "EXECUTION", since: now } },
      attempt,
      link: null,
      answer: payoutOf,
      destination: destination.destination,
      stageFingerprint: call.fingerprint,
    });
  }
  const staged = await repository.payouts.create({
    aggregate: {
      payout,
      attempts: [],
      voidRequest: null,
      newsSequence: null,
      link: null,
      job: { runAt: now + limits.stagedMs, tries: 0, lease: null },
    },
    destination: destination.destination,
    link: null,
    stageFingerprint: call.fingerprint,
    claim,
    signal,
    answer: ({ payout: stored }) => stored,
  });
  if (staged.kind === "replay") return replayPayout(context, call, staged);
  if (staged.kind === "duplicate") {
    throw new ServiceError("PAYOUT_ALREADY_EXISTS", { metadata: { payout_id: staged.payoutId } });
  }
  return { value: staged.aggregate.payout, replayed: false };
}

/** Gives a staged payout a new price; null when the request is not for one that waits with an expired one. */
async function renewQuote(
  context: ServiceContext,
  call: Call,
  request: StagePayout,
): Promise<Answer<Payout> | null> {
  const { merchantPayoutId } = request;
  const { repository, clock } = context;
  const { merchantId } = call.caller;
  if (merchantPayoutId === null) return null;
  const found = await repository.payouts.find(merchantId, { merchantPayoutId });
  if (found === null || !hasExpiredQuote(found, clock.now())) return null;
  const ref = { merchantId, payoutId: found.payout.payoutId };
  if ((await repository.payouts.stageFingerprint(ref)) !== call.fingerprint) return null;
  const destination = await repository.payouts.destination(ref);
  // Its own connector, whatever the rules say by now: the payout stays where it is.
  const connector = context.connectors.get(found.payout.connector);
  if (connector === undefined || destination === null || destination.method === null) return null;
  const quoted = await askQuote(context, connector, instruction(found, destination));
  const { claim, signal } = call;
  const changed = await repository.payouts.change(
    ref,
    { claim, signal, close: claim === null ? null : { claim, answer: ({ payout }) => payout } },
    (current) =>
      hasExpiredQuote(current, clock.now())
        ? {
            ...current,
            payout: {
              ...current.payout,
              ...priceOf(quoted),
            },
          }
        : current,
  );
  if (changed.kind === "stored") return { value: changed.aggregate.payout, replayed: false };
  return changed.answer === null
    ? null
    : { value: decodeSnapshot<Payout>(changed.answer), replayed: true };
}

/** A price, as the payout holds it. A new one takes the place of the old, with its ids. */
function priceOf(
  quoted: ProcessorQuote | null,
): Pick<Payout, "quote" | "destinationAmount" | "connectorReferences"> {
  if (quoted === null) return { quote: null, destinationAmount: null, connectorReferences: [] };
  const { references = [], ...quote } = quoted;
  return { quote, destinationAmount: quote.destinationAmount, connectorReferences: references };
}

/** What the processor itself keeps is not priced anew: it knows the old price. */
function hasExpiredQuote({ payout, attempts }: PayoutAggregate, now: number): boolean {
  return (
    attempts.length === 0 &&
    payout.status === "REQUIRES_CONFIRMATION" &&
    payout.quote !== null &&
    isExpired(payout.quote, now)
  );
}
