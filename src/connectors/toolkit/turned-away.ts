import type { PayoutError } from "../../domain/payout.ts";
import type { Later } from "../connector.ts";
import { credentialsRefused, type ProcessorWords, rateLimited } from "./errors.ts";
import type { HttpReply } from "./http-client.ts";
import { laterOf } from "./retry-after.ts";

/** A call that was not made; `later` where it was the processor that said so. */
export interface CallNotMade {
  readonly kind: "not_sent";
  readonly error: PayoutError;
  readonly later?: Later;
}

/** A call that was turned away at the door, before anybody looked at it: it did nothing. */
export interface TurnedAway extends CallNotMade {
  readonly later: Later;
}

/**
 * What 401, 403 and 429 say of a call: nothing was done, and it is worth another try. It says nothing of
 * a call before it under the same key.
 *
 * @param now milliseconds
 * @param refused what is said of credentials that are not taken
 * @returns undefined for any other reply
 */
export function turnedAway<W extends ProcessorWords>(
  { status, headers }: Pick<HttpReply, "status" | "headers">,
  words: W,
  now: number,
  refused: (words: W) => PayoutError = credentialsRefused,
): TurnedAway | undefined {
  if (status === 401 || status === 403) {
    return { kind: "not_sent", error: refused(words), later: {} };
  }
  if (status !== 429) return undefined;
  const later = laterOf(headers["retry-after"], now);
  return { kind: "not_sent", error: rateLimited(words), later };
}
