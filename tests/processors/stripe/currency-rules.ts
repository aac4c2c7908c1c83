import { StripeError } from "./stripe-error.ts";

/** With three decimals Stripe still wants the last digit to be 0. */
const threeDecimals = ["bhd", "jod", "kwd", "omr", "tnd"];

/** Written with two decimals, but paid out in whole units only. */
const wholeUnitPayouts = ["huf", "isk", "twd", "ugx"];

/** Throws where an amount is finer than Stripe moves the currency. */
export function checkGranularity(amount: bigint, currency: string, payout: boolean): void {
  const step = threeDecimals.includes(currency)
    ? 10n
    : payout && wholeUnitPayouts.includes(currency)
      ? 100n
      : 1n;
  if (amount % step === 0n) return;
  const message = `Invalid amount: amounts in ${currency} must be divisible by ${step}.`;
  throw new StripeError({ status: 400, param: "amount", message, begun: false });
}
