import { currencyExponent } from "../../domain/currency.ts";
import type { Money } from "../../domain/money.ts";

/**
 * Minor units as a decimal in major units: 1050 of USD is "10.50", of JPY "1050", of KWD "1.050". Made
 * of digits: no float is ever near an amount.
 *
 * @returns undefined for a currency whose exponent is not known
 */
export function toDecimal({ minorAmount, currency }: Money): string | undefined {
  const exponent = currencyExponent(currency);
  if (exponent === undefined || minorAmount < 0n) return undefined;
  if (exponent === 0) return String(minorAmount);
  const digits = String(minorAmount).padStart(exponent + 1, "0");
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

/**
 * A processor's decimal in minor units, as text or as the digits of a JSON number. More places than the
 * currency has are taken when they are zeros.
 *
 * @returns undefined for what is no amount of this currency
 */
export function fromDecimal(text: string, currency: string): bigint | undefined {
  const exponent = currencyExponent(currency);
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text);
  if (exponent === undefined || match === null) return undefined;
  const [, whole = "", fraction = ""] = match;
  if (/[1-9]/.test(fraction.slice(exponent))) return undefined;
  return BigInt(whole + fraction.slice(0, exponent).padEnd(exponent, "0"));
}
