import type { PayoutError } from "../../domain/payout.ts";
import type { Outcome } from "../connector.ts";
import { outcomeUnknown, tooLate } from "../toolkit/errors.ts";
import { type AdyenApi, command, notDone } from "./adyen-api.ts";
import { findTransfer, type KnownAs } from "./find-transfer.ts";
import { REVIEW_NOT_BEGUN } from "./refusals.ts";
import { hasNotBegun, isOver, isPastReview, isUnderReview } from "./status.ts";
import type { Transfer } from "./transfer.ts";

/**
 * How a request to cancel a transfer ended:
 * - over: it has ended, and the money is where it was;
 * - asked: the processor will answer later;
 * - too_late: it is past its review;
 * - refused: it is under review, and the request is not taken, such as while another one is worked on.
 */
export type Stopped =
  | { readonly kind: "over"; readonly transfer: Transfer }
  | { readonly kind: "asked" }
  | { readonly kind: "too_late" | "refused"; readonly error: PayoutError }
  | { readonly kind: "not_found" }
  | Extract<Outcome<never>, { kind: "not_sent" | "unknown" }>;

/** Asks Adyen to cancel a transfer, which it does only under review; the answer comes by webhook. */
export async function stopReview(
  api: AdyenApi,
  known: KnownAs,
  { key, signal }: { readonly key: string; readonly signal: AbortSignal },
): Promise<Stopped> {
  const found = await findTransfer(api, known, signal);
  if (found.kind === "unreachable") return notDone(found);
  if (found.kind === "not_found") return found;
  const transfer = found.value;
  if (isOver(transfer.word)) return { kind: "over", transfer };
  if (!isUnderReview(transfer.word)) {
    if (!transfer.isReviewed || isPastReview(transfer.word)) {
      return { kind: "too_late", error: tooLate() };
    }
    // A word that is not known may be one of a review: Adyen will say.
    if (hasNotBegun(transfer.word)) {
      return { kind: "not_sent", error: REVIEW_NOT_BEGUN, later: {} };
    }
  }
  const body = { transferIds: [transfer.id] };
  const outcome = await command(api, {
    at: "transfers",
    path: "/transfers/cancel",
    body,
    key,
    signal,
  });
  if (outcome.kind === "accepted") return { kind: "asked" };
  if (outcome.kind !== "rejected") return outcome;
  // An earlier request, whose answer was lost, may have stopped it already.
  const again = await findTransfer(api, known, signal);
  if (again.kind !== "found") return { kind: "unknown", error: outcomeUnknown() };
  if (isOver(again.value.word)) return { kind: "over", transfer: again.value };
  const kind = isPastReview(again.value.word) ? "too_late" : "refused";
  return { kind, error: tooLate(outcome.error) };
}
