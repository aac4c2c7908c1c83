import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { settingOf, settingsIn } from "../toolkit/settings.ts";
import { isHmacSigned, isOneOf } from "../toolkit/signatures.ts";

/**
 * Whether a message is Adyen's: the base64 HMAC-SHA256 of its bytes under the key, which is shown in
 * hexadecimal, and the Basic authentication, where the account has set one. No time is signed: an old
 * message is told from a new one by its sequence number.
 */
export function isSigned({ headers, body }: WebhookMessage, account: OpenAccount): boolean {
  const keys = settingsIn(account, "webhook_hmac_key")
    .filter((key) => /^[0-9A-Fa-f]{64}$/.test(key))
    .map((key) => Buffer.from(key, "hex"));
  const hasSignature = isHmacSigned(body, keys, readSignature(headers["hmacsignature"] ?? ""));
  return hasSignature && hasLogin(headers, account);
}

/** None where the text is not base64 as bytes are written in it: a decoder takes anything. */
function readSignature(text: string): readonly Uint8Array[] {
  const signature = Buffer.from(text.slice(0, MAX_SIGNATURE), "base64");
  return signature.toString("base64") === text ? [signature] : [];
}

/** Characters of a signature, and then some. */
const MAX_SIGNATURE = 64;

function hasLogin(headers: WebhookMessage["headers"], account: OpenAccount): boolean {
  const username = settingOf(account, "webhook_username");
  const passwords = settingsIn(account, "webhook_password");
  if (username === undefined && passwords.length === 0) return true;
  const logins = (passwords.length === 0 ? [""] : passwords).map(
    (password) => `${username ?? ""}:${password}`,
  );
  return isOneOf(
    headers["authorization"] ?? "",
    logins.map((login) => `Basic ${Buffer.from(login).toString("base64")}`),
  );
}
