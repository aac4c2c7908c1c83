import type { LookupInput, LookupResult, ProcessorState } from "../connector.ts";
import type { RevolutApi } from "./call.ts";
import { lookupLink } from "./find-link.ts";
import { findTransaction, readById } from "./find-transaction.ts";
import { STEPS } from "./manifest.ts";
import { toProcessorState, wantsReason } from "./transaction.ts";

/**
 * How a payout stands. A counterparty whose answer was lost is found by its repeat, and a quote leaves
 * nothing to be found.
 */
export async function lookupPayout(
  api: RevolutApi,
  { step, references, processorKeys, signal }: LookupInput,
): Promise<LookupResult<ProcessorState>> {
  if (processorKeys[STEPS.link] !== undefined) {
    return lookupLink(api, { references, processorKeys, signal });
  }
  if (step === STEPS.counterparty || step === STEPS.quote) return { kind: "not_found" };
  const found = await findTransaction(api, { references, processorKeys }, signal);
  if (found.kind !== "found") return found;
  const again = wantsReason(found.value)
    ? await readById(api, found.value.id, processorKeys[STEPS.pay], signal)
    : undefined;
  const known = again?.kind === "found" ? again.value : found.value;
  return { kind: "found", value: toProcessorState(known) };
}
