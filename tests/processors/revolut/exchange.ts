import { decimalsOf } from "../support/money.ts";

/** Hundred-thousandths of a pound for one unit: made-up rates that never move. */
const inPounds: Readonly<Record<string, bigint>> = {
  GBP: 100_000n,
  EUR: 86_000n,
  USD: 79_000n,
  CHF: 90_000n,
  PLN: 20_000n,
  INR: 950n,
  JPY: 520n,
  KWD: 257_000n,
};

/** What the receiver's minor units cost in another currency, rounded up; undefined for unknown ones. */
export function costOf(minor: bigint, currency: string, paidIn: string): bigint | undefined {
  const to = inPounds[currency];
  const from = inPounds[paidIn];
  if (to === undefined || from === undefined) return undefined;
  const divisor = unit(currency) * from;
  return (minor * to * unit(paidIn) + divisor - 1n) / divisor;
}

/** Whether an amount is worth something between two amounts in pence, both included; exactly. */
export function isWorth(minor: bigint, currency: string, least: bigint, most: bigint): boolean {
  const pounds = inPounds[currency];
  if (pounds === undefined) return false;
  const worth = minor * pounds;
  const penny = 1_000n * unit(currency);
  return worth >= least * penny && worth <= most * penny;
}

/** "1.16279": units of the second for one of the first. */
export function printRate(paidIn: string, currency: string): string {
  const digits = ((inPounds[paidIn] ?? 0n) * 100_000n) / (inPounds[currency] ?? 1n);
  return `${digits / 100_000n}.${(digits % 100_000n).toString().padStart(5, "0")}`;
}

function unit(currency: string): bigint {
  return 10n ** BigInt(decimalsOf(currency));
}
