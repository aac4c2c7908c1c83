import type { ConnectorManifest } from "../connector.ts";

/** What fits into a header: visible ASCII. */
export const VISIBLE = /^[!-~]+$/;
/** A UUID of any version, in lower case. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a processor can take a key as it is. One that it cannot take is refused, and never cut to fit. */
export function fitsKey(
  key: string,
  { idempotency: { maxKeyLength, keyPattern } }: Pick<ConnectorManifest, "idempotency">,
): boolean {
  return key.length <= maxKeyLength && keyPattern.test(key);
}
