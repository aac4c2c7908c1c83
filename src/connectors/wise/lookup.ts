import type { LookupInput, LookupResult, ProcessorState } from "../connector.ts";
import type { WiseApi } from "./call.ts";
import { lookupCancel } from "./cancel-unfunded.ts";
import { findTransfer } from "./find-transfer.ts";
import { CANCEL, STEPS } from "./manifest.ts";
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
  if (step === CANCEL) return lookupCancel(api, { references, processorKeys, signal });
  const found = await findTransfer(api, { references, processorKeys }, signal);
  if (found.kind !== "found") return found;
  const fundIsPlanned = processorKeys[STEPS.fund] !== undefined;
  const standing = await readStanding(api, found.value, fundIsPlanned, signal);
  if (standing.kind !== "found") return standing;
  // It is the transfer that was found, and not the payment that was asked for.
  const { isFunded, isStopped } = standing.value;
  if (step === STEPS.fund && !isFunded && !isStopped) return { kind: "not_found" };
  return { kind: "found", value: standing.value.state };
}
