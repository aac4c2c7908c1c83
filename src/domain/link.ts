import type { PayoutMethodKind } from "./payout-method/index.ts";

export const LINK_STATES = ["ACTIVE", "CLAIMED", "EXPIRED", "REVOKED"] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** A payout link, as callers see it; its token is not part of it. Times in milliseconds. */
export interface PayoutLink {
  readonly merchantId: string;
  readonly linkId: string;
  readonly payoutId: string;
  readonly state: LinkState;
  readonly allowedMethods: readonly PayoutMethodKind[];
  readonly returnUrl: string;
  readonly locale: string;
  readonly requiresClaimCode: boolean;
  /** Raised when the link is sent anew; the token is derived from link id and version. */
  readonly tokenVersion: number;
  readonly expireTime: number;
  readonly claimTime: number | null;
  readonly createTime: number;
  readonly updateTime: number;
  readonly livemode: boolean;
}
