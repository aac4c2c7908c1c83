import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { unknownStep, unusableKey } from "../toolkit/errors.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { takeHoldBack } from "./cancel-hold.ts";
import { checkRecipient } from "./check.ts";
import type { DwollaApi } from "./dwolla-api.ts";
import { holdPayment, makeTransfer } from "./make-transfer.ts";
import { DWOLLA_MANIFEST } from "./manifest.ts";
import { addCustomer, addFundingSource } from "./onboarding.ts";
import { STEPS, whyUnpayable } from "./plan.ts";
import { releaseHold } from "./release.ts";

/** Makes one call of a plan. */
export async function callStep(api: DwollaApi, input: StepInput): Promise<Outcome<ProcessorState>> {
  const error = whyUnpayable(input.payout);
  if (error !== undefined) return { kind: "rejected", error };
  // Never cut to fit: another call could share what is left of it.
  if (!fitsKey(input.processorKey, DWOLLA_MANIFEST)) {
    return { kind: "rejected", error: unusableKey() };
  }
  switch (input.step) {
    case STEPS.customer:
      return addCustomer(api, input);
    case STEPS.fundingSource:
      return addFundingSource(api, input);
    case STEPS.check:
      return checkRecipient(api, input);
    case STEPS.transfer:
      return makeTransfer(api, input);
    case STEPS.hold:
      return holdPayment(api, input);
    case STEPS.release:
      return releaseHold(api, input);
    case STEPS.cancelHold:
      return takeHoldBack(api, input);
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}
