import { currencyExponent } from "./currency.ts";

/** An amount in minor units (cents, yen, fils) and its ISO 4217 code. */
export type Money = { readonly minorAmount: bigint; readonly currency: string };

/** The largest amount of one payout: what every JSON reader can hold exactly. Sums may exceed it. */
export const MAX_MINOR_AMOUNT = 2n ** 53n - 1n;

/** Longer than any amount of at most MAX_MINOR_AMOUNT with some leading zeros. */
const MAX_MAJOR_TEXT = 40;
const MAJOR_TEXT = /^(-?)([0-9]+)(?:\.([0-9]+))?$/;

/**
 * The exact decimal text in major units, with as many places as the currency has: "10.50" USD,
 * "1050" JPY, "1.234" KWD. Throws RangeError for a currency that the table does not hold.
 */
export function formatMajor(money: Money): string {
  const exponent = currencyExponent(money.currency);
  if (exponent === undefined) throw new RangeError("formatMajor: unknown currency");
  const negative = money.minorAmount < 0n;
  const digits = String(negative ? -money.minorAmount : money.minorAmount).padStart(
    exponent + 1,
    "0",
  );
  const sign = negative ? "-" : "";
  if (exponent === 0) return sign + digits;
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * The inverse of formatMajor, never through a float. Takes fewer decimal places than the currency
 * has ("10.5" USD), never more, even zeros: a sender who writes "10.50" JPY has another currency in
 * mind. No plus sign, no exponent, no grouping. Undefined for anything else, for an unknown
 * currency, and beyond MAX_MINOR_AMOUNT.
 */
export function parseMajor(text: string, currency: string): Money | undefined {
  const exponent = currencyExponent(currency);
  if (exponent === undefined || text.length > MAX_MAJOR_TEXT) return undefined;
  const match = MAJOR_TEXT.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = ""] = match;
  if (fraction.length > exponent) return undefined;
  const magnitude = BigInt(whole + fraction.padEnd(exponent, "0"));
  if (magnitude > MAX_MINOR_AMOUNT) return undefined;
  return { minorAmount: sign === "-" ? -magnitude : magnitude, currency };
}

/**
 * The exact sum in minor units; 0n for an empty list. Throws RangeError when the list mixes
 * currencies: such a sum means nothing, so it is a fault of the program and not of a caller.
 */
export function sum(list: readonly Money[]): bigint {
  let total = 0n;
  for (const money of list) {
    if (money.currency !== list[0]?.currency) throw new RangeError("sum: mixed currencies");
    total += money.minorAmount;
  }
  return total;
}
