/** So many calls in so long (milliseconds). */
export interface RateLimit {
  readonly calls: number;
  readonly perMs: number;
}

/**
 * A token bucket for each API key: `calls` at once, refilled at an even pace. Kept by this process
 * alone: several processes together let through as many times more.
 */
export class RateLimiter {
  readonly #limit: RateLimit;
  readonly #now: () => number;
  readonly #maxKeys: number;
  /** When a key's bucket is full again (milliseconds); one that is full is not kept. */
  readonly #fullAt = new Map<string, number>();

  /** @param maxKeys buckets at once; past it the one that was taken from first is forgotten */
  constructor(limit: RateLimit, now: () => number, maxKeys: number) {
    this.#limit = limit;
    this.#now = now;
    this.#maxKeys = maxKeys;
  }

  /** Takes a call; 0, or how long to wait before the next can be taken (milliseconds). */
  take(keyId: string): number {
    const now = this.#now();
    const { calls, perMs } = this.#limit;
    const cost = perMs / calls;
    const fullAt = Math.max(this.#fullAt.get(keyId) ?? 0, now);
    const waitMs = fullAt + cost - now - perMs;
    // Fractions of a millisecond add up to less than one call.
    if (waitMs > 1e-6) return Math.ceil(waitMs);
    this.#fullAt.delete(keyId);
    this.#fullAt.set(keyId, fullAt + cost);
    if (this.#fullAt.size > this.#maxKeys) this.#forget(now);
    return 0;
  }

  /** Buckets that are full first, in the order in which they were taken from. */
  #forget(now: number): void {
    for (const [keyId, fullAt] of this.#fullAt) {
      if (this.#fullAt.size <= this.#maxKeys && fullAt > now) return;
      this.#fullAt.delete(keyId);
    }
  }
}
