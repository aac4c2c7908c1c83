import type { Money } from "./money.ts";
import type { MaskedPayoutMethod } from "./payout-method/index.ts";
import type { Routing } from "./routing.ts";

/** Where a payout stands; the words and their meaning are those of `payout.v1.Payout.Status`. */
export const PAYOUT_STATUSES = [
  "REQUIRES_PAYOUT_METHOD_DATA",
  "REQUIRES_VENDOR_ACCOUNT_CREATION",
  "REQUIRES_CONFIRMATION",
  "REQUIRES_CREATION",
  "REQUIRES_FULFILLMENT",
  "INITIATED",
  "PENDING",
  "SUCCESS",
  "FAILED",
  "CANCELLED",
  "EXPIRED",
  "REVERSED",
  "INELIGIBLE",
] as const;
export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

export type PayoutPriority = "INSTANT" | "FAST" | "REGULAR" | "WIRE" | "CROSS_BORDER" | "INTERNAL";

export type Fulfillment = "AUTOMATIC" | "MANUAL";

export type PayoutErrorCategory =
  | "CONNECTOR_DECLINED"
  | "OUTCOME_UNKNOWN"
  | "CONNECTOR_UNAVAILABLE"
  | "VALIDATION"
  | "CONFIGURATION"
  | "INTERNAL";

/**
 * Why a payout failed, or what is not known of it. `reason` and `message` are ours and stable; the
 * `connector*` fields are the processor's own, word for word, and may hold anything it chose to
 * say: they are shown to the merchant and never used in a message of ours.
 */
export interface PayoutError {
  readonly category: PayoutErrorCategory;
  readonly reason: string;
  readonly message: string;
  readonly connectorCode?: string;
  readonly connectorMessage?: string;
  readonly connectorRequestId?: string;
}

/** An id by which a processor knows a payout or a part of it, such as `{kind: "transfer"}`. */
export interface ConnectorReference {
  readonly kind: string;
  readonly id: string;
}

/**
 * A price held until `expireTime` (milliseconds); null for one that is indicative: it is not held, and
 * never expires. `rate` is an exact decimal.
 */
export interface Quote {
  readonly rate: string;
  readonly fee: Money;
  readonly destinationAmount: Money;
  readonly expireTime: number | null;
}

/** Whether the price is not to be had any more. */
export function isExpired({ expireTime }: Quote, now: number): boolean {
  return expireTime !== null && expireTime <= now;
}

export type WaitingReason =
  | "EXECUTION"
  | "CONNECTOR_UNAVAILABLE"
  | "OUTCOME_UNKNOWN"
  | "SETTLEMENT"
  | "VOID_REQUESTED"
  | "CONFIRMATION"
  | "FULFILLMENT"
  | "PAYOUT_METHOD_DATA"
  | "VENDOR_ACCOUNT"
  | "REVIEW"
  | "RETURN"
  | "UNDOING";

export type WaitingActor = "RECIPIENT" | "PROCESSOR" | "CALLER" | "OPERATOR" | "SERVICE";

/** What a payout waits for and since when (milliseconds). Who can end the wait follows from it. */
export interface WaitingFor {
  readonly reason: WaitingReason;
  readonly since: number;
}

const ACTORS: Readonly<Record<WaitingReason, WaitingActor>> = {
  EXECUTION: "SERVICE",
  CONNECTOR_UNAVAILABLE: "SERVICE",
  OUTCOME_UNKNOWN: "SERVICE",
  SETTLEMENT: "PROCESSOR",
  VOID_REQUESTED: "PROCESSOR",
  CONFIRMATION: "CALLER",
  FULFILLMENT: "CALLER",
  PAYOUT_METHOD_DATA: "RECIPIENT",
  VENDOR_ACCOUNT: "PROCESSOR",
  REVIEW: "OPERATOR",
  RETURN: "PROCESSOR",
  UNDOING: "SERVICE",
};

/** Who can end a wait. */
export function waitingActor(reason: WaitingReason): WaitingActor {
  return ACTORS[reason];
}

/** One disbursement to one destination, as callers see it: nothing in it is secret. Times in milliseconds. */
export interface Payout {
  readonly merchantId: string;
  readonly payoutId: string;
  readonly merchantPayoutId: string | null;
  readonly status: PayoutStatus;
  readonly amount: Money;
  readonly destinationCurrency: string;
  readonly destinationAmount: Money | null;
  readonly connector: string;
  /** Why this one; null for a payout that was stored before payouts were routed. */
  readonly routing: Routing | null;
  readonly connectorReferences: readonly ConnectorReference[];
  readonly connectorPayoutId: string | null;
  readonly recipientId: string | null;
  readonly disburseAccountId: string | null;
  readonly payoutMethod: MaskedPayoutMethod | null;
  readonly priority: PayoutPriority | null;
  readonly fulfillment: Fulfillment;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly quote: Quote | null;
  readonly linkId: string | null;
  readonly error: PayoutError | null;
  readonly waitingFor: WaitingFor | null;
  /** When the service looks at it next; null when it has no job. */
  readonly nextCheckTime: number | null;
  readonly createTime: number;
  readonly updateTime: number;
  readonly livemode: boolean;
  /** Counts the changes; answered as the etag. */
  readonly version: number;
}
