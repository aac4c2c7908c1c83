import type { AccountId } from "./account-state.ts";
import type { BankAccount } from "./bank-accounts.ts";
import { wireAmount } from "./world.ts";

export type PayoutStatus = "pending" | "in_transit" | "paid" | "failed" | "canceled";

export interface Payout {
  readonly id: string;
  readonly account: AccountId;
  readonly bank: BankAccount;
  /** Negative for a payout that takes another one back. */
  readonly amount: bigint;
  readonly currency: string;
  readonly method: "standard" | "instant";
  readonly automatic: boolean;
  readonly created: number;
  readonly arrivalDate: number;
  readonly description: string | null;
  readonly statementDescriptor: string | null;
  readonly originalPayout: string | null;
  reversedBy: string | null;
  status: PayoutStatus;
  failureCode: string | null;
  metadata: Record<string, string>;
}

/** What may follow what. Paid is not the end: some banks say no days later. */
const followers: Readonly<Record<PayoutStatus, readonly PayoutStatus[]>> = {
  pending: ["in_transit", "paid", "failed", "canceled"],
  in_transit: ["paid", "failed", "canceled"],
  paid: ["failed"],
  failed: [],
  canceled: [],
};

export function mayBecome(payout: Payout, status: PayoutStatus): boolean {
  return followers[payout.status].includes(status);
}

export function renderPayout(payout: Payout): Record<string, unknown> {
  const gone = payout.status === "failed" || payout.status === "canceled";
  const number = payout.id.slice(3);
  return {
    id: payout.id,
    object: "payout",
    amount: wireAmount(payout.amount),
    arrival_date: payout.arrivalDate,
    automatic: payout.automatic,
    balance_transaction: `txn_${number}`,
    created: payout.created,
    currency: payout.currency,
    description: payout.description,
    destination: payout.bank.id,
    failure_balance_transaction: gone ? `txn_f${number.slice(1)}` : null,
    failure_code: payout.failureCode,
    failure_message: payout.failureCode === null ? null : "The bank did not take the payout.",
    livemode: false,
    metadata: payout.metadata,
    method: payout.method,
    original_payout: payout.originalPayout,
    reconciliation_status: payout.automatic ? "in_progress" : "not_applicable",
    reversed_by: payout.reversedBy,
    source_type: "card",
    statement_descriptor: payout.statementDescriptor,
    status: payout.status,
    type: "bank_account",
  };
}
