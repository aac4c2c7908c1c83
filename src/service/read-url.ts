/**
 * Reads a URL that a merchant gave, by a dialler that leads to no private address and follows no
 * redirect. Null: there was no whole answer of status 200 within the size and the time.
 *
 * @param maxBytes of the answer's body; a longer one is no answer
 */
export type ReadUrl = (
  url: URL,
  options: { readonly maxBytes: number; readonly signal: AbortSignal },
) => Promise<Uint8Array | null>;
