import { createGuardedHttp } from "./guarded-http.ts";
import type { TargetRules } from "./target.ts";

/**
 * Reads a URL that a merchant gave. Null: there was no whole answer of status 200 within the size and
 * the time.
 *
 * @param maxBytes of the answer's body; a longer one is no answer
 */
export type ReadUrl = (
  url: URL,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<Uint8Array | null>;

/** Reads by the one guarded way: nothing but public addresses, and no redirects. */
export function createUrlReader(rules: TargetRules): ReadUrl {
  return async (url, { maxBytes, signal }) => {
    // One byte more tells an answer that is too long.
    const http = createGuardedHttp({ ...rules, maxAnswerBytes: maxBytes + 1 });
    const { status, failure, body } = await http.get({ url, headers: {}, signal });
    return failure === null && status === 200 && body.length <= maxBytes ? body : null;
  };
}
