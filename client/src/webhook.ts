import { fromJsonString } from "@bufbuild/protobuf";
import { Webhook } from "standardwebhooks";
import { type Event, EventSchema } from "../../gen/payout/v1/event_pb.js";

/** Why a message is not believed. */
export type WebhookFault =
  /** webhook-id, webhook-timestamp or webhook-signature is missing. */
  | "HEADERS_MISSING"
  /** It is signed for a time more than five minutes away: an old message sent again, or a clock that is wrong. */
  | "TIMESTAMP_FAR"
  /** It was not signed with this secret, or changed since. */
  | "SIGNATURE_WRONG"
  /** It is signed as it should be, and no event. */
  | "BODY_UNREADABLE";

/** A message that must not be acted on. Answer it with 400. */
export class WebhookVerificationError extends Error {
  readonly fault: WebhookFault;

  constructor(fault: WebhookFault, options?: { readonly cause: unknown }) {
    super(MESSAGES[fault], options);
    this.name = "WebhookVerificationError";
    this.fault = fault;
  }
}

const MESSAGES: Readonly<Record<WebhookFault, string>> = {
  HEADERS_MISSING: "The message lacks webhook-id, webhook-timestamp or webhook-signature.",
  TIMESTAMP_FAR: "The message's time is more than five minutes away.",
  SIGNATURE_WRONG: "The message is not signed with this secret, or was changed.",
  BODY_UNREADABLE: "The message is signed, but no event can be read from it.",
};

/** How far a message's time may be away (seconds), as Standard Webhooks has it. */
const TOLERANCE_S = 300;

/** Headers of a request: those of fetch, or of Node with names in small letters. */
export type WebhookHeaders =
  | Headers
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * The event in a webhook, once it is sure that the service sent it. Events come at least once and in any
 * order: keep `eventId` (it is the `webhook-id` too) to know a repeat, and order by `sequence`.
 *
 * @param body the request's body exactly as it came: bytes or text, before anything parses it
 * @param secret the endpoint's, `whsec_...`
 * @throws WebhookVerificationError when the message must not be believed
 * @throws TypeError when body or secret are of another kind
 */
export function verifyWebhook(
  body: string | Uint8Array | ArrayBuffer,
  headers: WebhookHeaders,
  secret: string,
): Event {
  const signer = signerOf(secret);
  const text = textOf(body);
  const id = header(headers, "webhook-id");
  const time = header(headers, "webhook-timestamp");
  const signatures = header(headers, "webhook-signature");
  if (id === "" || time === "" || signatures === "") {
    throw new WebhookVerificationError("HEADERS_MISSING");
  }
  if (!(Math.abs(Date.now() / 1000 - Number(time)) <= TOLERANCE_S)) {
    throw new WebhookVerificationError("TIMESTAMP_FAR");
  }
  try {
    signer.verify(
      text,
      { "webhook-id": id, "webhook-timestamp": time, "webhook-signature": signatures },
      { jsonParse: false },
    );
  } catch (cause) {
    throw new WebhookVerificationError("SIGNATURE_WRONG", { cause });
  }
  try {
    return fromJsonString(EventSchema, text, { ignoreUnknownFields: true });
  } catch (cause) {
    throw new WebhookVerificationError("BODY_UNREADABLE", { cause });
  }
}

function signerOf(secret: string): Webhook {
  if (typeof secret === "string" && secret.startsWith("whsec_")) {
    try {
      return new Webhook(secret);
    } catch {
      // Told below, without the secret.
    }
  }
  throw new TypeError("secret must be the endpoint's, whsec_ and base64");
}

function textOf(body: string | Uint8Array | ArrayBuffer): string {
  if (typeof body === "string") return body;
  if (!(body instanceof Uint8Array || body instanceof ArrayBuffer)) {
    throw new TypeError("body must be the request's bytes or text, before anything parsed it");
  }
  // Nothing is taken away: a signature is of every byte. Bytes that are no UTF-8 match none.
  return new TextDecoder("utf-8", { ignoreBOM: true }).decode(body);
}

function header(headers: WebhookHeaders, name: string): string {
  const value = headers instanceof Headers ? headers.get(name) : headers[name];
  return typeof value === "string" ? value : "";
}
