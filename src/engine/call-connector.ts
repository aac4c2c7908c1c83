import type { Clock } from "../clock.ts";
import type { Connector, ConnectorManifest } from "../connectors/connector.ts";
import { refOf } from "../connectors/registry.ts";
import type { ConnectorRef } from "../domain/connector-ref.ts";
import { withMaskedWords } from "../domain/mask-words.ts";
import type { PayoutError } from "../domain/payout.ts";
import { laneOf } from "../repository/job.ts";
import type { Logger } from "../telemetry/logger.ts";
import type { Circuits } from "./circuits.ts";
import type { EngineContext } from "./engine-context.ts";
import type { LaneHealth } from "./lane-health.ts";

/** Gives up on an answer this long after the connector's own limit, in case it ignores its signal. */
const GRACE_MS = 1000;

/** What a call needs beside the call: whose lane it is, and when to give up. */
export interface CallTerms {
  readonly clock: Clock;
  readonly log: Logger;
  readonly circuits: Circuits;
  readonly health: LaneHealth;
  /** The limit of the call (milliseconds). */
  readonly timeoutMs: number;
  readonly merchantId: string;
  readonly connector: ConnectorRef;
  readonly manifest: Pick<ConnectorManifest, "name" | "circuit">;
}

/** What a call comes to when the connector does not tell. */
export interface CallEnds<T> {
  /** It was made, and nothing is known of it. */
  readonly otherwise: (error: PayoutError) => T;
  /** It was not made. */
  readonly unmade: (error: PayoutError) => T;
}

/** For calls that do something at the processor. */
export const CALL_ENDS: CallEnds<{
  readonly kind: "unknown" | "not_sent";
  readonly error: PayoutError;
}> = {
  otherwise: (error) => ({ kind: "unknown", error }),
  unmade: (error) => ({ kind: "not_sent", error }),
};

/** For calls that only ask. */
export const LOOKUP_ENDS: CallEnds<{ readonly kind: "unreachable"; readonly error: PayoutError }> =
  {
    otherwise: (error) => ({ kind: "unreachable", error }),
    unmade: (error) => ({ kind: "unreachable", error }),
  };

/** The terms of a merchant's calls to a connector. */
export function callTerms(
  context: Pick<EngineContext, "clock" | "log" | "circuits" | "health" | "connectorTimeoutMs">,
  merchantId: string,
  connector: Pick<Connector, "manifest" | "connectorAccountId">,
): CallTerms {
  const { clock, log, circuits, health, connectorTimeoutMs: timeoutMs } = context;
  const { manifest } = connector;
  const ref = refOf(connector);
  return { clock, log, circuits, health, timeoutMs, merchantId, connector: ref, manifest };
}

/** Kinds of end that say that the processor did not answer. */
const SILENT = new Set(["not_sent", "unknown", "unreachable"]);

/**
 * Calls a connector under the call's own limit, whatever the caller of the API does. A connector
 * that throws, or that does not answer in time, has told nothing: the outcome is `otherwise`, which
 * is always the one that assumes the least. While the lane's circuit is open no call is made, and
 * nothing is sent: the end is `unmade`.
 */
export async function callConnector<T extends { readonly kind: string }>(
  terms: CallTerms,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  { otherwise, unmade }: CallEnds<T>,
): Promise<T> {
  const { circuits, manifest } = terms;
  const lane = laneOf(terms);
  if (!circuits.admits(lane)) return unmade(CIRCUIT_OPEN);
  const end = await callInTime(terms, `${manifest.name} ${what}`, call, otherwise);
  const answered = hasAnswered(end);
  circuits.report(lane, answered, manifest.circuit);
  terms.health.report(lane, answered, (end as { readonly error?: PayoutError }).error);
  return masked(end);
}

/** Whether the processor has said anything at all: one that wants to be asked later is there. */
function hasAnswered(end: { readonly kind: string; readonly later?: unknown }): boolean {
  return !SILENT.has(end.kind) || end.later !== undefined;
}

/** How a call ended, with the processor's words masked, wherever they are in it. */
function masked<T>(end: T): T {
  const { error, value } = end as {
    readonly error?: PayoutError;
    readonly value?: { readonly error?: PayoutError };
  };
  return {
    ...end,
    ...(error && { error: withMaskedWords(error) }),
    ...(value?.error && { value: { ...value, error: withMaskedWords(value.error) } }),
  };
}

async function callInTime<T>(
  { clock, timeoutMs, log }: Pick<CallTerms, "clock" | "timeoutMs" | "log">,
  what: string,
  call: (signal: AbortSignal) => Promise<T>,
  otherwise: (error: PayoutError) => T,
): Promise<T> {
  const controller = new AbortController();
  const cancels: (() => void)[] = [];
  const tooLate = new Promise<T>((resolve) => {
    cancels.push(clock.after(timeoutMs, () => controller.abort()));
    cancels.push(clock.after(timeoutMs + GRACE_MS, () => resolve(otherwise(NO_ANSWER))));
  });
  try {
    return await Promise.race([call(controller.signal), tooLate]);
  } catch (error) {
    log.error({ err: error, what }, "a connector threw");
    return otherwise(THREW);
  } finally {
    for (const cancel of cancels) cancel();
  }
}

const CIRCUIT_OPEN: PayoutError = {
  category: "CONNECTOR_UNAVAILABLE",
  reason: "CIRCUIT_OPEN",
  message: "The processor has not been answering. Nothing was sent; it is tried again.",
};

const NO_ANSWER: PayoutError = {
  category: "OUTCOME_UNKNOWN",
  reason: "TIMEOUT",
  message: "The processor did not answer in time. The outcome is not known yet.",
};

const THREW: PayoutError = {
  category: "OUTCOME_UNKNOWN",
  reason: "OUTCOME_UNKNOWN",
  message: "The connector could not tell how the call ended. The outcome is not known yet.",
};
