import { createHash } from "node:crypto";
import type { WebhookEvent, WebhookMessage, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { isToldByPayment, readLink, toLinkState } from "./link.ts";
import { REVOLUT_MANIFEST } from "./manifest.ts";
import { readTransaction, toProcessorState, wantsReason } from "./transaction.ts";

/** What is told whole, by the kind of reference that names it, and how it is read. */
const CREATED = new Map([
  ["TransactionCreated", { kind: "transaction", read: readPayment }],
  ["PayoutLinkCreated", { kind: "payout_link", read: readNewLink }],
]);
/** What only says that something has changed. */
const CHANGED = new Map([
  ["TransactionStateChanged", "transaction"],
  ["PayoutLinkStateChanged", "payout_link"],
]);

/** What a verified message says. One message is one event; of other kinds nothing is taken. */
export function readEvents({ body }: WebhookMessage): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const type = json?.text("event");
  if (json === undefined || type === undefined) return { kind: "unreadable" };
  const created = CREATED.get(type);
  const kind = created?.kind ?? CHANGED.get(type);
  if (kind === undefined) return NOTHING;
  const data = json.at("data");
  const about = whatAbout(kind, data);
  if (about === undefined) return { kind: "unreadable" };
  if (about === null) return NOTHING;
  // By content, since a message has no id: a retry brings the same bytes.
  const eventId = createHash("sha256").update(body).digest("base64url");
  const state = created?.read(data) ?? null;
  return { kind: "events", events: [{ eventId, about, state }] };
}

/** By our key, since the id may not have reached us yet; null for what is surely not ours. */
function whatAbout(kind: string, data: JsonReply): WebhookEvent["about"] | undefined {
  const requestId = data.text("request_id");
  const type = data.text("type");
  if (type !== undefined && type !== "transfer") return null;
  if (requestId !== undefined) {
    return fitsKey(requestId, REVOLUT_MANIFEST) ? { processorKey: requestId } : null;
  }
  const id = data.text("id");
  return id === undefined ? undefined : { reference: { kind, id } };
}

/**
 * What is new is told whole. A change tells two words and neither the reason nor a time that could be
 * compared with the payment's or link's own, so it is looked up.
 */
function readPayment(data: JsonReply): WebhookEvent["state"] {
  const transaction = readTransaction(data);
  if (transaction === undefined || wantsReason(transaction)) return null;
  return toProcessorState(transaction);
}

function readNewLink(data: JsonReply): WebhookEvent["state"] {
  const link = readLink(data);
  return link === undefined || isToldByPayment(link) ? null : toLinkState(link);
}

const NOTHING: WebhookReading = { kind: "events", events: [] };
