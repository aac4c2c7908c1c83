import type { StepInput } from "../connector.ts";
import type { Form } from "./form.ts";
import { PROCESSOR_KEY } from "./read-object.ts";

/** By what we find an object again, and a person in Stripe's dashboard does. */
export function marksOf({
  payout: { payoutId, merchantPayoutId },
  processorKey,
}: Pick<StepInput, "payout" | "processorKey">): Form {
  return {
    "metadata[payout_id]": payoutId,
    "metadata[merchant_payout_id]": merchantPayoutId ?? undefined,
    [`metadata[${PROCESSOR_KEY}]`]: processorKey,
  };
}
