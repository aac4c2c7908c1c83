import type { LookupInput, LookupResult, ProcessorState } from "../connector.ts";
import type { WiseApi } from "./call.ts";
import { findTransfer } from "./find-transfer.ts";
import { STEPS } from "./manifest.ts";
import { readStanding } from "./standing.ts";

/**
 * How a payout stands. A quote or an account whose answer was lost cannot be found by our key, and need
 * not be: neither moves anything, and the repeat makes another one.
 */
export async function lookupPayout(
  api: WiseApi,
  { step, references, processorKeys, signal }: LookupInput,
): Promise<LookupResult<ProcessorState>> {
  if (step === STEPS.quote || step === STEPS.account) return { kind: "not_found" };
  const found = await findTransfer(api, { references, processorKeys }, signal);
  if (found.kind !== "found") return found;
  const fundIsPlanned = processorKeys[STEPS.fund] !== undefined;
  const standing = await readStanding(api, found.value, fundIsPlanned, signal);
  if (standing.kind !== "found") return standing;
  // It is the transfer that was found, and not the payment that was asked for.
  if (step === STEPS.fund && standing.value.isUnfunded) return { kind: "not_found" };
  return { kind: "found", value: standing.value.state };
}
