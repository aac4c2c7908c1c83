import type { OpenAccount, WebhookMessage } from "../connector.ts";
import { webhookIdsOf } from "./account-fields.ts";
import type { PayPalApi } from "./paypal-api.ts";

const MINUTE_MS = 60_000;
/**
 * A message that is older is not taken (milliseconds). PayPal repeats for three days, and does not say
 * whether a repeat has a time of its own; an event that comes twice is taken once in any case.
 */
export const MAX_AGE_MS = 73 * 60 * MINUTE_MS;
/** Clocks differ. */
const MAX_AHEAD_MS = 5 * MINUTE_MS;

/**
 * Whether a message is PayPal's, by asking PayPal: the signature is over a webhook's id too, and each of
 * the account's is tried. Everything that can be seen to be wrong is refused before anything is sent.
 *
 * @throws Error when PayPal could not be asked, so that nothing is known of the message
 */
export async function isGenuine(
  api: PayPalApi,
  message: WebhookMessage,
  account: OpenAccount,
): Promise<boolean> {
  const event = readEventText(message.body);
  const transmission = readTransmission(message);
  if (event === undefined || transmission === undefined) return false;
  const { signal } = message;
  for (const webhook_id of webhookIdsOf(account)) {
    const parts = JSON.stringify({ ...transmission, webhook_id });
    // The signature is over the bytes that came, so the event goes in just as it is.
    const body = `${parts.slice(0, -1)},"webhook_event":${event}}`;
    const path = "/v1/notifications/verify-webhook-signature";
    const answered = await api.call("POST", { account, path, body, signal }, (json) =>
      json.text("verification_status"),
    );
    if (answered.kind === "read" && answered.value === "SUCCESS") return true;
    // What PayPal refuses to look at is not its own.
    if (answered.kind !== "read" && answered.kind !== "refused") {
      throw new Error("PayPal could not be asked whether a message is its own");
    }
  }
  return false;
}

/**
 * The body's text, if it is exactly one JSON object: anything else could change the question that it is
 * put into. Nor is there anything around it, which would get lost there.
 */
function readEventText(body: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    JSON.parse(text);
    return text.startsWith("{") && text.endsWith("}") ? text : undefined;
  } catch {
    return undefined;
  }
}

/** What each header must be: as documented, and no more. */
const AUTH_ALGO = /^SHA(?:256|384|512)withRSA$/;
const TRANSMISSION_ID = /^(?!\d+$)[A-Za-z0-9_-]{1,50}$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/;
/** By its text, since two readers of an address may find two hosts in it. */
const CERT_URL = /^https:\/\/(?:[a-z0-9-]+\.){1,3}paypal\.com\/[A-Za-z0-9/_.-]{1,300}$/;
const MAX_SIGNATURE = 500;

function readTransmission({ headers, receivedAt }: WebhookMessage) {
  const header = (name: string) => headers[`paypal-${name}`] ?? "";
  const parts = {
    auth_algo: header("auth-algo"),
    cert_url: header("cert-url"),
    transmission_id: header("transmission-id"),
    transmission_sig: header("transmission-sig"),
    transmission_time: header("transmission-time"),
  };
  const age = receivedAt - Date.parse(parts.transmission_time);
  const isSound =
    AUTH_ALGO.test(parts.auth_algo) &&
    CERT_URL.test(parts.cert_url) &&
    TRANSMISSION_ID.test(parts.transmission_id) &&
    isBase64(parts.transmission_sig) &&
    TIME.test(parts.transmission_time) &&
    age <= MAX_AGE_MS &&
    age >= -MAX_AHEAD_MS;
  return isSound ? parts : undefined;
}

/** In the one way in which bytes are written: another spelling of the same signature is none. */
function isBase64(text: string): boolean {
  return (
    text !== "" &&
    text.length <= MAX_SIGNATURE &&
    Buffer.from(text, "base64").toString("base64") === text
  );
}
