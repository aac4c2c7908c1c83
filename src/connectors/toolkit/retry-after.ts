import type { Later } from "../connector.ts";

/**
 * What "Retry-After" asks for: whole seconds, or a date.
 *
 * @param now milliseconds, for a date
 * @returns nothing of a time where there is none that can be read: then any time will do
 */
export function laterOf(header: string | undefined, now: number): Later {
  const text = header?.trim() ?? "";
  const afterMs = /^\d{1,9}$/.test(text) ? Number(text) * 1000 : Date.parse(text) - now;
  return Number.isFinite(afterMs) ? { afterMs: Math.max(0, afterMs) } : {};
}
