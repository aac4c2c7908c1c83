import type {
  AccountRegistration,
  Connector,
  LookupResult,
  Outcome,
  RecipientRegistration,
} from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import { parseId } from "../domain/id.ts";
import type { PayoutError } from "../domain/payout.ts";
import type { DisburseAccountStatus, RecipientStatus } from "../domain/recipient.ts";
import type { ClaimedJob } from "../repository/job.ts";
import type { Registration } from "../repository/registration.ts";
import {
  type IdempotencyClaim,
  LeaseLostError,
  type RegistrationRef,
} from "../repository/repository.ts";
import { CALL_ENDS, callConnector, callTerms, LOOKUP_ENDS } from "./call-connector.ts";
import { isInDoubt } from "./decisions/attempts.ts";
import { pauseUntilLater } from "./decisions/later.ts";
import { pauseMs } from "./decisions/pause.ts";
import type { EngineContext } from "./engine-context.ts";
import { recipientFirst } from "./recipient-first.ts";

/** What came of working on a registration: `not_sent` is for the caller to decide about. */
export type RegistrationEnd =
  | { readonly kind: "recorded"; readonly registration: Registration }
  | { readonly kind: "not_sent" };

interface Registered {
  readonly status: RecipientStatus | DisburseAccountStatus;
  readonly connectorId: string;
  readonly requirements?: readonly string[];
}

export interface RegistrationRunOptions {
  /** The call's beginning was stored together with the lease; it is made at once. */
  readonly begun?: boolean;
  /** Closed with the recipient or account as it is when the outcome is recorded. */
  readonly close?: IdempotencyClaim | null;
  /**
   * Asked when nothing was sent: whether the caller takes everything back. Then `not_sent` is
   * answered and nothing recorded.
   */
  readonly takesBack?: () => boolean;
}

/**
 * Works on a recipient's or account's registration at a processor under a lease, by the same rules
 * as a payout: the key is stored before the first byte leaves, an unknown outcome is looked up
 * before it is repeated under the same key.
 *
 * @throws LeaseLostError when somebody else has taken over
 */
export async function runRegistration(
  context: EngineContext,
  job: ClaimedJob,
  options: RegistrationRunOptions = {},
): Promise<RegistrationEnd> {
  const { repository, clock } = context;
  const ref: RegistrationRef = { merchantId: job.merchantId, subjectId: job.subjectId };
  const found = await repository.registrations.find(ref);
  if (found === null) throw new Error("a registration that is not there");
  let current = found;
  const connector = context.connectors.get(current.connector);
  if (connector === undefined) throw new Error("the registration's connector is not built in");
  const change = async (
    decide: (registration: Registration) => Registration,
    close: IdempotencyClaim | null = null,
  ) => {
    current = await repository.registrations.change(ref, { lease: job.token, close }, decide);
  };
  let calls = await callsFor(context, connector, current);
  if (calls === null) {
    // The account was removed meanwhile: nobody waits for its registration any more.
    await change((registration) => ({ ...registration, job: null }));
    return { kind: "recorded", registration: current };
  }

  // What was begun is sent only while it is ours: after a pause somebody else may have done it.
  if (options.begun === true && current.job?.lease?.token !== job.token) throw new LeaseLostError();
  if (options.begun !== true) {
    const isAccepted = current.outcome === "ACCEPTED";
    if (isAccepted || isInDoubt(current)) {
      const result = await calls.lookup();
      const wait = pauseMs(connector.manifest.poll, current.job?.tries ?? 0, context.chance());
      const later = result.kind === "unreachable" ? result.later : undefined;
      const runAt = clock.now() + pauseUntilLater(wait, later);
      if (result.kind === "found") {
        await change(
          (registration) => registered(registration, result.value, runAt),
          options.close ?? null,
        );
        return { kind: "recorded", registration: current };
      }
      if (isAccepted) {
        await change((registration) => putOff(registration, runAt));
        return { kind: "recorded", registration: current };
      }
      if (result.kind === "unreachable" || !mayRepeat(current, connector, clock.now())) {
        const error = result.kind === "unreachable" ? result.error : NOT_FOUND;
        await change((registration) => doubtful(registration, error, runAt), options.close ?? null);
        return { kind: "recorded", registration: current };
      }
    } else {
      const standing = await recipientFirst(context, connector, current, (first) =>
        runRegistration(context, first),
      );
      if (standing === "rejected") {
        const { close = null } = options;
        await change((registration) => refused(registration, RECIPIENT_REJECTED), close);
        return { kind: "recorded", registration: current };
      }
      if (standing === "unsent" && options.takesBack?.() === true) return { kind: "not_sent" };
      if (standing !== "ready") {
        const wait = pauseMs(connector.manifest.poll, current.job?.tries ?? 0, context.chance());
        const runAt = clock.now() + wait;
        await change((registration) => waiting(registration, runAt), options.close ?? null);
        return { kind: "recorded", registration: current };
      }
      calls = (await callsFor(context, connector, current)) ?? calls;
    }
    await change(begin);
  }

  const outcome = await calls.register();
  const { retry, poll } = connector.manifest;
  const tries = current.job?.tries ?? 0;
  const now = clock.now();
  const chance = context.chance();
  if (outcome.kind === "not_sent") {
    const { later } = outcome;
    const waits = later?.status !== undefined;
    // What the processor has put off until it is done with something else is no outage.
    if (!waits && options.takesBack?.() === true) return { kind: "not_sent" };
    const runAt = now + pauseUntilLater(pauseMs(waits ? poll : retry, tries, chance), later);
    await change((registration) => ({
      ...registration,
      // The call before this one may have arrived all the same.
      outcome: registration.outcome === "UNKNOWN" ? "UNKNOWN" : "NOT_SENT",
      error: outcome.error,
      job: { runAt, tries: tries + 1, lease: null },
    }));
  } else if (outcome.kind === "accepted") {
    const runAt = now + pauseMs(poll, tries, chance);
    await change((registration) => registered(registration, outcome.value, runAt), options.close);
  } else if (outcome.kind === "rejected") {
    await change((registration) => refused(registration, outcome.error), options.close);
  } else {
    const runAt = now + pauseMs(poll, tries, chance);
    await change((registration) => doubtful(registration, outcome.error, runAt), options.close);
  }
  return { kind: "recorded", registration: current };
}

