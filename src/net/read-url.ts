import type { GuardedHttp } from "./guarded-http.ts";

/** Reads small things, such as a logo, from URLs that merchants gave; null for what is not there as it should be. */
export function createUrlReader(http: Pick<GuardedHttp, "get">) {
  return async (
    url: URL,
    { maxBytes, signal }: { readonly maxBytes: number; readonly signal: AbortSignal },
  ): Promise<Uint8Array | null> => {
    // One byte more than may be: what is longer is told from what just fits.
    const request = { url, headers: {}, signal, maxBytes: maxBytes + 1 };
    const { status, failure, body } = await http.get(request);
    return status === 200 && failure === null && body.length <= maxBytes ? body : null;
  };
}
