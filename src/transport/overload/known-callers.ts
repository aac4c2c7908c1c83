import { hash } from "node:crypto";

/**
 * Whose API keys have been accepted lately, to tell merchants apart before a request is read. Only
 * for fairness: what a key may do is looked up anew on each call. Keys are kept hashed.
 */
export class KnownCallers {
  readonly #max: number;
  readonly #merchants = new Map<string, string>();

  /** @param max keys that are remembered; past it the one that was remembered first is forgotten */
  constructor(max: number) {
    this.#max = max;
  }

  /** Remembers a key that was accepted. */
  accept(authorization: string, merchantId: string): void {
    const key = fold(authorization);
    if (this.#merchants.has(key)) return;
    this.#merchants.set(key, merchantId);
    if (this.#merchants.size <= this.#max) return;
    const [first] = this.#merchants.keys();
    if (first !== undefined) this.#merchants.delete(first);
  }

  /** The merchant; null for whoever is not known. */
  merchantOf(authorization: string | undefined): string | null {
    if (authorization === undefined || authorization.length > 512) return null;
    return this.#merchants.get(fold(authorization)) ?? null;
  }
}

function fold(authorization: string): string {
  return hash("sha256", authorization, "base64url");
}
