import { currencyExponent } from "../../domain/currency.ts";
import type { Money } from "../../domain/money.ts";

/** Decimal places that Stripe counts with, and the steps in which it moves the currency. */
interface Unit {
  readonly decimals: number;
  readonly step: bigint;
}

const ZERO_DECIMALS = /^(BIF|CLP|DJF|GNF|JPY|KMF|KRW|MGA|PYG|RWF|VND|VUV|XAF|XOF|XPF)$/;
/** Written with three decimals, of which the last must be 0. */
const THREE_DECIMALS = /^(BHD|JOD|KWD|OMR|TND)$/;
/** Written with two decimals, and paid out in whole units only, whatever the standard says. */
const WHOLE_UNITS = /^(HUF|ISK|TWD|UGX)$/;

/**
 * An amount as Stripe counts it. Its smallest unit is not ISO 4217's everywhere.
 *
 * @returns undefined for what Stripe cannot pay out exactly
 */
export function toStripeAmount({ minorAmount, currency }: Money): bigint | undefined {
  const unit = unitOf(currency);
  const ours = currencyExponent(currency);
  if (unit === undefined || ours === undefined || minorAmount <= 0n) return undefined;
  const scaled = minorAmount * 10n ** BigInt(unit.decimals);
  const divisor = 10n ** BigInt(ours);
  const amount = scaled / divisor;
  return scaled % divisor === 0n && amount % unit.step === 0n ? amount : undefined;
}

function unitOf(currency: string): Unit | undefined {
  if (ZERO_DECIMALS.test(currency)) return { decimals: 0, step: 1n };
  if (THREE_DECIMALS.test(currency)) return { decimals: 3, step: 10n };
  if (WHOLE_UNITS.test(currency)) return { decimals: 2, step: 100n };
  return currencyExponent(currency) === 2 ? { decimals: 2, step: 1n } : undefined;
}
