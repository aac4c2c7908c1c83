/** JSON.rawJSON, which the compiler's library does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/** A whole number of any size as a number of JSON: it passes through no float. */
export function rawNumber(value: bigint): unknown {
  return rawJSON(String(value));
}
