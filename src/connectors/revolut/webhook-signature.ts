import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { settingsIn } from "../toolkit/settings.ts";
import { isHmacSigned } from "../toolkit/signatures.ts";

/** A message that is older, or younger, is not taken (milliseconds). */
const TOLERANCE_MS = 5 * 60_000;
/** Revolut signs with every secret in use, of which it allows three. */
const MAX_SIGNATURES = 16;

/**
 * Whether a message is Revolut's: "Revolut-Signature: v1=<hex>,v1=<hex>", each an HMAC-SHA256 of
 * "v1.<time>.<body>", with the time (milliseconds) from Revolut-Request-Timestamp.
 */
export function isSigned(
  { headers, body, receivedAt }: WebhookMessage,
  account: OpenAccount,
): boolean {
  const time = headers["revolut-request-timestamp"] ?? "";
  if (!/^\d{1,15}$/.test(time) || Math.abs(receivedAt - Number(time)) > TOLERANCE_MS) return false;
  const signed = Buffer.concat([Buffer.from(`v1.${time}.`), body]);
  const signatures = readSignatures(headers["revolut-signature"] ?? "");
  return isHmacSigned(signed, settingsIn(account, "webhook_secret"), signatures);
}

/** Of 32 bytes each. */
function readSignatures(header: string): readonly Buffer[] {
  return header
    .split(",")
    .flatMap((part) => /^\s*v1=([0-9a-f]{64})\s*$/.exec(part)?.[1] ?? [])
    .slice(0, MAX_SIGNATURES)
    .map((hex) => Buffer.from(hex, "hex"));
}