/** Marks the call as being made; an earlier one of which nobody knows how it ended stays in doubt. */
function begin(registration: Registration): Registration {
  const outcome = isInDoubt(registration) ? "UNKNOWN" : null;
  return { ...registration, outcome, tries: registration.tries + 1 };
}

/**
 * Whether a call of unknown outcome, looked up and not found, may be made again under the same key:
 * inside the key's window only, as with a payout. Outside of it the look-ups go on.
 */
function mayRepeat({ createTime }: Registration, { manifest }: Connector, now: number): boolean {
  const age = now - createTime;
  return manifest.notFoundIsProof || (age >= 0 && age < manifest.idempotency.windowMs);
}

/** Waits for the recipient's registration. */
function waiting(registration: Registration, runAt: number): Registration {
  return { ...putOff(registration, runAt), outcome: "NOT_SENT", error: RECIPIENT_FIRST };
}

/** Looked at again later. */
function putOff(registration: Registration, runAt: number): Registration {
  const tries = (registration.job?.tries ?? 0) + 1;
  return { ...registration, job: { runAt, tries, lease: null } };
}

/** A registration that the processor has taken; one that is under review is looked at again. */
function registered(registration: Registration, value: Registered, runAt: number): Registration {
  const { status, connectorId, requirements = [] } = value;
  return {
    ...registration,
    outcome: "ACCEPTED",
    status,
    connectorId,
    requirements,
    error: null,
    job: UNDER_REVIEW.has(status) ? putOff(registration, runAt).job : null,
  };
}

function refused(registration: Registration, error: PayoutError): Registration {
  return { ...registration, outcome: "REJECTED", status: "REJECTED", error, job: null };
}

function doubtful(registration: Registration, error: PayoutError, runAt: number): Registration {
  const tries = (registration.job?.tries ?? 0) + 1;
  return { ...registration, outcome: "UNKNOWN", error, job: { runAt, tries, lease: null } };
}

/** What the processor has taken and not decided yet. */
const UNDER_REVIEW: ReadonlySet<Registered["status"]> = new Set([
  "PENDING",
  "PENDING_VERIFICATION",
]);

const NOT_FOUND: PayoutError = {
  category: "OUTCOME_UNKNOWN",
  reason: "OUTCOME_UNKNOWN",
  message: "The processor does not know of the registration yet.",
};

const RECIPIENT_FIRST: PayoutError = {
  category: "CONNECTOR_UNAVAILABLE",
  reason: "RECIPIENT_NOT_REGISTERED",
  message: "The processor has not given the recipient an id yet; the account waits for it.",
};

const RECIPIENT_REJECTED: PayoutError = {
  category: "CONNECTOR_DECLINED",
  reason: "RECIPIENT_REJECTED",
  message: "The processor has rejected the recipient.",
};

