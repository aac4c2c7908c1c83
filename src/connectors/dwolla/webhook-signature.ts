import { createHmac, timingSafeEqual } from "node:crypto";
import type { OpenAccount, WebhookMessage } from "../connector.ts";

/**
 * Whether a message is Dwolla's: the HMAC-SHA256 of the body, in lower-case hexadecimal. No time is
 * signed, so an old message is told from a new one by its event's id alone.
 */
export function isSigned({ headers, body }: WebhookMessage, { settings }: OpenAccount): boolean {
  const header = headers["x-request-signature-sha-256"] ?? "";
  if (!/^[0-9a-f]{64}$/.test(header)) return false;
  const signature = Buffer.from(header, "hex");
  let isGood = false;
  // Every secret is tried, whichever is right.
  for (const secret of secretsIn(settings["webhook_secret"] ?? "")) {
    const expected = createHmac("sha256", secret).update(body).digest();
    if (timingSafeEqual(expected, signature)) isGood = true;
  }
  return isGood;
}

function secretsIn(setting: string): readonly string[] {
  return setting
    .split(",")
    .map((secret) => secret.trim())
    .filter((secret) => secret !== "");
}
