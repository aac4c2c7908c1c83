import type { Outcome, ProcessorState, StepInput, WithAccount } from "../connector.ts";
import { unknownStep, unusableKey } from "../toolkit/errors.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { checkDestination } from "./check.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { payOut, transfer } from "./move-money.ts";
import { addPayoutBank, makeAccount } from "./onboarding.ts";
import { TAKE_BACK, whyUnpayable } from "./plan.ts";
import type { StripeApi } from "./stripe-api.ts";
import { takeBack } from "./take-back.ts";

/** Makes one call of a plan. */
export async function callStep(
  api: StripeApi,
  input: StepInput & WithAccount,
): Promise<Outcome<ProcessorState>> {
  const error = whyUnpayable(input.payout);
  if (error !== undefined) return { kind: "rejected", error };
  if (!fitsKey(input.processorKey, STRIPE_MANIFEST))
    return { kind: "rejected", error: unusableKey() };
  switch (input.step) {
    case "account":
      return makeAccount(api, input);
    case "bank_account":
      return addPayoutBank(api, input);
    case "check":
      return checkDestination(api, input);
    case "transfer":
      return transfer(api, input);
    case "payout":
      return payOut(api, input);
    case TAKE_BACK:
      return takeBack(api, { ...input, payoutId: input.payout.payoutId });
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}
