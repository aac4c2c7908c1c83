import type { PayoutLink } from "./link.ts";
import type { Payout, PayoutStatus } from "./payout.ts";
import type { DisburseAccount, Recipient } from "./recipient.ts";
import type { WebhookEndpoint } from "./webhook.ts";

/** The object that an event is about, as it was right after the change. */
export type Resource =
  | { readonly kind: "payout"; readonly payout: Payout }
  | { readonly kind: "recipient"; readonly recipient: Recipient }
  | { readonly kind: "disburse_account"; readonly disburseAccount: DisburseAccount }
  | { readonly kind: "payout_link"; readonly payoutLink: PayoutLink }
  | { readonly kind: "webhook_endpoint"; readonly webhookEndpoint: WebhookEndpoint };

/** One change of status. Times in milliseconds. */
export interface PayoutEvent {
  readonly eventId: string;
  readonly merchantId: string;
  readonly type: string;
  readonly objectId: string;
  /** Per object, from 1. */
  readonly sequence: number;
  readonly createTime: number;
  readonly livemode: boolean;
  readonly previousStatus: string;
  readonly resource: Resource;
}

export const PAYOUT_EVENT_TYPES: Readonly<Record<PayoutStatus, string>> = {
  REQUIRES_PAYOUT_METHOD_DATA: "payout.requires_action",
  REQUIRES_VENDOR_ACCOUNT_CREATION: "payout.requires_action",
  REQUIRES_CONFIRMATION: "payout.requires_action",
  REQUIRES_FULFILLMENT: "payout.requires_action",
  REQUIRES_CREATION: "payout.created",
  INITIATED: "payout.initiated",
  PENDING: "payout.pending",
  SUCCESS: "payout.succeeded",
  FAILED: "payout.failed",
  CANCELLED: "payout.cancelled",
  EXPIRED: "payout.expired",
  REVERSED: "payout.reversed",
  INELIGIBLE: "payout.ineligible",
};

/** The type of an event names the status that was entered, whatever was left. */
export function payoutEventType(status: PayoutStatus): string {
  return PAYOUT_EVENT_TYPES[status];
}
