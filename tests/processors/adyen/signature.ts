import { createHmac } from "node:crypto";

/** What a receiver checks a webhook with. */
export interface WebhookSecrets {
  /** As the processor shows it: hexadecimal. It is decoded before it is used. */
  readonly hmacKey: string;
  readonly username: string;
  readonly password: string;
}

/** Base64 of HMAC-SHA256 over the bytes that are sent. */
export function hmacSignature(raw: Buffer, hmacKey: string): string {
  return createHmac("sha256", Buffer.from(hmacKey, "hex")).update(raw).digest("base64");
}

/** The headers of one delivery. There is no time in them: an old delivery stays valid. */
export function webhookHeaders(raw: Buffer, secrets: WebhookSecrets): Record<string, string> {
  const basic = Buffer.from(`${secrets.username}:${secrets.password}`).toString("base64");
  return {
    authorization: `Basic ${basic}`,
    HmacSignature: hmacSignature(raw, secrets.hmacKey),
    Protocol: "HmacSHA256",
  };
}
