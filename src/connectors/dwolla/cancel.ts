import type { PayoutError } from "../../domain/payout.ts";
import type { LookupResult, Outcome } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type DwollaApi, notSentFor, outcomeOf, send } from "./dwolla-api.ts";

/** What can be ended: a transfer, or a mass payment that waits. */
export interface Cancellable<T extends { readonly id: string; readonly word: string }> {
  /** "/transfers/..." */
  readonly path: string;
  readonly get: () => Promise<LookupResult<T>>;
  readonly read: (json: JsonReply) => T | undefined;
  /** The word of one that can still be ended. */
  readonly while: string;
  readonly signal: AbortSignal;
}

/** How it ended: `too_late` says where it stands instead, and why it was refused where it was. */
export type Cancelled<T> =
  | { readonly kind: "cancelled" }
  | { readonly kind: "too_late"; readonly now: T; readonly error?: PayoutError }
  | { readonly kind: "not_found" }
  | Extract<Outcome<never>, { kind: "not_sent" | "unknown" }>;

/** The call has no key, so what shall be ended is read first, and once more when the answer is no. */
export async function cancel<T extends { readonly id: string; readonly word: string }>(
  api: DwollaApi,
  what: Cancellable<T>,
): Promise<Cancelled<T>> {
  const before = await what.get();
  if (before.kind === "not_found") return before;
  if (before.kind === "unreachable") return notSentFor(before);
  const { value } = before;
  // An earlier request, whose answer was lost, has ended it already.
  if (value.word === "cancelled") return { kind: "cancelled" };
  if (value.word !== what.while) return { kind: "too_late", now: value };
  const { path, signal } = what;
  const answer = await send(api, { method: "POST", path, body: { status: "cancelled" }, signal });
  const failed = outcomeOf(answer);
  if (failed?.kind === "rejected") return refused(what, failed.error);
  if (failed !== undefined) return failed;
  const now = answer.kind === "answer" ? what.read(answer.json) : undefined;
  return now?.id === value.id && now.word === "cancelled"
    ? { kind: "cancelled" }
    : { kind: "unknown", error: outcomeUnknown() };
}

async function refused<T extends { readonly id: string; readonly word: string }>(
  { get }: Cancellable<T>,
  error: PayoutError,
): Promise<Cancelled<T>> {
  const after = await get();
  if (after.kind === "not_found") return after;
  if (after.kind === "unreachable") return { kind: "unknown", error: outcomeUnknown() };
  return after.value.word === "cancelled"
    ? { kind: "cancelled" }
    : { kind: "too_late", now: after.value, error };
}
