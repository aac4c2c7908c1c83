import type { ConnectorReference } from "../../domain/payout.ts";
import type { OpenAccount } from "../connector.ts";
import { type Batch, isSame, readBatch } from "./batch.ts";
import { type Item, readItem } from "./item-state.ts";
import { STEPS } from "./manifest.ts";
import type { Answered, PayPalApi } from "./paypal-api.ts";
import { idOf, isId } from "./references.ts";

export interface Question {
  readonly account: OpenAccount;
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** By what a payout's batch, or its item, is asked for. */
export interface Known {
  readonly account: OpenAccount;
  readonly id: string;
  /** The key of the batch; one of another key is not read. */
  readonly key: string | undefined;
  readonly signal: AbortSignal;
}

/** Where a payout's money is; the item alone where the batch's id never reached us. */
export type Standing =
  | { readonly batch: Batch; readonly item: Item | undefined }
  | { readonly batch: undefined; readonly item: Item };

/** Undefined when no id is known by which PayPal could be asked. */
export async function findStanding(
  api: PayPalApi,
  { account, references, processorKeys, signal }: Question,
): Promise<Answered<Standing> | undefined> {
  const batchId = idOf(references, "batch");
  const itemId = idOf(references, "item");
  const key = processorKeys[STEPS.payout];
  if (isId(batchId)) {
    const answered = await getBatch(api, { account, id: batchId, key, signal });
    if (answered.kind !== "read") return answered;
    const batch = answered.value;
    return { kind: "read", value: { batch, item: batch.item } };
  }
  if (!isId(itemId)) return undefined;
  const answered = await getItem(api, { account, id: itemId, key, signal });
  if (answered.kind !== "read") return answered;
  return { kind: "read", value: { batch: undefined, item: answered.value } };
}

export function getBatch(
  api: PayPalApi,
  { account, id, key, signal }: Known,
): Promise<Answered<Batch>> {
  return api.call("GET", { account, path: `/v1/payments/payouts/${id}`, signal }, (json) => {
    const batch = readBatch(json, key);
    return batch?.id === id ? batch : undefined;
  });
}

function getItem(api: PayPalApi, { account, id, key, signal }: Known): Promise<Answered<Item>> {
  return api.call("GET", { account, path: `/v1/payments/payouts-item/${id}`, signal }, (json) => {
    const item = readItem(json);
    return item?.id === id && isSame(item.senderBatchId, key) ? item : undefined;
  });
}
