import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";
import { accountOf } from "./create-transfer.ts";
import { CANCEL, STEPS } from "./manifest.ts";
import { findReference } from "./references.ts";

/** What is there already, such as a confirmed quote, is not made again. */
export function planPayout(
  operation: PlannedOperation,
  payout: PayoutInstruction,
): readonly string[] {
  // Staged by the service, with Wise's quote.
  if (operation === "stage") return [];
  if (operation === "transfer") return [STEPS.fund];
  return [
    ...(findReference(payout.references, "quote") === undefined ? [STEPS.quote] : []),
    ...(accountOf(payout) === undefined ? [STEPS.account] : []),
    STEPS.transfer,
    // Held: an unfunded transfer, which Wise keeps for two weeks.
    ...(payout.fulfillment === "MANUAL" ? [] : [STEPS.fund]),
  ];
}

/** An unfunded transfer is cancelled, so that nobody pays for it after its payout has ended. */
export function undoOf(step: string): string | undefined {
  return step === STEPS.transfer ? CANCEL : undefined;
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  switch (step) {
    case STEPS.quote:
    case STEPS.account:
    case CANCEL:
      return "NOTHING";
    // A transfer takes nothing until it is funded, and lapses by itself: the payout can still fail, and
    // one whose making is in doubt can still be held.
    case STEPS.transfer:
      return "HOLD";
    default:
      return "MONEY";
  }
}
