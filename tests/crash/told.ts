import type { JsonObject } from "@bufbuild/protobuf";
import { canonicalJson } from "../../src/transport/read-call.ts";

/** One order of a caller's, however often it was sent: it may become one payout at most. */
export interface Order {
  /** Sent along as metadata, so that its payouts can be found again. */
  readonly tag: string;
  readonly minorAmount: string;
  /** Told again until it is answered. */
  readonly repeatable: boolean;
}

/** What callers were told, to be held against what is stored. */
export class Told {
  readonly orders = new Map<string, Order>();
  /** Every payout that a caller has seen, with the order that it was answered for. */
  readonly payouts = new Map<string, string>();
  /** The statuses of which callers were told, by payout. */
  readonly statuses = new Map<string, Set<string>>();
  /** Answers by method and idempotency key. */
  readonly answers = new Map<string, Set<string>>();
  /** What must never be answered, and calls that never were. */
  readonly faults: string[] = [];
  calls = 0;
  lost = 0;

  answer(key: string | null, payout: JsonObject): void {
    const payoutId = String(payout["payoutId"]);
    const metadata = payout["metadata"] as JsonObject;
    this.payouts.set(payoutId, String(metadata[TAG]));
    add(this.statuses, payoutId, String(payout["status"]));
    if (key !== null) add(this.answers, key, canonicalJson(payout));
  }
}

/** The metadata in which a payout keeps its order's tag. */
export const TAG = "crash_order";

function add(to: Map<string, Set<string>>, key: string, value: string): void {
  const values = to.get(key) ?? new Set();
  values.add(value);
  to.set(key, values);
}
