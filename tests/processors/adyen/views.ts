import { type Json, known } from "../support/json-fields.ts";
import { jsonNumber } from "../support/json-numbers.ts";
import { type Mutation, noMutation } from "./books.ts";
import { effect, type Transfer, type TransferEvent } from "./transfer.ts";

/** Where a transfer belongs, as replies and webhooks name it. */
export interface Owner {
  readonly balancePlatform: string;
  readonly accountHolderId: string;
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}

/** Minor units as a number of JSON: the amounts are 64 bits wide, so they pass through no float. */
export function minorUnits(value: bigint): unknown {
  return jsonNumber(value.toString());
}

/** What POST /transfers answers: the transfer without its history. */
export function transferView(transfer: Transfer, owner: Owner): Json {
  return known({
    id: transfer.id,
    accountHolder: { id: owner.accountHolderId },
    balanceAccount: { id: transfer.balanceAccountId },
    amount: { currency: transfer.currency, value: minorUnits(transfer.value) },
    category: "bank",
    categoryData: { type: "bank", priority: transfer.priority },
    counterparty: transfer.counterparty,
    createdAt: isoTime(transfer.createdAt),
    creationDate: isoTime(transfer.createdAt),
    description: transfer.description,
    direction: "outgoing",
    executionDate: transfer.executionDate,
    reason: transfer.reason,
    reference: transfer.reference,
    referenceForBeneficiary: transfer.referenceForBeneficiary,
    review: reviewView(transfer),
    status: transfer.status,
    type: "bankTransfer",
  });
}

/** What GET answers and webhooks carry. */
export function transferDataView(transfer: Transfer, owner: Owner): Json {
  return known({
    ...transferView(transfer, owner),
    balancePlatform: owner.balancePlatform,
    balances: [mutationView(effect(transfer), transfer.currency)],
    events: transfer.events.map((event) => eventView(event, transfer.currency)),
    sequenceNumber: transfer.sequenceNumber,
    tracking: transfer.tracking,
    updatedAt: isoTime(transfer.updatedAt),
    transactionRulesResult: { allHardBlockRulesPassed: true },
  });
}

function reviewView({ approvalsNeeded }: Transfer): Json | undefined {
  if (approvalsNeeded === 0) return undefined;
  return { numberOfApprovalsRequired: approvalsNeeded, scaOnApproval: "notApplicable" };
}

function eventView(event: TransferEvent, currency: string): Json {
  if (event.tracking) {
    return {
      id: event.id,
      type: "tracking",
      status: event.status,
      reason: event.reason,
      trackingData: event.tracking,
      updateDate: isoTime(event.at),
    };
  }
  const moved = event.mutation.balance !== 0n;
  return known({
    id: event.id,
    type: "accounting",
    status: event.status,
    reason: event.reason,
    bookingDate: isoTime(event.at),
    mutations: isNothing(event.mutation) ? undefined : [mutationView(event.mutation, currency)],
    // Only what changes the balance is a transaction.
    transactionId: moved ? `${event.id}${currency}` : undefined,
    valueDate: moved ? isoTime(event.at) : undefined,
  });
}

function isNothing(mutation: Mutation): boolean {
  return Object.entries(mutation).every(([name, value]) => value === noMutation[name as "balance"]);
}

function mutationView(mutation: Mutation, currency: string): Json {
  return {
    currency,
    balance: minorUnits(mutation.balance),
    reserved: minorUnits(mutation.reserved),
    received: minorUnits(mutation.received),
  };
}
