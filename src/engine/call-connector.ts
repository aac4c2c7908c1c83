import type { Clock } from "../clock.ts";
import type { PayoutError } from "../domain/payout.ts";
import type { Logger } from "../telemetry/logger.ts";

/** Gives up on an answer this long after the connector's own limit, in case it ignores its signal. */
const GRACE_MS = 1000;

/**
 * Calls a connector under the call's own limit, whatever the caller of the API does. A connector
 * that throws, or that does not answer in time, has told nothing: the outcome is `otherwise`, which
 * is always the one that assumes the least.
 */
export async function callConnector<T>(
  { clock, timeoutMs, log }: { clock: Clock; timeoutMs: number; log: Logger },
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
