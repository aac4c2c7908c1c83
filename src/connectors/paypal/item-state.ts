import type { ConnectorReference, PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import { fromDecimal } from "../toolkit/decimal.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { isId, type ReferenceKind } from "./references.ts";
import { failure } from "./refusals.ts";
import { wordsOf } from "./words.ts";

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  SUCCESS: "SUCCESS",
  PENDING: "PENDING",
  ONHOLD: "PENDING",
  UNCLAIMED: "REQUIRES_PAYOUT_METHOD_DATA",
  FAILED: "FAILED",
  BLOCKED: "FAILED",
  REFUNDED: "REVERSED",
  REVERSED: "REVERSED",
};

/**
 * By what way a returned item came back:
 * - `cancelled`: somebody of the sender has cancelled it;
 * - `expired`: nobody had claimed it in time;
 * - `other`: neither is known.
 */
export type Return = "cancelled" | "expired" | "other";

/**
 * Total: a word that is not known means that the money is somewhere, so PENDING. REVERSED for a return
 * of which nothing is known, since of all that it may be this alone is taken in from every status.
 */
export function itemStatus(word: string, returned: Return = "other"): PayoutStatus {
  if (word === "RETURNED") {
    return returned === "cancelled" ? "CANCELLED" : returned === "expired" ? "EXPIRED" : "REVERSED";
  }
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** An item as a look-up or an event tells it. */
export interface Item {
  readonly id: string;
  /** The processor's word for where it stands. */
  readonly word: string;
  /** When it was last worked on (milliseconds, of whole seconds only); grows with every change. */
  readonly processedAt: number | undefined;
  /** The key of the batch, where it is told. */
  readonly senderBatchId: string | undefined;
  readonly references: readonly ConnectorReference[];
  readonly connectorPayoutId: string | undefined;
  readonly json: JsonReply;
}

/** Undefined when it does not even say which it is and where it stands. */
export function readItem(json: JsonReply): Item | undefined {
  const id = json.text("payout_item_id");
  const word = json.text("transaction_status");
  if (!isId(id) || word === undefined) return undefined;
  const batchId = json.text("payout_batch_id");
  const processedAt = Date.parse(json.text("time_processed") ?? "");
  return {
    id,
    word,
    processedAt: Number.isFinite(processedAt) ? Math.floor(processedAt / 1000) * 1000 : undefined,
    senderBatchId: json.text("sender_batch_id"),
    references: [
      ...reference("batch", batchId),
      ...reference("item", id),
      ...reference("transaction", json.text("transaction_id")),
    ],
    connectorPayoutId: isId(batchId) ? batchId : undefined,
    json,
  };
}

/** What an item says of its payout. */
export function itemState(item: Item, returned?: Return): ProcessorState {
  const { word, references, connectorPayoutId, processedAt, json } = item;
  const status = itemStatus(word, returned);
  const error = errorOf(status, item);
  const destinationAmount = amountOf(json);
  return {
    status,
    rawStatus: word,
    references,
    ...(error && { error }),
    ...(connectorPayoutId !== undefined && { connectorPayoutId }),
    ...(destinationAmount && { destinationAmount }),
    ...(processedAt !== undefined && { sequence: processedAt }),
  };
}

/** What PayPal says of an item's fault; never the receiver's address. */
export function itemWords({ json }: Pick<Item, "json">): ProcessorWords {
  return wordsOf(json.at("errors"), [json.text("payout_item", "receiver")]);
}

export function reference(
  kind: ReferenceKind,
  id: string | undefined,
): readonly ConnectorReference[] {
  return isId(id) ? [{ kind, id }] : [];
}

const BACK: Readonly<Record<string, string>> = {
  RETURNED: "RETURNED",
  REFUNDED: "REFUNDED",
  REVERSED: "TAKEN_BACK",
};

function errorOf(status: PayoutStatus, item: Item): PayoutError | undefined {
  const words = itemWords(item);
  switch (status) {
    case "FAILED":
      return failure(words);
    case "EXPIRED":
      return declined("NOT_CLAIMED_IN_TIME", words);
    case "REVERSED":
      return declined(BACK[item.word] ?? "RETURNED", words);
    default:
      return undefined;
  }
}

function amountOf(json: JsonReply): ProcessorState["destinationAmount"] {
  const currency = json.text("payout_item", "amount", "currency");
  const value = json.text("payout_item", "amount", "value");
  if (currency === undefined || value === undefined) return undefined;
  const minorAmount = fromDecimal(value, currency);
  return minorAmount === undefined ? undefined : { minorAmount, currency };
}
