import type { Backoff } from "../../connectors/connector.ts";

/**
 * How long to pause before the next call: doubles with each try up to the cap, then up to a fifth is
 * added by chance, so that what failed together does not come back together.
 *
 * @param tries pauses made before, from 0
 * @param chance a random number in [0, 1)
 * @returns whole milliseconds
 */
export function pauseMs({ firstMs, maxMs }: Backoff, tries: number, chance: number): number {
  const base = Math.min(maxMs, firstMs * 2 ** Math.min(tries, 30));
  return Math.round(base * (1 + chance / 5));
}
