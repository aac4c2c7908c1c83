/** A browser that comes back within this time still sees what came of its claim (seconds). */
const MAX_AGE_S = 90 * 24 * 60 * 60;
/** What redeemLink gives: 32 bytes in base64url. */
const SECRET = /(?:^|;\s*)claim=([\w-]{43})(?:;|$)/;

/** What the browser was given when it claimed this link; empty for every other browser. */
export function readClaimCookie(header: string | undefined): string {
  return SECRET.exec(header ?? "")?.[1] ?? "";
}

export interface ClaimCookie {
  readonly token: string;
  readonly claimSecret: string;
  /** Where browsers reach the service. */
  readonly publicUrl: string;
  /** Whether the page may be framed: only such a cookie comes back in another site's frame. */
  readonly framed: boolean;
}

/** The Set-Cookie that lets one browser see afterwards what came of its claim. */
export function claimCookie({ token, claimSecret, publicUrl, framed }: ClaimCookie): string {
  const { protocol, pathname } = new URL(publicUrl);
  const isTls = protocol === "https:";
  return [
    `claim=${claimSecret}`,
    `Path=${pathname.replace(/\/$/, "")}/l/${token}`,
    `Max-Age=${MAX_AGE_S}`,
    "HttpOnly",
    framed && isTls ? "SameSite=None; Partitioned" : "SameSite=Lax",
    ...(isTls ? ["Secure"] : []),
  ].join("; ");
}
