import { currencyExponent } from "../../domain/currency.ts";
import type { Money } from "../../domain/money.ts";

/** Decimals that Adyen counts with where they are not those of ISO 4217; its table is the one that counts. */
const OWN_DECIMALS: Readonly<Record<string, number>> = { CLP: 2, CVE: 0, IDR: 0, ISK: 2 };

/**
 * An amount in the minor units that Adyen counts with.
 *
 * @returns undefined for what it cannot hold exactly, and for nothing at all
 */
export function toAdyenAmount({ minorAmount, currency }: Money): bigint | undefined {
  const ours = currencyExponent(currency);
  if (ours === undefined || minorAmount <= 0n) return undefined;
  const theirs = adyenDecimals(currency) ?? ours;
  if (theirs >= ours) return minorAmount * 10n ** BigInt(theirs - ours);
  const divisor = 10n ** BigInt(ours - theirs);
  return minorAmount % divisor === 0n ? minorAmount / divisor : undefined;
}

/** How many decimals Adyen counts a currency with; undefined for one that is not known. */
export function adyenDecimals(currency: string): number | undefined {
  return Object.hasOwn(OWN_DECIMALS, currency)
    ? OWN_DECIMALS[currency]
    : currencyExponent(currency);
}
