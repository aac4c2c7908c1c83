import type { VoidInput, VoidOutcome, WithAccount } from "../connector.ts";
import { declined, notSent, outcomeUnknown, tooLate } from "../toolkit/errors.ts";
import { isUnderWay } from "./batch.ts";
import { findStanding, type Standing } from "./find-batch.ts";
import { type Item, readItem } from "./item-state.ts";
import { stateOf } from "./lookup.ts";
import { STEPS } from "./manifest.ts";
import { type PayPalApi, type Refusal, toOutcome } from "./paypal-api.ts";

type VoidCall = VoidInput & WithAccount;

/** Takes back what nobody has claimed; PayPal stops nothing else. */
export async function voidPayout(api: PayPalApi, input: VoidCall): Promise<VoidOutcome> {
  const { processorKeys, notDone = [] } = input;
  const answered = await findStanding(api, input);
  if (answered === undefined) {
    const isUnsent = processorKeys[STEPS.payout] === undefined || notDone.includes(STEPS.payout);
    return isUnsent ? { kind: "done" } : { kind: "not_found" };
  }
  switch (answered.kind) {
    case "read":
      return stop(api, input, answered.value);
    case "not_sent":
      return answered;
    case "refused":
      if (answered.refusal.status === 404) return { kind: "not_found" };
      return { kind: "not_sent", error: notSent() };
    // It was only asked how the payout stands.
    case "unknown":
      return { kind: "not_sent", error: notSent() };
  }
}

async function stop(api: PayPalApi, input: VoidCall, standing: Standing): Promise<VoidOutcome> {
  const { batch, item } = standing;
  // An earlier request, whose answer was lost, has stopped it already, or somebody on PayPal's pages has.
  if (isBack(standing)) return { kind: "done", references: stateOf(standing).references ?? [] };
  if (batch !== undefined && isUnderWay(batch)) return NOT_YET;
  return item === undefined ? { kind: "refused", error: tooLate() } : cancel(api, input, item);
}

async function cancel(api: PayPalApi, input: VoidCall, item: Item): Promise<VoidOutcome> {
  const { account, signal } = input;
  const path = `/v1/payments/payouts-item/${item.id}/cancel`;
  const hidden = [item.json.text("payout_item", "receiver") ?? ""];
  const answered = await api.call("POST", { account, path, hidden, signal }, (json) => {
    const now = readItem(json);
    return now?.id === item.id && now.word === "RETURNED" ? now : undefined;
  });
  if (answered.kind === "refused") return afterRefusal(api, input, answered.refusal);
  if (answered.kind !== "read") return answered;
  return { kind: "done", references: answered.value.references };
}

/** The item may have been claimed, or cancelled, since it was read. */
async function afterRefusal(
  api: PayPalApi,
  input: VoidCall,
  refusal: Refusal,
): Promise<VoidOutcome> {
  if (refusal.name === "BATCH_NOT_COMPLETED") return NOT_YET;
  if (refusal.status === 404) return { kind: "not_found" };
  const said = toOutcome<never>({ kind: "refused", refusal });
  const refused = tooLate(said.kind === "rejected" ? said.error : undefined);
  if (refusal.name === "ITEM_INCORRECT_STATUS") return { kind: "refused", error: refused };
  const again = await findStanding(api, input);
  if (again?.kind !== "read") return { kind: "unknown", error: outcomeUnknown(refusal.words) };
  return isBack(again.value)
    ? { kind: "done", references: stateOf(again.value).references ?? [] }
    : { kind: "refused", error: refused };
}

/** Whether the money is back, and not because time ran out. */
function isBack(standing: Standing): boolean {
  return standing.item?.word === "RETURNED" && stateOf(standing).status !== "EXPIRED";
}

/** PayPal cancels nothing of a batch that it still works on, which is for a minute or so. */
const NOT_YET: VoidOutcome = {
  kind: "not_sent",
  error: declined("NOT_CANCELLABLE_YET", {}, "CONNECTOR_UNAVAILABLE"),
  later: {},
};
