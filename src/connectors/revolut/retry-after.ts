import type { HttpReply } from "../toolkit/http-client.ts";

/** The pause that a reply asks for (milliseconds): a number of seconds or a date; undefined for none. */
export function retryAfterMs({ headers }: HttpReply, now: number): number | undefined {
  const text = headers["retry-after"]?.trim() ?? "";
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000;
  const date = Date.parse(text);
  return /[a-z]/i.test(text) && Number.isFinite(date) ? Math.max(0, date - now) : undefined;
}
