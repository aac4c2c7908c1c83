import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";

/**
 * The calls that a payout comes to:
 * - check: asks whether Itau lets us in, the only one of a payout that waits for its Transfer;
 * - pay: pays it.
 */
export type Step = "check" | "pay";

/** Itau holds nothing for us: a payout that waits for its Transfer waits here. */
export function planPayout(
  operation: PlannedOperation,
  { fulfillment }: Pick<PayoutInstruction, "fulfillment">,
): readonly Step[] {
  if (operation === "stage") return [];
  return operation === "create" && fulfillment === "MANUAL" ? ["check"] : ["pay"];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  return step === "check" ? "NOTHING" : "MONEY";
}
