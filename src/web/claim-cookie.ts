import { tokenHash } from "../service/link-token.ts";

/** A browser that comes back within this time still sees what came of its claim (seconds). */
const MAX_AGE_S = 90 * 24 * 60 * 60;
/** Claims that one browser remembers: more of them would fill the headers of its requests. */
const MAX_CLAIMS = 20;
/** What redeemLink gives: 32 bytes in base64url. */
const SECRET = /^[\w-]{43}$/;
const NAME = /^claim_[0-9a-f]{16}$/;

type Header = string | undefined;

/** What the browser was given when it reviewed its claim of this link; empty for every other one. */
export function readClaimCookie(header: Header, token: string): string {
  const value = cookies(header).find(([name]) => name === nameOf(token))?.[1] ?? "";
  return SECRET.test(value) ? value : "";
}

export interface ClaimCookie {
  readonly token: string;
  readonly claimSecret: string;
  /** Where browsers reach the service. */
  readonly publicUrl: string;
  /** Whether the page may be framed: only such a cookie comes back in another site's frame. */
  readonly framed: boolean;
}

/**
 * The Set-Cookie headers that let one browser see afterwards what came of its claim, and forget the
 * oldest ones. Each link's has a name of its own, for all links' pages: a path would tell the token.
 */
export function claimCookies(
  { token, claimSecret, publicUrl, framed }: ClaimCookie,
  header: Header,
): readonly string[] {
  const { protocol, pathname } = new URL(publicUrl);
  const isTls = protocol === "https:";
  const attributes = [
    `Path=${pathname.replace(/\/$/, "")}/l/`,
    "HttpOnly",
    framed && isTls ? "SameSite=None; Partitioned" : "SameSite=Lax",
    ...(isTls ? ["Secure"] : []),
  ];
  const cookie = (name: string, value: string, maxAge: number) =>
    [`${name}=${value}`, `Max-Age=${maxAge}`, ...attributes].join("; ");
  // Browsers send the oldest first.
  const others = cookies(header)
    .map(([name]) => name)
    .filter((name) => NAME.test(name) && name !== nameOf(token));
  return [
    cookie(nameOf(token), claimSecret, MAX_AGE_S),
    ...others
      .slice(0, Math.max(0, others.length + 1 - MAX_CLAIMS))
      .map((name) => cookie(name, "", 0)),
  ];
}

function cookies(header: Header): readonly (readonly [name: string, value: string])[] {
  return (header ?? "").split(";").map((part) => {
    const [name = "", value = ""] = part.trim().split("=", 2);
    return [name, value] as const;
  });
}

function nameOf(token: string): string {
  return `claim_${tokenHash(token).slice(0, 16)}`;
}
