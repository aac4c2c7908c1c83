/** Brasilia is three hours behind UTC all year: there has been no summer time since 2019. */
const BEHIND_UTC_MS = 3 * 60 * 60 * 1000;

/**
 * The day in Brasilia, such as "2026-01-15".
 *
 * @param now milliseconds since the epoch
 */
export function brasiliaDay(now: number): string {
  return new Date(now - BEHIND_UTC_MS).toISOString().slice(0, 10);
}
