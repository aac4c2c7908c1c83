import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { settingsIn } from "../toolkit/settings.ts";
import { isHmacSigned } from "../toolkit/signatures.ts";

/** A message that is older, or younger, is not taken (milliseconds). */
const TOLERANCE_MS = 300_000;
/** Stripe signs with as many secrets as are in use, which are two while one is rolled. */
const MAX_SIGNATURES = 16;

/**
 * Whether a message is Stripe's: "Stripe-Signature: t=<seconds>,v1=<hex>,...", each v1 an HMAC-SHA256 of
 * the time, a dot and the body. Events of the platform and of connected accounts have secrets of their own.
 */
export function isSigned(
  { headers, body, receivedAt }: WebhookMessage,
  account: OpenAccount,
): boolean {
  const { time, signatures } = readHeader(headers["stripe-signature"] ?? "");
  if (time === undefined || Math.abs(receivedAt - time * 1000) > TOLERANCE_MS) return false;
  const signed = Buffer.concat([Buffer.from(`${time}.`), body]);
  const secrets = ["webhook_secret", "connect_webhook_secret"].flatMap((name) =>
    settingsIn(account, name),
  );
  return isHmacSigned(signed, secrets, signatures);
}

interface Header {
  /** Seconds since 1970. */
  readonly time: number | undefined;
  /** Of 32 bytes each. */
  readonly signatures: readonly Buffer[];
}

function readHeader(header: string): Header {
  const pairs = header.split(",").map((part) => part.trim().split("=", 2));
  const times = pairs.flatMap(([name, value = ""]) => (name === "t" ? [value] : []));
  const [time = ""] = times;
  const signatures = pairs
    .flatMap(([name, value = ""]) =>
      name === "v1" && /^[0-9a-f]{64}$/i.test(value) ? [value] : [],
    )
    .slice(0, MAX_SIGNATURES)
    .map((value) => Buffer.from(value, "hex"));
  return {
    time: times.length === 1 && /^\d{1,12}$/.test(time) ? Number(time) : undefined,
    signatures,
  };
}