interface RegistrationCalls {
  register(): Promise<Outcome<Registered>>;
  lookup(): Promise<LookupResult<Registered>>;
}

/** The two calls of a registration; null when its account has been removed. */
async function callsFor(
  context: EngineContext,
  connector: Connector,
  registration: Registration,
): Promise<RegistrationCalls | null> {
  return parseId(registration.subjectId)?.kind === "recipient"
    ? recipientCalls(context, connector, registration)
    : accountCalls(context, connector, registration);
}

async function recipientCalls(
  context: EngineContext,
  connector: Connector,
  { merchantId, subjectId: recipientId, processorKey, connectorId }: Registration,
): Promise<RegistrationCalls> {
  const { recipients } = context.repository;
  const recipient = await recipients.find({ merchantId, recipientId });
  const person = await recipients.person({ merchantId, recipientId });
  const { registerRecipient, lookupRecipient } = connector;
  if (recipient === null || person === null) throw new Error("a registration of nobody");
  if (registerRecipient === undefined || lookupRecipient === undefined) {
    throw new Error("the connector registers no recipients");
  }
  const input = (signal: AbortSignal) => ({
    recipientId,
    connectorRecipientId: connectorId,
    person,
    metadata: recipient.metadata,
    processorKey,
    signal,
  });
  const translate = ({ connectorRecipientId, ...rest }: RecipientRegistration): Registered => ({
    ...rest,
    connectorId: connectorRecipientId,
  });
  return {
    register: async () =>
      mapOutcome(
        await callConnector<Outcome<RecipientRegistration>>(
          callTerms(context, merchantId, connector),
          "recipient",
          (signal) => registerRecipient.call(connector, input(signal)),
          CALL_ENDS,
        ),
        translate,
      ),
    lookup: async () =>
      mapLookup(
        await callConnector<LookupResult<RecipientRegistration>>(
          callTerms(context, merchantId, connector),
          "recipient lookup",
          (signal) => lookupRecipient.call(connector, input(signal)),
          LOOKUP_ENDS,
        ),
        translate,
      ),
  };
}

async function accountCalls(
  context: EngineContext,
  connector: Connector,
  { merchantId, subjectId: disburseAccountId, processorKey, connectorId }: Registration,
): Promise<RegistrationCalls | null> {
  const { accounts, recipients } = context.repository;
  const account = await accounts.find({ merchantId, disburseAccountId });
  const method = await accounts.method({ merchantId, disburseAccountId });
  if (account === null) return null;
  if (method === null) throw new Error("a registration of no account");
  const { recipientId } = account;
  const recipient = await recipients.find({ merchantId, recipientId });
  const person = await recipients.person({ merchantId, recipientId });
  const { registerAccount, lookupAccount } = connector;
  if (recipient === null || person === null) throw new Error("an account of nobody");
  if (registerAccount === undefined || lookupAccount === undefined) {
    throw new Error("the connector registers no accounts");
  }
  const known = recipient.connectorRecipients.find((each) => each.connector === refOf(connector));
  const input = (signal: AbortSignal) => ({
    disburseAccountId,
    recipientId,
    connectorRecipientId: known?.connectorRecipientId ?? null,
    connectorAccountId: connectorId,
    method,
    person,
    processorKey,
    signal,
  });
  const translate = ({ connectorAccountId, ...rest }: AccountRegistration): Registered => ({
    ...rest,
    connectorId: connectorAccountId,
  });
  return {
    register: async () =>
      mapOutcome(
        await callConnector<Outcome<AccountRegistration>>(
          callTerms(context, merchantId, connector),
          "account",
          (signal) => registerAccount.call(connector, input(signal)),
          CALL_ENDS,
        ),
        translate,
      ),
    lookup: async () =>
      mapLookup(
        await callConnector<LookupResult<AccountRegistration>>(
          callTerms(context, merchantId, connector),
          "account lookup",
          (signal) => lookupAccount.call(connector, input(signal)),
          LOOKUP_ENDS,
        ),
        translate,
      ),
  };
}

function mapOutcome<A, B>(outcome: Outcome<A>, map: (value: A) => B): Outcome<B> {
  return outcome.kind === "accepted" ? { kind: "accepted", value: map(outcome.value) } : outcome;
}

function mapLookup<A, B>(result: LookupResult<A>, map: (value: A) => B): LookupResult<B> {
  return result.kind === "found" ? { kind: "found", value: map(result.value) } : result;
}
