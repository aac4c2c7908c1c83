import { toMinor } from "../support/money.ts";
import { invalid } from "./paypal-error.ts";
import { paypalDecimals } from "./paypal-money.ts";

type Json = Readonly<Record<string, unknown>>;

/** One item of a request, after it has been looked at. */
export interface GivenItem {
  readonly currency: string;
  readonly amount: bigint;
  readonly receiver: string;
  readonly note: string | undefined;
  readonly told: Record<string, unknown>;
}

export interface GivenBatch {
  readonly senderBatchId: string | undefined;
  readonly header: Record<string, unknown>;
  readonly items: readonly GivenItem[];
}

/** What is told again of an item; the rest of what was given is not. */
const toldFields = ["note", "receiver", "sender_item_id", "recipient_wallet", "purpose"];

/** Reads POST /v1/payments/payouts. Throws VALIDATION_ERROR; one bad item refuses all. */
export function readBatch(body: unknown): GivenBatch {
  const { sender_batch_header: header, items } = asObject(body);
  if (!isObject(header)) throw invalid("sender_batch_header", "Required field is missing");
  if (!Array.isArray(items) || items.length === 0 || items.length > 15_000) {
    throw invalid("items", "Must have between 1 and 15000 items");
  }
  const senderBatchId = optionalText(header, "sender_batch_id");
  const recipientType = optionalText(header, "recipient_type");
  const read = items.map((item, index) => readItem(asObject(item), index, recipientType));
  if (new Set(read.map(({ currency }) => currency)).size > 1) {
    throw invalid("items", "All items must have one currency");
  }
  const told = ["sender_batch_id", "recipient_type", "email_subject", "email_message"];
  return { senderBatchId, header: pick(header, told), items: read };
}

function readItem(item: Json, index: number, batchType: string | undefined): GivenItem {
  const field = (name: string) => `items[${index}].${name}`;
  const amount = asObject(item["amount"]);
  const currency = optionalText(amount, "currency") ?? "";
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid(field("amount.currency"), "Invalid currency");
  const value = optionalText(amount, "value");
  const minor = value === undefined ? undefined : toMinor(value, paypalDecimals(currency));
  if (minor === undefined || minor <= 0n) {
    throw invalid(field("amount.value"), "Currency amount is invalid for the currency");
  }
  const receiver = optionalText(item, "receiver") ?? "";
  const type = optionalText(item, "recipient_type") ?? batchType ?? "EMAIL";
  if (receiver === "" || receiver.length > 127 || (type === "EMAIL" && !receiver.includes("@"))) {
    throw invalid(field("receiver"), "Receiver is invalid or does not match with type");
  }
  const told = { recipient_type: type, amount: { currency, value }, ...pick(item, toldFields) };
  return { currency, amount: minor, receiver, note: optionalText(item, "note"), told };
}

function pick(source: Json, names: readonly string[]): Record<string, unknown> {
  const found = names.filter((name) => source[name] !== undefined);
  return Object.fromEntries(found.map((name) => [name, source[name]]));
}

function optionalText(source: Json, name: string): string | undefined {
  const value = source[name];
  return typeof value === "string" ? value : undefined;
}

function asObject(value: unknown): Json {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
