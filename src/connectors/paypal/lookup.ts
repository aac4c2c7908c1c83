import type { LookupInput, LookupResult, ProcessorState, WithAccount } from "../connector.ts";
import { batchState, whoHasReturned } from "./batch.ts";
import { findStanding, type Standing } from "./find-batch.ts";
import { itemState } from "./item-state.ts";
import { STEPS } from "./manifest.ts";
import { type PayPalApi, toLookup } from "./paypal-api.ts";

/**
 * How a payout stands. Of a batch whose answer was lost nothing is found: PayPal tells its id to nobody but
 * who sends it again.
 */
export async function lookup(
  api: PayPalApi,
  input: LookupInput & WithAccount,
): Promise<LookupResult<ProcessorState>> {
  // It leaves nothing behind; asking once more answers it.
  if (input.step === STEPS.check) return { kind: "not_found" };
  const answered = await findStanding(api, input);
  if (answered === undefined) return { kind: "not_found" };
  const found = toLookup(answered);
  return found.kind === "found"
    ? { kind: "found", value: stateOf(found.value, input.stopAsked) }
    : found;
}

/** @param stopAsked whether we may have cancelled it */
export function stateOf({ batch, item }: Standing, stopAsked = false): ProcessorState {
  return batch === undefined
    ? itemState(item, whoHasReturned(stopAsked))
    : batchState(batch, stopAsked);
}
