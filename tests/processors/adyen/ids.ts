import type { IdSource } from "../support/ids.ts";

/** "BA" and 23 capital letters and digits, the way resources of the platform are named. */
export function resourceId(ids: IdSource, prefix: "LE" | "SE" | "AH" | "BA"): string {
  return ids.next(prefix, 23).toUpperCase();
}

/** Transfers are named by 16 capital letters and digits. */
export function transferId(ids: IdSource): string {
  return ids.next("", 16).toUpperCase();
}

/** Events of a transfer; each change of the books has its own. */
export function eventId(ids: IdSource): string {
  return ids.next("EVJN", 26).toUpperCase();
}
