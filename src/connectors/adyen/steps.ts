import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";

/**
 * The calls of a payout:
 * - route: asks whether there is a way to the account, and whether a registered one is verified;
 * - transfer: pays;
 * - stagedTransfer, heldTransfer: the same under review, where it pays nobody: to be confirmed, or with
 *   MANUAL fulfillment;
 * - approve: ends the review, and the transfer pays;
 * - cancel: ends the review, and it never will.
 */
export const STEPS = {
  route: "route",
  transfer: "transfer",
  stagedTransfer: "staged_transfer",
  heldTransfer: "held_transfer",
  approve: "approve",
  cancel: "cancel",
} as const;

/** The steps that make the transfer: a plan has one of them. */
export const MAKING: readonly string[] = [STEPS.transfer, STEPS.stagedTransfer, STEPS.heldTransfer];

export function planSteps(
  operation: PlannedOperation,
  { fulfillment }: Pick<PayoutInstruction, "fulfillment">,
): readonly string[] {
  switch (operation) {
    case "stage":
      return [STEPS.route, STEPS.stagedTransfer];
    case "create":
      return [STEPS.route, fulfillment === "MANUAL" ? STEPS.heldTransfer : STEPS.transfer];
    case "transfer":
      return [STEPS.approve];
  }
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  switch (step) {
    case STEPS.route:
    case STEPS.cancel:
      return "NOTHING";
    // Nothing is reserved under review, and after thirty days without approval the transfer lapses.
    case STEPS.stagedTransfer:
    case STEPS.heldTransfer:
      return "HOLD";
    default:
      return "MONEY";
  }
}

/** An approved transfer cannot be taken back; one under review can. */
export function undoOf(step: string): string | undefined {
  return effectOf(step) === "HOLD" ? STEPS.cancel : undefined;
}

/**
 * What a transfer that is not approved waits for, as far as the steps of its attempt tell:
 * - none: it is not under a review of ours;
 * - confirmation, fulfillment: our caller;
 * - release: our own approval, which is planned.
 */
export type Hold = "none" | "confirmation" | "fulfillment" | "release";

export function holdOf(processorKeys: Readonly<Record<string, string>>): Hold {
  if (processorKeys[STEPS.approve] !== undefined) return "release";
  if (processorKeys[STEPS.stagedTransfer] !== undefined) return "confirmation";
  return processorKeys[STEPS.heldTransfer] === undefined ? "none" : "fulfillment";
}

/** The key under which the transfer was made, which is its reference at the processor too. */
export function transferKey(processorKeys: Readonly<Record<string, string>>): string | undefined {
  const step = MAKING.find((each) => processorKeys[each] !== undefined);
  return step && processorKeys[step];
}
