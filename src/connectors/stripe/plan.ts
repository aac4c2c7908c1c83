import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { toStripeAmount } from "./amount.ts";
import { toBankForm, tokenOf } from "./bank-form.ts";

/**
 * The calls that a payout comes to:
 * - account: makes a connected account for a recipient that Stripe does not know;
 * - bank_account: adds the bank account to it;
 * - check: asks whether money can be sent through it; the last step of a payout that waits for its Transfer;
 * - transfer: from the platform's balance to the connected account's;
 * - payout: from there to the bank.
 */
export type Step = "account" | "bank_account" | "check" | "transfer" | "payout";

/** Takes the transfer back, of which no payout stands. */
export const TAKE_BACK = "take_back";

export function planSteps(
  operation: PlannedOperation,
  { registered, fulfillment }: PayoutInstruction,
): readonly Step[] {
  const moving: readonly Step[] = ["transfer", "payout"];
  if (operation === "stage") return [];
  if (operation === "transfer") return moving;
  const { recipientId, accountId } = registered;
  return [
    ...(recipientId === null ? (["account"] as const) : []),
    ...(recipientId === null || accountId === null ? (["bank_account"] as const) : []),
    "check",
    ...(fulfillment === "MANUAL" ? [] : moving),
  ];
}

/** A payout is stopped or fails by itself; its transfer has to be taken back. */
export function undoOf(step: string): string | undefined {
  return step === "transfer" ? TAKE_BACK : undefined;
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  return step === "transfer" || step === "payout" ? "MONEY" : "NOTHING";
}

/**
 * Why Stripe cannot pay this at all; undefined when it may. The same for the same payout whenever it is
 * asked, so a repeat is refused only if the call before it was.
 */
export function whyUnpayable(payout: PayoutInstruction): PayoutError | undefined {
  const { amount, destinationCurrency, method, person, registered } = payout;
  // A transfer is of one currency, and what Stripe makes of it at the other side cannot be told before.
  if (amount.currency !== destinationCurrency) return unpayable("CURRENCY_UNSUPPORTED");
  if (toStripeAmount(amount) === undefined) return unpayable("AMOUNT_UNSUPPORTED");
  const { recipientId, accountId } = registered;
  if (recipientId !== null && accountId !== null) return undefined;
  const isPayable = tokenOf(method) !== undefined || toBankForm(method, person) !== undefined;
  if (!isPayable) return unpayable("METHOD_UNSUPPORTED");
  // Stripe pays nobody whom it does not know.
  if (recipientId === null && person === null) return unpayable("RECIPIENT_REQUIRED");
  return undefined;
}
