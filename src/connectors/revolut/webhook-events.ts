import { createHash } from "node:crypto";
import type { WebhookEvent, WebhookMessage, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { REVOLUT_MANIFEST } from "./manifest.ts";
import { readTransaction, toProcessorState, wantsReason } from "./transaction.ts";

const CREATED = "TransactionCreated";
const CHANGED = "TransactionStateChanged";

/** What a verified message says. One message is one event; of other kinds nothing is taken. */
export function readEvents({ body }: WebhookMessage): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const type = json?.text("event");
  if (json === undefined || type === undefined) return { kind: "unreadable" };
  if (type !== CREATED && type !== CHANGED) return NOTHING;
  const data = json.at("data");
  const about = whatAbout(data);
  if (about === undefined) return { kind: "unreadable" };
  if (about === null) return NOTHING;
  // By content, since a message has no id: a retry brings the same bytes.
  const eventId = createHash("sha256").update(body).digest("base64url");
  const state = type === CREATED ? readState(data) : null;
  return { kind: "events", events: [{ eventId, about, state }] };
}

/** By our key, since the id may not have reached us yet; null for what is surely not ours. */
function whatAbout(data: JsonReply): WebhookEvent["about"] | undefined {
  const requestId = data.text("request_id");
  const type = data.text("type");
  if (type !== undefined && type !== "transfer") return null;
  if (requestId !== undefined) {
    return fitsKey(requestId, REVOLUT_MANIFEST) ? { processorKey: requestId } : null;
  }
  const id = data.text("id");
  return id === undefined ? undefined : { reference: { kind: "transaction", id } };
}

/**
 * A new payment is told whole. A change tells two words and neither the reason nor a time that could be
 * compared with the payment's own, so it is looked up.
 */
function readState(data: JsonReply): WebhookEvent["state"] {
  const transaction = readTransaction(data);
  if (transaction === undefined || wantsReason(transaction)) return null;
  return toProcessorState(transaction);
}

const NOTHING: WebhookReading = { kind: "events", events: [] };
