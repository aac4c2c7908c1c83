import type { WebhookEvent, WebhookMessage, WebhookReading } from "../connector.ts";
import { JsonReply } from "../toolkit/json-reply.ts";
import { type Item, itemState, readItem } from "./item-state.ts";
import { isId } from "./references.ts";

const OF_ITEM = "PAYMENT.PAYOUTS-ITEM.";
const OF_BATCH = "PAYMENT.PAYOUTSBATCH.";
/** The sender has cancelled an item, whose status says only that it is back. */
const CANCELED = `${OF_ITEM}CANCELED`;

type Said = Pick<WebhookEvent, "about" | "state">;

const NOTHING: Said = { about: null, state: null };

/** What a verified message says. One message is one event. */
export function readEvents({ body }: Pick<WebhookMessage, "body">): WebhookReading {
  const json = JsonReply.parse(Buffer.from(body).toString("utf8"));
  const eventId = json?.text("id");
  const type = json?.text("event_type");
  if (json === undefined || eventId === undefined || type === undefined) return UNREADABLE;
  const said = readResource(type.toUpperCase(), json.at("resource"));
  return said === undefined ? UNREADABLE : { kind: "events", events: [{ eventId, ...said }] };
}

function readResource(type: string, resource: JsonReply): Said | undefined {
  if (type.startsWith(OF_ITEM)) {
    const item = readItem(resource);
    return item && readItemEvent(type, item);
  }
  if (!type.startsWith(OF_BATCH)) return NOTHING;
  // What becomes of the item is told by itself, or found by looking.
  const header = resource.at("batch_header");
  const key = header.text("sender_batch_header", "sender_batch_id");
  return { about: aboutOf(key, header.text("payout_batch_id")), state: null };
}

function readItemEvent(type: string, item: Item): Said {
  const about = aboutOf(item.senderBatchId, item.connectorPayoutId);
  if (item.word !== "RETURNED") return { about, state: itemState(item) };
  // How long an item had lain there its event does not tell.
  return { about, state: type === CANCELED ? itemState(item, "cancelled") : null };
}

/** By our key where the resource has it, since the batch's id may not have reached us yet. */
function aboutOf(key: string | undefined, batchId: string | undefined): WebhookEvent["about"] {
  if (key !== undefined) return { processorKey: key };
  return isId(batchId) ? { reference: { kind: "batch", id: batchId } } : null;
}

const UNREADABLE: WebhookReading = { kind: "unreadable" };
