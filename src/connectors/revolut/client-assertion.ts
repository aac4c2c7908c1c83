import { createPrivateKey, sign } from "node:crypto";
import type { RevolutSettings } from "./settings.ts";

/** The same for the sandbox. */
const AUDIENCE = "https://revolut.com";
/** Used at once; the rest is for clocks that differ (seconds). */
const LIFE_S = 5 * 60;

/**
 * Says who asks for a token: a JWT with the claims that Revolut documents, signed with RS256.
 *
 * @param now milliseconds
 * @throws where the private key is none that can sign so
 */
export function clientAssertion(
  { issuer, clientId, privateKey }: RevolutSettings,
  now: number,
): string {
  const key = createPrivateKey(privateKey);
  if (key.asymmetricKeyType !== "rsa") throw new Error("the private key is not an RSA key");
  const claims = {
    iss: issuer,
    sub: clientId,
    aud: AUDIENCE,
    exp: Math.floor(now / 1000) + LIFE_S,
  };
  const text = [{ alg: "RS256", typ: "JWT" }, claims].map(encode).join(".");
  return `${text}.${sign("sha256", Buffer.from(text), key).toString("base64url")}`;
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
