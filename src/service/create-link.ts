import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { LinkHost, PayoutLink } from "../domain/link.ts";
import type { Payout } from "../domain/payout.ts";
import { type PayoutMethodKind, railAcceptsCurrency } from "../domain/payout-method/index.ts";
import { type PersonInput, parsePerson } from "../domain/person.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import type { FieldViolation } from "../domain/violation.ts";
import { limits } from "../limits.ts";
import type { Replay } from "../repository/repository.ts";
import type { Answer, Call } from "./call.ts";
import { createProcessorLink } from "./create-processor-link.ts";
import { findReplay } from "./find-replay.ts";
import { claimCodeHash, linkToken, linkUrl, tokenHash } from "./link-token.ts";
import { isPageMethod } from "./page-methods.ts";
import { checkTerms, factsOf, newPayout, type PayoutTerms } from "./payout-request.ts";
import type { ServiceContext } from "./service-context.ts";

export interface CreateLink extends PayoutTerms {
  readonly allowedMethods: readonly PayoutMethodKind[];
  /** Milliseconds; null for the default. */
  readonly expireTime: number | null;
  /** Milliseconds; null for the default. */
  readonly ttl: number | null;
  readonly returnUrl: string;
  readonly allowedOrigins: readonly string[];
  readonly recipient: PersonInput | null;
  readonly locale: string;
  readonly claimCode: string | null;
  readonly host: LinkHost;
}

/** A link with its address, which whoever has it can claim the money at. */
export interface LinkAnswer {
  readonly payout: Payout;
  readonly link: PayoutLink;
  /** Empty while a processor's own is not known. */
  readonly url: string;
}

/** Makes a payout without a destination, and a link at which the recipient gives one: our page, or the processor's. */
export function createLink(
  context: ServiceContext,
  call: Call,
  request: CreateLink,
): Promise<Answer<LinkAnswer>> {
  return request.host === "PROCESSOR"
    ? createProcessorLink(context, call, request)
    : createOwnLink(context, call, request);
}

async function createOwnLink(
  context: ServiceContext,
  call: Call,
  request: CreateLink,
): Promise<Answer<LinkAnswer>> {
  const { caller, claim, signal } = call;
  const earlier = await findReplay(context, call);
  if (earlier !== null) return replayed(context, earlier);
  const now = context.clock.now();
  checkTerms(request);
  const currency = request.destinationCurrency ?? request.amount.currency;
  const expireTime = expiryOf(request, now);
  checkMethods(request.allowedMethods, currency);
  checkReturnUrl(request.returnUrl);
  checkOrigins(request.allowedOrigins);
  checkClaimCode(request.claimCode);
  const hint = hintOf(request.recipient, now);
  const [only = null, ...others] = request.allowedMethods;
  // Provisional, unless the caller names the connector: the claim decides, with the method known.
  const route = await context.router.choose(caller, {
    connector: request.connector,
    operations: ["CREATE_LINK", "CREATE"],
    methods: request.allowedMethods,
    facts: { ...factsOf(request, null), method: others.length === 0 ? only : null },
  });

  const linkId = context.newId("link");
  const payout = newPayout(context, caller, request, route, {
    status: "REQUIRES_PAYOUT_METHOD_DATA",
    fulfillment: "AUTOMATIC",
    waitingFor: { reason: "PAYOUT_METHOD_DATA", since: now },
    linkId,
  });
  const link: PayoutLink = {
    merchantId: caller.merchantId,
    linkId,
    payoutId: payout.payoutId,
    host: "SERVICE",
    state: "ACTIVE",
    allowedMethods: request.allowedMethods,
    returnUrl: request.returnUrl,
    locale: request.locale,
    requiresClaimCode: request.claimCode !== null,
    locked: false,
    allowedOrigins: request.allowedOrigins,
    tokenVersion: 1,
    expireTime,
    claimTime: null,
    createTime: now,
    updateTime: now,
    livemode: caller.livemode,
  };
  const created = await context.repository.payouts.create({
    aggregate: {
      payout,
      attempts: [],
      voidRequest: null,
      newsSequence: null,
      link,
      job: { runAt: expireTime, tries: 0, lease: null },
    },
    destination: null,
    link: {
      link,
      tokenHash: tokenHash(linkToken(context.hash, link)),
      claimCodeHash:
        request.claimCode === null ? null : claimCodeHash(context.hash, linkId, request.claimCode),
      hint,
    },
    stageFingerprint: null,
    claim,
    signal,
    answer: ({ payout: stored }) => ({ payout: stored, link }),
  });
  if (created.kind === "replay") return replayed(context, created);
  if (created.kind === "duplicate") {
    throw new ServiceError("PAYOUT_ALREADY_EXISTS", { metadata: { payout_id: created.payoutId } });
  }
  return {
    value: { payout: created.aggregate.payout, link, url: linkUrl(context, link) },
    replayed: false,
  };
}

