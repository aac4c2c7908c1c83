import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";
import { STEPS } from "./manifest.ts";

/** PayPal holds nothing for us: a payout that waits for its Transfer waits here, and is only checked. */
export function planPayout(
  operation: PlannedOperation,
  { fulfillment }: Pick<PayoutInstruction, "fulfillment">,
): readonly string[] {
  if (operation === "stage") return [];
  const isHeld = operation === "create" && fulfillment === "MANUAL";
  return [isHeld ? STEPS.check : STEPS.payout];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  return step === STEPS.check ? "NOTHING" : "MONEY";
}
