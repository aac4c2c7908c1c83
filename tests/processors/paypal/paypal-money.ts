import { type Decimals, decimalsOf, toDecimal } from "../support/money.ts";

/** PayPal takes these in whole units, though ISO 4217 gives them two decimals. */
const wholeUnits = ["HUF", "TWD"];

export function paypalDecimals(currency: string): Decimals {
  return wholeUnits.includes(currency) ? 0 : decimalsOf(currency);
}

/** Money as PayPal writes it: a decimal string. */
export function wireMoney(currency: string, minor: bigint) {
  return { currency, value: toDecimal(minor, paypalDecimals(currency)) };
}
