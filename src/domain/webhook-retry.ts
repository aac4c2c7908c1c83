import type { WebhookAttempt, WebhookDelivery, WebhookEndpoint } from "./webhook.ts";
import { PING_EVENT } from "./webhook.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The pause before each try (milliseconds); a delivery that fails after the last one has failed. */
export const PAUSES: readonly number[] = [
  0,
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];
/** Pauses are longer by up to this part of them: what failed together does not come back together. */
const JITTER = 0.2;
/** The longest that a receiver can ask to be left alone for (milliseconds). */
const LONGEST_WISH_MS = DAY;
/** An endpoint without a success for so long is given up (milliseconds). */
export const GIVE_UP_MS = 5 * DAY;

/** What comes of a try. */
export interface AfterAttempt {
  readonly delivery: Pick<WebhookDelivery, "state" | "tries" | "nextTryTime">;
  readonly endpoint: Pick<WebhookEndpoint, "state" | "disabledReason" | "failingSince">;
}

/**
 * Decides what comes of a try: when it is tried again, and whether its endpoint goes on.
 *
 * @param now after the try (milliseconds)
 * @param wishMs for how long the receiver asked to be left alone
 * @param chance at least 0 and less than 1, drawn anew
 */
export function afterAttempt(
  current: {
    readonly delivery: Pick<WebhookDelivery, "tries" | "eventType">;
    readonly endpoint: AfterAttempt["endpoint"];
  },
  { failure, startTime }: Pick<WebhookAttempt, "failure" | "startTime">,
  { now, wishMs, chance }: { now: number; wishMs: number; chance: number },
): AfterAttempt {
  const { endpoint } = current;
  const tries = current.delivery.tries + 1;
  // A disabled one is only tried by hand, and stays as it is.
  const isEnabled = endpoint.state === "ENABLED";
  if (failure === null) {
    return {
      delivery: { state: "DELIVERED", tries, nextTryTime: null },
      endpoint: isEnabled ? { ...endpoint, failingSince: null } : endpoint,
    };
  }
  // Somebody waits for the answer of a ping, and tries again by hand.
  const pause = current.delivery.eventType === PING_EVENT ? undefined : PAUSES[tries];
  const wait =
    pause === undefined
      ? null
      : Math.max(
          Math.round(pause * (1 + JITTER * chance)),
          Math.min(Math.max(0, wishMs), LONGEST_WISH_MS),
        );
  return {
    delivery:
      wait === null
        ? { state: "FAILED", tries, nextTryTime: null }
        : { state: "PENDING", tries, nextTryTime: now + wait },
    endpoint: isEnabled ? afterFailure(endpoint, failure === "GONE_410", startTime, now) : endpoint,
  };
}

function afterFailure(
  endpoint: AfterAttempt["endpoint"],
  isGone: boolean,
  startTime: number,
  now: number,
): AfterAttempt["endpoint"] {
  const failingSince = endpoint.failingSince ?? startTime;
  if (isGone) return { state: "DISABLED", disabledReason: "GONE_410", failingSince };
  const isGivenUp = now - failingSince >= GIVE_UP_MS;
  return isGivenUp
    ? { state: "DISABLED", disabledReason: "FAILING", failingSince }
    : { ...endpoint, failingSince };
}

/** For how long a `Retry-After` asks, as seconds or as a date (milliseconds); 0 for anything else. */
export function readRetryAfter(text: string, now: number): number {
  if (/^\d{1,9}$/.test(text)) return Number(text) * SECOND;
  const at = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} [\d:]{8} GMT$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  return Number.isNaN(at) ? 0 : Math.max(0, at - now);
}