/** The url is derived and not stored, so a repeat is answered the same one. */
function replayed(context: ServiceContext, { answer }: Replay): Answer<LinkAnswer> {
  if (answer === null) throw new Error("a link's record is closed when it is made");
  const { payout, link } = decodeSnapshot<Pick<LinkAnswer, "payout" | "link">>(answer);
  return { value: { payout, link, url: linkUrl(context, link) }, replayed: true };
}

function expiryOf({ expireTime, ttl }: CreateLink, now: number): number {
  const { defaultMs, maxMs } = limits.link;
  const field = expireTime === null ? "ttl" : "expire_time";
  const at = expireTime ?? now + (ttl ?? defaultMs);
  if (at <= now) throw validationFailed([{ field, message: "must lie in the future" }]);
  if (at > now + maxMs) {
    throw validationFailed([{ field, message: "must be at most 30 days from now" }]);
  }
  return at;
}

function checkMethods(methods: readonly PayoutMethodKind[], currency: string): void {
  const violations = methods.flatMap((method, index): FieldViolation[] => {
    const field = `allowed_methods[${index}]`;
    if (!isPageMethod(method)) return [{ field, message: "cannot be given on a page" }];
    return railAcceptsCurrency(method, currency)
      ? []
      : [{ field, message: "cannot pay in the destination currency" }];
  });
  if (violations.length > 0) throw validationFailed(violations);
}

function checkReturnUrl(returnUrl: string): void {
  if (returnUrl === "") return;
  const url = URL.canParse(returnUrl) ? new URL(returnUrl) : null;
  if (url?.protocol !== "https:" || url.username !== "" || url.password !== "") {
    const message = "must be an absolute https URL without user name and password";
    throw validationFailed([{ field: "return_url", message }]);
  }
}

/** An origin as browsers write it, of a host that is nothing but a name or an address. */
const ORIGIN = /^https:\/\/([a-z0-9.-]+|\[[0-9a-f:.]+\])(:\d{1,5})?$/;

/** They go into a header of the page, so that nothing but an origin may be in them. */
function checkOrigins(origins: readonly string[]): void {
  const violations = origins.flatMap((origin, index): FieldViolation[] => {
    const isOrigin = ORIGIN.test(origin) && URL.parse(origin)?.origin === origin;
    const message = 'must be an https origin in lower case, such as "https://shop.example"';
    return isOrigin ? [] : [{ field: `allowed_origins[${index}]`, message }];
  });
  if (violations.length > 0) throw validationFailed(violations);
}

function checkClaimCode(claimCode: string | null): void {
  if (claimCode !== null && claimCode.length < 4) {
    throw validationFailed([{ field: "claim_code", message: "must be 4 to 64 characters long" }]);
  }
}

function hintOf(recipient: PersonInput | null, now: number) {
  if (recipient === null) return null;
  const parsed = parsePerson(recipient, { now }, "recipient");
  if (parsed.violations !== undefined) throw validationFailed(parsed.violations);
  return parsed.person;
}
