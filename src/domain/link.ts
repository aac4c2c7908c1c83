import type { PayoutMethodKind } from "./payout-method/index.ts";

/** CLAIMED goes back to ACTIVE when the payout fails for something that its recipient can mend. */
export const LINK_STATES = ["ACTIVE", "CLAIMED", "EXPIRED", "REVOKED"] as const;
export type LinkState = (typeof LINK_STATES)[number];

/** Whose page a link leads to, and who asks the recipient how to be paid. */
export const LINK_HOSTS = ["SERVICE", "PROCESSOR"] as const;
export type LinkHost = (typeof LINK_HOSTS)[number];

/** What a processor is told of a link of its own; it never changes. */
export interface LinkTerms {
  /** How long it can be claimed, from when it is made (milliseconds). */
  readonly ttlMs: number;
}

/** A payout link, as callers see it; its token is not part of it. Times in milliseconds. */
export interface PayoutLink {
  readonly merchantId: string;
  readonly linkId: string;
  readonly payoutId: string;
  readonly host: LinkHost;
  readonly state: LinkState;
  readonly allowedMethods: readonly PayoutMethodKind[];
  readonly returnUrl: string;
  readonly locale: string;
  readonly requiresClaimCode: boolean;
  /** Too many wrong claim codes: nobody can claim it until it is sent anew. */
  readonly locked: boolean;
  /** Who may frame the page, such as "https://shop.example". */
  readonly allowedOrigins: readonly string[];
  /** Raised when the link is sent anew; the token is derived from link id and version. */
  readonly tokenVersion: number;
  readonly expireTime: number;
  readonly claimTime: number | null;
  readonly createTime: number;
  readonly updateTime: number;
  readonly livemode: boolean;
}

/** What there is to say of a link to whoever wants to claim it. LOCKED: by wrong claim codes. */
export function claimableState(
  { state, locked, expireTime }: Pick<PayoutLink, "state" | "locked" | "expireTime">,
  now: number,
): LinkState | "LOCKED" {
  if (state !== "ACTIVE") return state;
  if (expireTime <= now) return "EXPIRED";
  return locked ? "LOCKED" : "ACTIVE";
}
