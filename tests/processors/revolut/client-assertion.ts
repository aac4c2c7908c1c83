import { createPublicKey, verify } from "node:crypto";

export interface Client {
  /** The `sub` of assertions. */
  readonly id: string;
  /** The `iss` of assertions: the host of the redirect address, without a scheme. */
  readonly issuer: string;
  /** PEM of the certificate's public key. */
  readonly publicKey: string;
}

export const audience = "https://revolut.com";

/**
 * What is wrong with a client assertion, or undefined: a JWT in compact form, signed with RS256 and
 * nothing else. `now` is in milliseconds.
 */
export function faultOf(assertion: string, client: Client, now: number): string | undefined {
  const [head = "", claims = "", signature = "", ...rest] = assertion.split(".");
  if (rest.length > 0 || signature === "") return "not a signed JWT";
  if (parse(head)?.["alg"] !== "RS256") return "not signed with RS256";
  const key = createPublicKey(client.publicKey);
  const signed = Buffer.from(`${head}.${claims}`);
  if (!verify("sha256", signed, key, Buffer.from(signature, "base64url"))) return "bad signature";
  const { iss, sub, aud, exp } = parse(claims) ?? {};
  if (iss !== client.issuer) return "wrong issuer";
  if (sub !== client.id) return "wrong subject";
  if (aud !== audience) return "wrong audience";
  if (typeof exp !== "number" || exp * 1000 <= now) return "expired";
  return undefined;
}

function parse(part: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, "base64url").toString());
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch {
    return undefined;
  }
}
