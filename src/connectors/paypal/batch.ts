import type { ProcessorState } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type Item, itemState, itemWords, type Return, readItem, reference } from "./item-state.ts";
import { isId } from "./references.ts";
import { failure } from "./refusals.ts";

const DAY_MS = 24 * 60 * 60 * 1000;
/**
 * An item that came back this long after its batch was made was not claimed in time (milliseconds).
 * PayPal waits for 30 days, and does not say to the hour.
 */
const CLAIM_MS = 29 * DAY_MS;

/** A batch of ours, and its one item as soon as PayPal has got to it. */
export interface Batch {
  readonly id: string;
  /** The processor's word for where the batch stands. */
  readonly word: string;
  readonly createdAt: number;
  readonly item: Item | undefined;
}

/**
 * Reads the answer of making a batch, or of asking for it.
 *
 * @param key under which it was made; undefined where that is not known
 * @returns undefined for what cannot be read, or is surely not the batch of this key
 */
export function readBatch(json: JsonReply, key: string | undefined): Batch | undefined {
  const header = json.at("batch_header");
  const id = header.text("payout_batch_id");
  const word = header.text("batch_status");
  const told = header.text("sender_batch_header", "sender_batch_id");
  if (!isId(id) || word === undefined || !isSame(told, key)) return undefined;
  const items = json.list("items");
  if (items.length > 1) return undefined;
  const [first] = items;
  const item = first && readItem(first);
  // An item that is there and cannot be read may have been paid.
  if (first !== undefined && item === undefined) return undefined;
  return { id, word, createdAt: Date.parse(header.text("time_created") ?? ""), item };
}

/** Whether a batch can be the one of a key: what is not told can be anything. */
export function isSame(told: string | undefined, key: string | undefined): boolean {
  return told === undefined || key === undefined || told === key;
}

/**
 * What a batch says of its payout: what its item says, and before there is one what the batch does.
 *
 * @param stopAsked whether we may have cancelled its item
 */
export function batchState(batch: Batch, stopAsked = false): ProcessorState {
  const { id, word, item } = batch;
  const ofItem = item?.references.filter(({ kind }) => kind !== "batch") ?? [];
  const known = { references: [...reference("batch", id), ...ofItem], connectorPayoutId: id };
  const isDenied = word === "DENIED" && (item === undefined || item.word === "PENDING");
  if (item !== undefined && !isDenied)
    return { ...itemState(item, returnOf(batch, stopAsked)), ...known };
  const told = { ...known, rawStatus: word };
  if (isDenied) {
    const error = failure(item ? itemWords(item) : {}, "BATCH_DENIED");
    return { ...told, status: "FAILED", error };
  }
  switch (word) {
    case "PENDING":
      return { ...told, status: "INITIATED" };
    case "CANCELED":
      return { ...told, status: "CANCELLED" };
    default:
      return { ...told, status: "PENDING" };
  }
}

/** Whether PayPal is still working on it, so that its item cannot be cancelled yet. */
export function isUnderWay({ word }: Batch): boolean {
  return word === "PENDING" || word === "PROCESSING";
}

/** A look-up is not told who has cancelled an item, only how long it had lain there. */
function returnOf({ createdAt, item }: Batch, stopAsked: boolean): Return {
  const age = (item?.processedAt ?? Number.NaN) - createdAt;
  return age >= CLAIM_MS ? "expired" : whoHasReturned(stopAsked);
}

/** Of what came back before its time: we, whose answer was lost, or nobody knows. */
export function whoHasReturned(stopAsked: boolean): Return {
  return stopAsked ? "cancelled" : "other";
}
