import { wireMoney } from "./paypal-money.ts";
import type { Scenario } from "./scenarios.ts";

export type ItemStatus =
  | "SUCCESS"
  | "FAILED"
  | "PENDING"
  | "UNCLAIMED"
  | "RETURNED"
  | "ONHOLD"
  | "BLOCKED"
  | "REFUNDED"
  | "REVERSED";

export type BatchStatus = "PENDING" | "PROCESSING" | "SUCCESS" | "DENIED";

export interface Item {
  readonly id: string;
  readonly transactionId: string;
  readonly batch: Batch;
  readonly currency: string;
  readonly amount: bigint;
  readonly fee: bigint;
  /** What the sender gave, as it is told again. */
  readonly given: Readonly<Record<string, unknown>>;
  readonly scenario: Scenario;
  status: ItemStatus;
  error: Scenario["error"];
  timeProcessed: string | undefined;
}

export interface Batch {
  readonly id: string;
  readonly senderBatchId: string | undefined;
  readonly senderHeader: Readonly<Record<string, unknown>>;
  readonly createdAt: number;
  readonly items: Item[];
  status: BatchStatus;
  completedAt: string | undefined;
}

/** The statuses in which the sender has the money again, or never lost it. */
export function isBack(status: ItemStatus): boolean {
  return ["FAILED", "RETURNED", "BLOCKED", "REFUNDED", "REVERSED"].includes(status);
}

/** Times in PayPal's form, without milliseconds. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");
}

export function selfLink(base: string, path: string, rel = "self") {
  return { href: `${base}${path}`, rel, method: "GET", encType: "application/json" };
}

export function renderItem(item: Item, base: string): Record<string, unknown> {
  const { batch, error } = item;
  return {
    payout_item_id: item.id,
    ...(item.status === "PENDING" ? {} : { transaction_id: item.transactionId }),
    activity_id: `0E${item.transactionId.slice(2)}`,
    transaction_status: item.status,
    payout_item_fee: wireMoney(item.currency, item.fee),
    payout_batch_id: batch.id,
    ...(batch.senderBatchId === undefined ? {} : { sender_batch_id: batch.senderBatchId }),
    payout_item: item.given,
    ...(item.timeProcessed === undefined ? {} : { time_processed: item.timeProcessed }),
    ...(error ? { errors: { ...error, debug_id: `d${item.id.toLowerCase()}`, details: [] } } : {}),
    links: [
      selfLink(base, `/v1/payments/payouts-item/${item.id}`),
      selfLink(base, `/v1/payments/payouts/${batch.id}`, "batch"),
    ],
  };
}

/** The header as POST tells it: nothing is known of the items yet. */
export function renderNewBatch(batch: Batch, base: string): Record<string, unknown> {
  return {
    batch_header: {
      payout_batch_id: batch.id,
      batch_status: batch.status,
      sender_batch_header: batch.senderHeader,
    },
    links: [selfLink(base, `/v1/payments/payouts/${batch.id}`)],
  };
}

export function renderBatchHeader(batch: Batch): Record<string, unknown> {
  const [first] = batch.items;
  const sum = (of: (item: Item) => bigint) =>
    wireMoney(
      first?.currency ?? "USD",
      batch.items.reduce((total, item) => total + of(item), 0n),
    );
  return {
    payout_batch_id: batch.id,
    batch_status: batch.status,
    time_created: timeText(batch.createdAt),
    ...(batch.completedAt === undefined ? {} : { time_completed: batch.completedAt }),
    sender_batch_header: batch.senderHeader,
    funding_source: "BALANCE",
    amount: sum((item) => item.amount),
    fees: sum((item) => item.fee),
  };
}
