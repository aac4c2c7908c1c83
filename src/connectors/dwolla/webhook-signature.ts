import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { settingsIn } from "../toolkit/settings.ts";
import { isHmacSigned } from "../toolkit/signatures.ts";

/**
 * Whether a message is Dwolla's: the HMAC-SHA256 of the body, in lower-case hexadecimal. No time is
 * signed, so an old message is told from a new one by its event's id alone.
 */
export function isSigned({ headers, body }: WebhookMessage, account: OpenAccount): boolean {
  const header = headers["x-request-signature-sha-256"] ?? "";
  if (!/^[0-9a-f]{64}$/.test(header)) return false;
  const signature = Buffer.from(header, "hex");
  return isHmacSigned(body, settingsIn(account, "webhook_secret"), [signature]);
}
