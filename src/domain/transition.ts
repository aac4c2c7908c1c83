import { PAYOUT_STATUSES, type PayoutStatus } from "./payout.ts";

/**
 * Every legal step of a payout, and the only place that says so. Whoever changes a status asks this
 * table, and the update names the status that it leaves and checks the row count.
 */
const TRANSITIONS: Readonly<Record<PayoutStatus, readonly PayoutStatus[]>> = {
  REQUIRES_PAYOUT_METHOD_DATA: [
    "REQUIRES_CREATION",
    "EXPIRED",
    "CANCELLED",
    "INELIGIBLE",
    // Where the processor itself waits for the recipient's claim.
    "PENDING",
    "SUCCESS",
    "FAILED",
  ],
  REQUIRES_CONFIRMATION: ["REQUIRES_CREATION", "CANCELLED", "EXPIRED", "INELIGIBLE"],
  REQUIRES_VENDOR_ACCOUNT_CREATION: ["REQUIRES_CREATION", "FAILED", "CANCELLED", "INELIGIBLE"],
  REQUIRES_CREATION: [
    "REQUIRES_VENDOR_ACCOUNT_CREATION",
    "REQUIRES_FULFILLMENT",
    "INITIATED",
    "PENDING",
    "SUCCESS",
    "FAILED",
    "INELIGIBLE",
    "CANCELLED",
    "REQUIRES_PAYOUT_METHOD_DATA",
  ],
  REQUIRES_FULFILLMENT: ["INITIATED", "PENDING", "SUCCESS", "FAILED", "CANCELLED", "EXPIRED"],
  INITIATED: [
    "PENDING",
    "SUCCESS",
    "FAILED",
    "CANCELLED",
    "EXPIRED",
    "REVERSED",
    "REQUIRES_PAYOUT_METHOD_DATA",
  ],
  PENDING: ["SUCCESS", "FAILED", "CANCELLED", "EXPIRED", "REVERSED", "REQUIRES_PAYOUT_METHOD_DATA"],
  // A bank return or a late failure: terminal for everybody else.
  SUCCESS: ["REVERSED", "FAILED"],
  FAILED: [],
  CANCELLED: [],
  EXPIRED: [],
  REVERSED: [],
  INELIGIBLE: [],
};

/** How a payout can begin: Create, Stage and CreateLink. */
export const INITIAL_STATUSES = [
  "REQUIRES_CREATION",
  "REQUIRES_CONFIRMATION",
  "REQUIRES_PAYOUT_METHOD_DATA",
] as const satisfies readonly PayoutStatus[];

/** Whether a payout may go from one status to the other. Staying is not a step. */
export function canTransition(from: PayoutStatus, to: PayoutStatus): boolean {
  return TRANSITIONS[from].includes(to);
}

/** Every status that may be left for `to`. */
export function statusesBefore(to: PayoutStatus): readonly PayoutStatus[] {
  return PAYOUT_STATUSES.filter((from) => canTransition(from, to));
}

/**
 * Whether a payout has ended: nothing is left to do for it. SUCCESS counts, although a bank may
 * still return the money.
 */
export function isTerminal(status: PayoutStatus): boolean {
  return status === "SUCCESS" || TRANSITIONS[status].length === 0;
}

/** Whether `to` can be reached from `from` in any number of steps; used to tell stale news from wrong news. */
export function canReach(from: PayoutStatus, to: PayoutStatus): boolean {
  const seen = new Set<PayoutStatus>([from]);
  const open = [from];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const next of TRANSITIONS[at]) {
      if (next === to) return true;
      if (!seen.has(next)) {
        seen.add(next);
        open.push(next);
      }
    }
  }
  return false;
}
