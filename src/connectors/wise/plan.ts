import type { PayoutInstruction } from "../connector.ts";
import { accountOf } from "./create-transfer.ts";
import { STEPS } from "./manifest.ts";
import { findReference } from "./references.ts";

/** What is there already, such as a confirmed quote, is not made again. */
export function planPayout(
  operation: "create" | "transfer",
  payout: PayoutInstruction,
): readonly string[] {
  if (operation === "transfer") return [STEPS.fund];
  return [
    ...(findReference(payout.references, "quote") === undefined ? [STEPS.quote] : []),
    ...(accountOf(payout) === undefined ? [STEPS.account] : []),
    STEPS.transfer,
    // Held: an unfunded transfer, which Wise keeps for two weeks.
    ...(payout.fulfillment === "MANUAL" ? [] : [STEPS.fund]),
  ];
}

/** Calls that leave every balance as it is. */
const MOVES_NOTHING: ReadonlySet<string> = new Set([
  STEPS.quote,
  STEPS.account,
  // A transfer takes nothing until it is funded, and lapses by itself: the payout can still fail, and
  // one whose making is in doubt can still be held.
  STEPS.transfer,
]);

export function movesMoney(step: string): boolean {
  return !MOVES_NOTHING.has(step);
}
