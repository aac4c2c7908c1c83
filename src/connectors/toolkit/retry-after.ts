import type { Later } from "../connector.ts";

/**
 * What "Retry-After" asks for: whole seconds, or a date.
 *
 * @param now milliseconds, for a date
 * @returns nothing of a time where there is none that can be read: then any time will do
 */
export function laterOf(header: string | undefined, now: number): Later {
  const text = header?.trim() ?? "";
  if (/^\d{1,9}$/.test(text)) return { afterMs: Number(text) * 1000 };
  // A number of another kind would be read as a year.
  const date = /[a-z]/i.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isFinite(date) ? { afterMs: Math.max(0, date - now) } : {};
}
