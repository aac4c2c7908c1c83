import type { LookupResult, Outcome, ProcessorState } from "../connector.ts";
import { LOST } from "../toolkit/lost.ts";
import { findTransfer, type Search } from "./find-money.ts";
import { readId } from "./read-object.ts";
import { idOf, reference } from "./references.ts";
import type { StripeApi } from "./stripe-api.ts";

export interface TakeBack extends Search {
  readonly processorKey: string;
}

/**
 * Takes a transfer back from the connected account's balance to the platform's. One that is back
 * already, whoever has taken it back, is.
 */
export async function takeBack(api: StripeApi, call: TakeBack): Promise<Outcome<ProcessorState>> {
  const found = await findTransfer(api, call);
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  if (found.kind === "not_found") return LOST;
  if (found.value.status === "CANCELLED") return { kind: "accepted", value: found.value };
  const transferId = idOf(found.value.references ?? [], "transfer") ?? "";
  const { account, processorKey: key, signal } = call;
  const path = `/v1/transfers/${encodeURIComponent(transferId)}/reversals`;
  const outcome = await api.post({ account, path, form: {}, key, signal }, (json) => {
    const reversal = readId(json, "transfer_reversal");
    return reversal === undefined ? undefined : takenBack(transferId, reversal);
  });
  if (outcome.kind !== "rejected") return outcome;
  // It may be back by another call, which was quicker.
  const now = await lookupTakeBack(api, call);
  return now.kind === "found" ? { kind: "accepted", value: now.value } : outcome;
}

/** Found once all of the transfer is back. */
export async function lookupTakeBack(
  api: StripeApi,
  search: Search,
): Promise<LookupResult<ProcessorState>> {
  const found = await findTransfer(api, search);
  const stands = found.kind === "found" && found.value.status !== "CANCELLED";
  return stands ? { kind: "not_found" } : found;
}

function takenBack(transferId: string, reversalId: string): ProcessorState {
  const references = [
    reference("transfer", transferId),
    reference("transfer_reversal", reversalId),
  ];
  return { status: "CANCELLED", rawStatus: "reversed", references };
}
