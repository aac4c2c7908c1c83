import type { Outcome, ProcessorState, StepInput, WithAccount } from "../connector.ts";
import { unknownStep, unusableKey } from "../toolkit/errors.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { toItem } from "./batch-request.ts";
import { createBatch } from "./create-batch.ts";
import { PAYPAL_MANIFEST, STEPS } from "./manifest.ts";
import type { PayPalApi } from "./paypal-api.ts";

/** Makes one call of a plan. What PayPal could not pay is refused before anything is sent. */
export async function callStep(
  api: PayPalApi,
  input: StepInput & WithAccount,
): Promise<Outcome<ProcessorState>> {
  if (!fitsKey(input.processorKey, PAYPAL_MANIFEST)) {
    return { kind: "rejected", error: unusableKey() };
  }
  const item = toItem(input.payout);
  if ("error" in item) return { kind: "rejected", error: item.error };
  switch (input.step) {
    case STEPS.check:
      return check(api, input);
    case STEPS.payout:
      return createBatch(api, input, item);
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}

/** Whether PayPal lets us in is all that can be asked of a payout that is sent later. */
async function check(
  api: PayPalApi,
  { account, signal }: Pick<StepInput & WithAccount, "account" | "signal">,
): Promise<Outcome<ProcessorState>> {
  const access = await api.tokens.get({ account, signal });
  return access.kind === "token"
    ? { kind: "accepted", value: { status: "REQUIRES_FULFILLMENT" } }
    : access;
}
