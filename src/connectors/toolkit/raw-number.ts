/** JSON.rawJSON, which the compiler's library does not know yet. */
const { rawJSON } = JSON as unknown as { rawJSON(text: string): unknown };

/**
 * Digits as a number of JSON, just as they are: "10.50" is sent as 10.50, and an id of 19 digits whole.
 * They pass through no float.
 *
 * @throws SyntaxError for what is no number of JSON
 */
export function rawNumber(digits: string | bigint): unknown {
  return rawJSON(String(digits));
}
