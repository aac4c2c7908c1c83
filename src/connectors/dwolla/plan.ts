import type { PayoutError } from "../../domain/payout.ts";
import type { PayoutInstruction, PlannedOperation, StepEffect } from "../connector.ts";
import { toDecimal } from "../toolkit/decimal.ts";
import { unpayable } from "../toolkit/errors.ts";
import { idOf } from "./references.ts";

/**
 * The calls of a payout:
 * - customer, funding_source: register whom Dwolla does not know;
 * - check: asks whether the recipient can be paid, and settles from what and to what it will be;
 * - transfer: pays;
 * - hold: makes a deferred mass payment of one, which pays nobody;
 * - release: lets it go;
 * - cancel_hold: ends it instead.
 */
export const STEPS = {
  customer: "customer",
  fundingSource: "funding_source",
  check: "check",
  transfer: "transfer",
  hold: "hold",
  release: "release",
  cancelHold: "cancel_hold",
} as const;

/**
 * A payout with MANUAL fulfillment is checked and then kept here, not at Dwolla: a deferred mass payment
 * reserves no money, could be released on Dwolla's pages past us, and cannot be found again without its
 * id. A transfer is made under a key, is found by it, and until then nothing has to be taken back.
 */
export function planPayout(
  operation: PlannedOperation,
  payout: PayoutInstruction,
): readonly string[] {
  const isStaged =
    idOf(payout.references, "mass_payment") !== undefined || payout.fulfillment !== "MANUAL";
  if (operation === "transfer") return [isStaged ? STEPS.release : STEPS.transfer];
  const { recipientId, accountId } = payout.registered;
  return [
    ...(recipientId === null && accountId === null ? [STEPS.customer] : []),
    ...(accountId === null ? [STEPS.fundingSource] : []),
    STEPS.check,
    ...(operation === "stage" ? [STEPS.hold] : []),
    ...(operation === "create" && payout.fulfillment !== "MANUAL" ? [STEPS.transfer] : []),
  ];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  switch (step) {
    case STEPS.customer:
    case STEPS.fundingSource:
    case STEPS.check:
    case STEPS.cancelHold:
      return "NOTHING";
    case STEPS.hold:
      return "HOLD";
    default:
      return "MONEY";
  }
}

export function undoOf(step: string): string | undefined {
  return step === STEPS.hold ? STEPS.cancelHold : undefined;
}

/**
 * Why Dwolla cannot pay this at all; undefined when it may. The same for the same payout whenever it is
 * asked, so a repeat is refused only if the call before it was.
 */
export function whyUnpayable(payout: PayoutInstruction): PayoutError | undefined {
  const { amount, destinationCurrency, method, person, registered } = payout;
  if (amount.currency !== "USD" || destinationCurrency !== "USD") {
    return unpayable("CURRENCY_UNSUPPORTED");
  }
  if (amount.minorAmount <= 0n || toDecimal(amount) === undefined) {
    return unpayable("AMOUNT_UNSUPPORTED");
  }
  if (registered.accountId !== null) return undefined;
  if (method.kind !== "ach") return unpayable("METHOD_UNSUPPORTED");
  // Dwolla pays nobody whom it does not know.
  if (registered.recipientId === null && person === null) return unpayable("RECIPIENT_REQUIRED");
  return undefined;
}
