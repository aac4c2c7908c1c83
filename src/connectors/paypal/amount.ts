import type { Money } from "../../domain/money.ts";
import { toDecimal } from "../toolkit/decimal.ts";

/** PayPal takes these in whole units, though ISO 4217 gives them two decimals. */
const WHOLE_UNITS: ReadonlySet<string> = new Set(["HUF", "TWD"]);

/**
 * An amount as PayPal writes it: a decimal text in major units.
 *
 * @returns undefined for what PayPal cannot pay exactly
 */
export function toPayPalAmount(money: Money): string | undefined {
  const { minorAmount, currency } = money;
  if (minorAmount <= 0n) return undefined;
  if (!WHOLE_UNITS.has(currency)) return toDecimal(money);
  return minorAmount % 100n === 0n ? String(minorAmount / 100n) : undefined;
}
