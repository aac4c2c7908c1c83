import type { Json } from "../support/json-fields.ts";
import { add, type Mutation, noMutation } from "./books.ts";

export type Tracking =
  | { readonly type: "confirmation"; readonly status: "credited" | "accepted" }
  | { readonly type: "estimation"; readonly estimatedArrivalTime: string }
  | {
      readonly type: "internalReview";
      readonly status: "pending" | "failed";
      readonly reason?: "refusedForRegulatoryReasons";
    };

/** One thing that happened: money moved between registers, or news of its way came. */
export interface TransferEvent {
  readonly id: string;
  readonly at: number;
  readonly status: string;
  readonly reason: string;
  readonly mutation: Mutation;
  readonly tracking: Tracking | undefined;
}

/** An outgoing bank transfer as the processor keeps it. Amounts are minor units. */
export interface Transfer {
  readonly id: string;
  readonly createdAt: number;
  readonly balanceAccountId: string;
  readonly currency: string;
  readonly value: bigint;
  readonly counterparty: Json;
  readonly priority: string;
  readonly reference: string;
  readonly referenceForBeneficiary: string | undefined;
  readonly description: string | undefined;
  readonly executionDate: Json | undefined;
  readonly approvalsNeeded: number;
  approvalsGiven: number;
  /** What was asked of a review; the answer comes later. */
  asked: "approve" | "cancel" | undefined;
  status: string;
  reason: string;
  tracking: Tracking | undefined;
  /** How many webhooks have told of it; the latest one's number. */
  sequenceNumber: number;
  updatedAt: number;
  readonly events: TransferEvent[];
}

/** What the transfer has done to the registers so far. */
export function effect(transfer: Transfer): Mutation {
  return transfer.events.reduce((sum, event) => add(sum, event.mutation), noMutation);
}
