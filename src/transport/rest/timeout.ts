import { invalidField } from "./errors.ts";
import { reasons } from "./reasons.ts";

/** The longest timeout that setTimeout keeps; a longer one would fire at once. */
export const longestTimeoutMs = 2 ** 31 - 1;

/**
 * Reads the header `connect-timeout-ms`: how long the caller will wait, in milliseconds.
 * Answers undefined without the header; throws a TranscodingError (400) when it is not a number
 * of at most ten digits, or beyond `maxTimeoutMs`.
 */
export function readTimeoutMs(header: Headers, maxTimeoutMs: number): number | undefined {
  const value = header.get("connect-timeout-ms");
  if (value === null) {
    return undefined;
  }
  const timeoutMs = /^\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
  if (!(timeoutMs <= Math.min(maxTimeoutMs, longestTimeoutMs))) {
    throw invalidField("", reasons.timeout);
  }
  return timeoutMs;
}
