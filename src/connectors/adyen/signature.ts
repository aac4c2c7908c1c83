import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { settingOf } from "./account-fields.ts";

/**
 * Whether a message is Adyen's: the base64 HMAC-SHA256 of its bytes under the key, which is shown in
 * hexadecimal, and the Basic authentication, where the account has set one. No time is signed: an old
 * message is told from a new one by its sequence number.
 */
export function isSigned({ headers, body }: WebhookMessage, account: OpenAccount): boolean {
  const signature = Buffer.from(headers["hmacsignature"] ?? "", "latin1");
  const hasSignature = isOneOf(
    signature,
    partsOf(settingOf(account, "webhook_hmac_key"))
      .filter((key) => /^[0-9A-Fa-f]{64}$/.test(key))
      .map((key) => createHmac("sha256", Buffer.from(key, "hex")).update(body).digest("base64")),
  );
  return hasSignature && hasLogin(headers, account);
}

function hasLogin(headers: WebhookMessage["headers"], account: OpenAccount): boolean {
  const username = settingOf(account, "webhook_username");
  const password = settingOf(account, "webhook_password");
  if (username === undefined && password === undefined) return true;
  const logins = partsOf(password, [""]).map((each) => `${username ?? ""}:${each}`);
  const authorization = Buffer.from(headers["authorization"] ?? "", "latin1");
  return isOneOf(
    authorization,
    logins.map((login) => `Basic ${Buffer.from(login).toString("base64")}`),
  );
}

/** Every pair is compared, whichever is right, and in a time that does not tell how much of it is. */
function isOneOf(given: Uint8Array, good: readonly string[]): boolean {
  const hash = (data: Uint8Array) => createHash("sha256").update(data).digest();
  const digest = hash(given);
  let isGood = false;
  for (const each of good) {
    if (timingSafeEqual(digest, hash(Buffer.from(each, "latin1")))) isGood = true;
  }
  return isGood;
}

function partsOf(text: string | undefined, otherwise: readonly string[] = []): readonly string[] {
  return text === undefined ? otherwise : text.split(",").map((part) => part.trim());
}
