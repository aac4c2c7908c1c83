import type { LookupInput, LookupResult, ProcessorState } from "../connector.ts";
import type { AdyenApi } from "./adyen-api.ts";
import { findTransfer } from "./find-transfer.ts";
import { isOver, isPastReview } from "./status.ts";
import { holdOf, STEPS } from "./steps.ts";
import { toState } from "./transfer.ts";

/**
 * How a payout stands. A route check whose answer was lost is made again: it moves nothing. An approval
 * or a cancellation is found by what came of it.
 */
export async function lookupPayout(
  api: AdyenApi,
  { step, references, processorKeys, signal }: LookupInput,
): Promise<LookupResult<ProcessorState>> {
  if (step === STEPS.route) return { kind: "not_found" };
  const found = await findTransfer(api, { references, processorKeys }, signal);
  if (found.kind === "not_found") return found;
  if (found.kind === "unreachable") return found;
  const { word } = found.value;
  if (step === STEPS.approve && !isPastReview(word)) return { kind: "not_found" };
  if (step === STEPS.cancel && !isOver(word)) return { kind: "not_found" };
  const value = toState(found.value, holdOf(processorKeys), { ...api, now: api.now() });
  return { kind: "found", value };
}
