import { Webhook } from "standardwebhooks";

/** Secrets are this, and base64 of so many random bytes. */
const PREFIX = "whsec_";
const SECRET_BYTES = 32;

export function newWebhookSecret(randomBytes: (size: number) => Uint8Array): string {
  return PREFIX + Buffer.from(randomBytes(SECRET_BYTES)).toString("base64");
}

/** What a request says of itself, as Standard Webhooks 1.0 has it, beside its signature. */
export function webhookHeaders(id: string, time: number): Readonly<Record<string, string>> {
  return {
    "content-type": "application/json",
    "user-agent": "Payout-Service-Webhooks/1",
    "webhook-id": id,
    "webhook-timestamp": String(Math.floor(time / 1000)),
  };
}

/** The signatures of a request under each secret, the newest first. */
export function webhookSignature(
  secrets: readonly string[],
  id: string,
  time: number,
  body: string,
): string {
  return secrets.map((secret) => new Webhook(secret).sign(id, new Date(time), body)).join(" ");
}
