import type { LinkLimits } from "../connectors/connector.ts";
import { validationFailed } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import { type Person, parsePerson } from "../domain/person.ts";
import type { FieldViolation } from "../domain/violation.ts";
import { instruction } from "../engine/instruction.ts";
import { newAttempt } from "../engine/new-attempt.ts";
import { limits } from "../limits.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import type { LinkDestination } from "../repository/repository.ts";
import { replayWork } from "./answer-payout.ts";
import type { Answer, Call } from "./call.ts";
import type { CreateLink, LinkAnswer } from "./create-link.ts";
import { findReplay } from "./find-replay.ts";
import { checkTerms, factsOf, newPayout } from "./payout-request.ts";
import type { ServiceContext } from "./service-context.ts";
import { startPayout } from "./start-payout.ts";

type Stored = Pick<LinkAnswer, "payout" | "link">;

/**
 * Makes a payout whose link is the processor's own: its page asks the recipient how to be paid. The call
 * that makes the link is a step like any other, so its answer may be lost, and the url known only later.
 *
 * @throws ServiceError VALIDATION_FAILED for what such a page cannot honour; CONNECTOR_UNSUPPORTED
 */
export async function createProcessorLink(
  context: ServiceContext,
  call: Call,
  request: CreateLink,
): Promise<Answer<LinkAnswer>> {
  const earlier = await findReplay(context, call);
  const stored =
    earlier === null
      ? await start(context, call, request)
      : await replayWork(context, call, earlier, storedOf);
  const url = await context.repository.links.url(stored.value.link);
  return { ...stored, value: { ...stored.value, url: url ?? "" } };
}

async function start(
  context: ServiceContext,
  call: Call,
  request: CreateLink,
): Promise<Answer<Stored>> {
  const { caller } = call;
  const now = context.clock.now();
  checkTerms(request);
  checkHonoured(request);
  const person = personOf(request, now);
  const route = await context.router.choose(caller, {
    connector: request.connector,
    operations: ["CREATE_LINK"],
    by: "PROCESSOR",
    methods: [],
    facts: factsOf(request, null),
  });
  const { connector } = route;
  const ttlMs = ttlOf(request, connector.manifest.links);
  const destination: LinkDestination = { method: null, person, link: { ttlMs } };

  const linkId = context.newId("link");
  const payout = newPayout(context, caller, request, route, {
    status: "REQUIRES_CREATION",
    fulfillment: "AUTOMATIC",
    waitingFor: { reason: "EXECUTION", since: now },
    linkId,
  });
  const link: PayoutLink = {
    merchantId: caller.merchantId,
    linkId,
    payoutId: payout.payoutId,
    host: "PROCESSOR",
    state: "ACTIVE",
    allowedMethods: [],
    returnUrl: "",
    locale: "",
    requiresClaimCode: false,
    locked: false,
    allowedOrigins: [],
    tokenVersion: 1,
    expireTime: now + ttlMs,
    claimTime: null,
    createTime: now,
    updateTime: now,
    livemode: caller.livemode,
  };
  return startPayout(context, call, {
    payout,
    attempt: newAttempt(context, connector, instruction({ payout }, destination), 1),
    destination,
    link: { link, tokenHash: null, claimCodeHash: null, hint: null },
    stageFingerprint: null,
    answer: storedOf,
  });
}

function storedOf({ payout, link }: PayoutAggregate): Stored {
  if (link === null) throw new Error("a link's payout without its link");
  return { payout, link };
}

/** What only a page of ours can do is refused, and not left out. */
function checkHonoured(request: CreateLink): void {
  const given: readonly (readonly [field: string, isGiven: boolean])[] = [
    ["allowed_methods", request.allowedMethods.length > 0],
    ["return_url", request.returnUrl !== ""],
    ["locale", request.locale !== ""],
    ["claim_code", request.claimCode !== null],
    ["allowed_origins", request.allowedOrigins.length > 0],
  ];
  const violations = given.flatMap(([field, isGiven]): FieldViolation[] =>
    isGiven ? [{ field, message: "must be empty: the processor's page cannot honour it" }] : [],
  );
  const { destinationCurrency, amount } = request;
  if (destinationCurrency !== null && destinationCurrency !== amount.currency) {
    const message = "must be the amount's: a processor's link pays what it says";
    violations.push({ field: "destination_currency", message });
  }
  if (violations.length > 0) throw validationFailed(violations);
}

function personOf({ recipient }: CreateLink, now: number): Person {
  if (recipient === null) {
    const message = "is required: the processor's link is made out to a name";
    throw validationFailed([{ field: "recipient", message }]);
  }
  const parsed = parsePerson(recipient, { now }, "recipient");
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  return parsed.person;
}

/** The time that is asked for, if the processor's links can live so long; the default as far as they can. */
function ttlOf({ expireTime, ttl }: CreateLink, offered: LinkLimits | undefined): number {
  if (offered === undefined) throw new Error("a connector that makes links without their limits");
  const { minMs, maxMs, stepMs } = offered;
  if (expireTime !== null) {
    const message = "must be left out: the processor takes a `ttl`";
    throw validationFailed([{ field: "expire_time", message }]);
  }
  if (ttl === null) return Math.min(limits.link.defaultMs, maxMs);
  if (ttl >= minMs && ttl <= maxMs && ttl % stepMs === 0) return ttl;
  const [min, max, step] = [minMs, maxMs, stepMs].map((ms) => `${ms / 1000}s`);
  const message = `must be ${min} to ${max} in steps of ${step}: the processor offers nothing else`;
  throw validationFailed([{ field: "ttl", message }]);
}
