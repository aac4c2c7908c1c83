/** Every scope that an API key can have. */
export const SCOPES = [
  "payouts:write",
  "payouts:read",
  "recipients",
  "links",
  "approve",
  "connectors",
  "sandbox",
  "admin",
] as const;
export type Scope = (typeof SCOPES)[number];

/** How a merchant is shown to recipients, beside its name. */
export interface MerchantLook {
  /** Where the logo was fetched from; null without one. */
  readonly logoUrl: string | null;
  /** "#rrggbb" in lower case; null for the page's own. */
  readonly accentColor: string | null;
}

/** Whoever everything else belongs to. Test or live, for ever. */
export interface Merchant extends MerchantLook {
  readonly merchantId: string;
  /** What recipients are shown as the one who pays. */
  readonly name: string;
  readonly livemode: boolean;
  /** Belongs to whoever runs the service: its admin keys reach every merchant. */
  readonly operator: boolean;
  /** Milliseconds. */
  readonly createTime: number;
  /** Counts the changes; answered as the etag. */
  readonly version: number;
}

/** What a merchant begins with. */
export const NEW_MERCHANT = {
  logoUrl: null,
  accentColor: null,
  version: 1,
} as const satisfies Partial<Merchant>;

/** An API key, without what it is made of. Times in milliseconds. */
export interface ApiKey {
  readonly keyId: string;
  readonly merchantId: string;
  /** Its merchant's. */
  readonly livemode: boolean;
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** The last four characters, so that people can tell keys apart. */
  readonly hint: string;
  readonly createTime: number;
  /** Null: never by itself. */
  readonly expireTime: number | null;
  readonly revokeTime: number | null;
}

export type ApiKeyState = "ACTIVE" | "EXPIRED" | "REVOKED";

/** Whether a key opens anything at a time. */
export function apiKeyState(
  { expireTime, revokeTime }: Pick<ApiKey, "expireTime" | "revokeTime">,
  now: number,
): ApiKeyState {
  if (revokeTime !== null && revokeTime <= now) return "REVOKED";
  return expireTime !== null && expireTime <= now ? "EXPIRED" : "ACTIVE";
}
