import { currencyExponent } from "../../domain/currency.ts";
import type { PayoutError } from "../../domain/payout.ts";
import type { Instruction, OperationOn, PayoutInstruction, StepEffect } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { isNameChecked } from "./check-name.ts";
import { destinationOf } from "./destination.ts";
import { STEPS } from "./manifest.ts";

/**
 * The calls that a payout comes to:
 * - name_check: asks the recipient's bank whether the account is theirs, where banks can be asked;
 * - counterparty: for whom Revolut does not know yet;
 * - indicative_quote: asks whether it can be paid, and is the last of a payout that waits for its Transfer, since
 *   Revolut itself holds nothing: a draft can be sent only by a person;
 * - pay;
 * - payout_link, alone: Revolut asks whoever claims it how to be paid.
 */
export function planPayout(
  operation: OperationOn<Instruction>,
  payout: Instruction,
): readonly string[] {
  if (payout.method === null) return [STEPS.link];
  if (operation === "stage") return [];
  if (operation === "transfer") return [STEPS.pay];
  const isKnown = destinationOf(payout, payout.references) !== undefined;
  return [
    ...(isKnown || !isNameChecked(payout.method) ? [] : [STEPS.name]),
    ...(isKnown ? [] : [STEPS.counterparty]),
    STEPS.quote,
    ...(payout.fulfillment === "MANUAL" ? [] : [STEPS.pay]),
  ];
}

/** What an accepted step leaves behind. */
export function effectOf(step: string): StepEffect {
  if (step === STEPS.link) return "HOLD";
  return step === STEPS.pay ? "MONEY" : "NOTHING";
}

/** Amounts are JSON's double-precision numbers at Revolut, which keep 15 digits exactly (minor units). */
const MAX_MINOR = 10n ** 15n - 1n;

/**
 * Why Revolut cannot pay this at all; undefined when it may. The same for the same payout whenever it is
 * asked, so a repeat is refused only if the call before it was.
 */
export function whyUnpayable({
  amount,
  destinationCurrency,
}: Pick<PayoutInstruction, "amount" | "destinationCurrency">): PayoutError | undefined {
  // What is told is what arrives: what an exchange takes for it cannot be told.
  if (amount.currency !== destinationCurrency || currencyExponent(amount.currency) === undefined) {
    return declined("CURRENCY_UNSUPPORTED", {}, "VALIDATION");
  }
  return amount.minorAmount > 0n && amount.minorAmount <= MAX_MINOR
    ? undefined
    : declined("AMOUNT_UNSUPPORTED", {}, "VALIDATION");
}
