import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";

/**
 * The calls that a payout comes to:
 * - check: asks whether it can be paid; the last one of a payout that waits for its Transfer;
 * - pay: pays it.
 */
export type Step = "check" | "pay";

export function planPayout(
  operation: PlannedOperation,
  { fulfillment }: PayoutInstruction,
): readonly Step[] {
  if (operation === "stage") return [];
  if (operation === "transfer") return ["pay"];
  return fulfillment === "MANUAL" ? ["check"] : ["check", "pay"];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  return step === "pay" ? "MONEY" : "NOTHING";
}
