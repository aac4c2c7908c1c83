import type { Outcome, ProcessorState, StepInput, WithAccount } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { batchState, readBatch } from "./batch.ts";
import type { NewItem } from "./batch-request.ts";
import { getBatch } from "./find-batch.ts";
import { type PayPalApi, type Refusal, toOutcome } from "./paypal-api.ts";

/** Sends a batch of one. A repeat is refused, with a link to the batch that the first call made. */
export async function createBatch(
  api: PayPalApi,
  { account, processorKey, signal }: StepInput & WithAccount,
  item: NewItem,
): Promise<Outcome<ProcessorState>> {
  const body = JSON.stringify({
    sender_batch_header: { sender_batch_id: processorKey },
    items: [item],
  });
  const hidden = [item.receiver];
  const path = "/v1/payments/payouts";
  const answered = await api.call("POST", { account, path, body, hidden, signal }, (json) => {
    const batch = readBatch(json, processorKey);
    return batch && batchState(batch);
  });
  if (answered.kind !== "refused" || !mayBeRepeat(answered.refusal)) return toOutcome(answered);
  const { json, words } = answered.refusal;
  const original = linkedBatch(json);
  const unknown = { kind: "unknown", error: outcomeUnknown(words) } as const;
  // Without a link there may be a batch all the same.
  if (original === undefined) return unknown;
  const found = await getBatch(api, { account, id: original, key: processorKey, signal });
  return found.kind === "read" ? { kind: "accepted", value: batchState(found.value) } : unknown;
}

/**
 * Whether a refusal can be that of a repeat: PayPal has one name for it and for other faults of the
 * sender, and the details that tell them apart are not always there.
 */
function mayBeRepeat({ name, json }: Refusal): boolean {
  if (name === "DUPLICATE_REQUEST_ID") return true;
  if (name !== "USER_BUSINESS_ERROR") return false;
  const details = json.list("details");
  const fields = details.map((each) => each.text("field")?.toUpperCase() ?? "SENDER_BATCH_ID");
  return details.length === 0 || fields.some((field) => field.includes("SENDER_BATCH_ID"));
}

/** Its id, from the path of the first link to a batch. Hosts of links are not those that are called. */
function linkedBatch(json: JsonReply): string | undefined {
  const links = [
    ...json.list("details").flatMap((each) => each.list("link")),
    ...json.list("links"),
  ];
  const ids = links.flatMap((link) => {
    const href = link.text("href") ?? "";
    return /\/v1\/payments\/payouts\/([A-Za-z0-9_-]{1,64})(?:[/?#]|$)/.exec(href)?.[1] ?? [];
  });
  return ids[0];
}
