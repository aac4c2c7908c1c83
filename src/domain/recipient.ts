import type { MaskedPayoutMethod } from "./payout-method/index.ts";
import type { MaskedPerson } from "./person.ts";

export const RECIPIENT_STATUSES = ["PENDING", "ACTION_REQUIRED", "ACTIVE", "REJECTED"] as const;
export type RecipientStatus = (typeof RECIPIENT_STATUSES)[number];

/** A recipient's registration at one processor. */
export interface ConnectorRecipient {
  readonly connector: string;
  readonly connectorRecipientId: string | null;
  readonly status: RecipientStatus;
}

/** Somebody who is paid, as callers see it: personal data masked. Times in milliseconds. */
export interface Recipient {
  readonly merchantId: string;
  readonly recipientId: string;
  readonly merchantRecipientId: string | null;
  readonly status: RecipientStatus;
  readonly person: MaskedPerson;
  readonly requirements: readonly string[];
  readonly connectorRecipients: readonly ConnectorRecipient[];
  readonly defaultDisburseAccountId: string | null;
  readonly metadata: Readonly<Record<string, string>>;
  readonly createTime: number;
  readonly updateTime: number;
  readonly livemode: boolean;
  readonly version: number;
}

export const DISBURSE_ACCOUNT_STATUSES = ["PENDING_VERIFICATION", "VERIFIED", "REJECTED"] as const;
export type DisburseAccountStatus = (typeof DISBURSE_ACCOUNT_STATUSES)[number];

/** An account's registration at one processor. */
export interface ConnectorDisburseAccount {
  readonly connector: string;
  readonly connectorAccountId: string | null;
  readonly status: DisburseAccountStatus;
}

/** A destination account, as callers see it: the number masked. Times in milliseconds. */
export interface DisburseAccount {
  readonly merchantId: string;
  readonly disburseAccountId: string;
  readonly recipientId: string;
  readonly status: DisburseAccountStatus;
  readonly payoutMethod: MaskedPayoutMethod;
  readonly connectorAccounts: readonly ConnectorDisburseAccount[];
  readonly isDefault: boolean;
  readonly createTime: number;
  readonly livemode: boolean;
}
