import type { EventType } from "./hooks.ts";
import type { LinkChange, Links } from "./links.ts";
import type { Change, Transactions } from "./transactions.ts";
import { iso } from "./wire.ts";

export interface Event {
  readonly event: EventType;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * A new transaction is told whole; of a change only the two states, without the reason. There is no id
 * of the event: who wants to know doubles has to compare what is told.
 */
export function ofTransaction(transactions: Transactions, change: Change, now: number): Event {
  const { transaction, from } = change;
  const timestamp = iso(now);
  if (from === undefined) {
    return { event: "TransactionCreated", timestamp, data: transactions.toJson(transaction) };
  }
  const { id, requestId, state } = transaction;
  const data = { id, request_id: requestId, old_state: from, new_state: state };
  return { event: "TransactionStateChanged", timestamp, data };
}

export function ofLink(links: Links, { link, from }: LinkChange, now: number): Event {
  const timestamp = iso(now);
  if (from === undefined)
    return { event: "PayoutLinkCreated", timestamp, data: links.toJson(link) };
  const { id, requestId, state } = link;
  const data = { id, request_id: requestId, old_state: from, new_state: state };
  return { event: "PayoutLinkStateChanged", timestamp, data };
}
