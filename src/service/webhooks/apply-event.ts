import type { WebhookEvent } from "../../connectors/connector.ts";
import { type ConnectorRef, connectorRef } from "../../domain/connector-ref.ts";
import type { ConnectorReference } from "../../domain/payout.ts";
import { isTerminal } from "../../domain/transition.ts";
import { isInDoubt, openStep } from "../../engine/decisions/attempts.ts";
import { makeDue, settleUnleased } from "../../engine/decisions/schedule.ts";
import type { EngineContext } from "../../engine/engine-context.ts";
import { lookupPayout } from "../../engine/payout-runner.ts";
import { limits } from "../../limits.ts";
import type { InboxAddress } from "../../repository/inbox.ts";
import { currentAttempt } from "../../repository/payout-aggregate.ts";
import type { PayoutRef } from "../../repository/repository.ts";
import { recordWord, type Word } from "../record-news.ts";

/**
 * What came of an event: `unknown` when what it names is not here (yet), `later` when the processor could
 * not be asked, or somebody else is asking it just now.
 */
export type EventEnd = "applied" | "nothing" | "unknown" | "later";

/**
 * Applies a processor's event. It is of one account: whatever it names, only payouts and registrations of
 * that account are touched. It may be applied more than once, and in any order.
 */
export async function applyEvent(
  context: EngineContext,
  address: InboxAddress,
  { about, state }: Pick<WebhookEvent, "about" | "state">,
): Promise<EventEnd> {
  const { merchantId } = address;
  const connector = connectorRef(address.connector, address.connectorAccountId);
  if (about === null) return "nothing";
  if ("registration" in about) return applyToRegistration(context, address, about.registration);
  if ("reference" in about) return applyByReference(context, address, about.reference, state);
  const { processorKey } = about;
  const found = await context.repository.payouts.findByProcessorKey(processorKey);
  const isHere = found?.merchantId === merchantId && found.connector === connector;
  if (found === null || !isHere) return "unknown";
  return applyToPayout(context, found, connector, { about, state });
}

const REGISTRATION_ENDS = { due: "applied", busy: "later", unknown: "unknown" } as const;

/** The registration is looked up; payouts that wait for it, their own or one of nobody's, are tried again. */
async function applyToRegistration(
  context: EngineContext,
  address: InboxAddress,
  id: string,
): Promise<EventEnd> {
  const { merchantId } = address;
  const { payouts, registrations } = context.repository;
  const connector = connectorRef(address.connector, address.connectorAccountId);
  const end = await registrations.lookAgain({ merchantId, connector, connectorId: id });
  const { newest, lookups } = limits.webhooks.shared;
  const known = await payouts.findByReference(address, { kind: null, id }, newest);
  const waiting = known
    .filter(({ status }) => status === "REQUIRES_VENDOR_ACCOUNT_CREATION")
    .slice(0, lookups);
  for (const { payoutId } of waiting) await lookSoon(context, { merchantId, payoutId }, connector);
  return end === "unknown" && known.length > 0 ? "applied" : REGISTRATION_ENDS[end];
}

async function applyByReference(
  context: EngineContext,
  address: InboxAddress,
  reference: ConnectorReference,
  state: WebhookEvent["state"],
): Promise<EventEnd> {
  const { merchantId } = address;
  const { newest, lookups } = limits.webhooks.shared;
  const found = await context.repository.payouts.findByReference(address, reference, newest);
  const connector = connectorRef(address.connector, address.connectorAccountId);
  const [only, another] = found;
  if (only === undefined) return "unknown";
  if (another === undefined) {
    return applyToPayout(context, { merchantId, payoutId: only.payoutId }, connector, {
      about: { connector },
      state,
    });
  }
  // An id that payouts share, such as that of their recipient: what is said of it may change how any of
  // them stands, and says of none how. Those that are not settled are looked at.
  const open = found.filter(({ status }) => !isTerminal(status)).slice(0, lookups);
  for (const { payoutId } of open) await lookSoon(context, { merchantId, payoutId }, connector);
  return "applied";
}

async function applyToPayout(
  context: EngineContext,
  ref: PayoutRef,
  connector: ConnectorRef,
  { about, state }: { readonly about: Word["about"]; readonly state: WebhookEvent["state"] },
): Promise<EventEnd> {
  if (state === null) return lookNow(context, ref, connector);
  await recordWord(context, ref, { about, state });
  return "applied";
}

/**
 * Asks the processor how a payout stands, one that has succeeded too: its money may have come back.
 */
async function lookNow(
  context: EngineContext,
  ref: PayoutRef,
  connector: ConnectorRef,
): Promise<EventEnd> {
  const aggregate = await context.repository.payouts.find(ref.merchantId, ref);
  const attempt = aggregate === null ? undefined : currentAttempt(aggregate);
  if (aggregate === null || attempt?.connector !== connector) return "nothing";
  const open = openStep(attempt);
  const step = open !== undefined && isInDoubt(open) ? open : null;
  const result = await lookupPayout(context, aggregate, step?.name ?? null);
  if (result.kind === "unreachable") return "later";
  if (result.kind === "found") {
    const about = { attemptId: attempt.attemptId, ordinal: step?.ordinal ?? null };
    await recordWord(context, ref, { about, state: result.value });
  }
  // A call that could not be made may have waited for just this.
  if (open?.outcome === "NOT_SENT") await lookSoon(context, ref, connector);
  return "applied";
}

/** Makes a payout's job due, by which it is looked up or goes on. */
async function lookSoon(
  context: EngineContext,
  ref: PayoutRef,
  connector: ConnectorRef,
): Promise<void> {
  await context.repository.payouts.change(ref, {}, (current) => {
    const isHere = currentAttempt(current)?.connector === connector;
    if (!isHere || current.job === null) return current;
    const now = context.clock.now();
    return settleUnleased(makeDue(current, now), now);
  });
}
