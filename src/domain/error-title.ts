import type { ErrorReason } from "./errors.ts";

/** PAYOUT_NOT_FOUND as "Payout not found". */
export function errorTitle(reason: ErrorReason): string {
  const words = reason
    .toLowerCase()
    .replaceAll("_", " ")
    .replace(/\bapi\b/, "API")
    .replace(/\betag\b/, "ETag");
  return words.charAt(0).toUpperCase() + words.slice(1);
}
