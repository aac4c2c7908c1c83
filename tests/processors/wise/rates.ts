import { decimalsOf } from "../support/money.ts";

/** Millionths of a US dollar for one unit: made-up rates that never move, so tests can name results. */
const usdMicros: Readonly<Record<string, bigint>> = {
  USD: 1_000_000n,
  EUR: 1_100_000n,
  GBP: 1_250_000n,
  CHF: 1_120_000n,
  PLN: 250_000n,
  INR: 12_000n,
  JPY: 6_700n,
  KWD: 3_250_000n,
};

const micro = 1_000_000n;

/** Millionths of the target for one of the source; undefined where either is not dealt in. */
export function rateMicros(source: string, target: string): bigint | undefined {
  const from = usdMicros[source];
  const to = usdMicros[target];
  if (from === undefined || to === undefined) return undefined;
  return (from * micro) / to;
}

/** Minor units of the target for minor units of the source, rounded down. */
export function convert(minor: bigint, source: string, target: string, rate: bigint): bigint {
  return (minor * rate * unit(target)) / (unit(source) * micro);
}

/** The least source that converts to this target. */
export function convertBack(minor: bigint, source: string, target: string, rate: bigint): bigint {
  const divisor = rate * unit(target);
  return (minor * unit(source) * micro + divisor - 1n) / divisor;
}

/** "1.136363", as the API prints rates. */
export function printRate(rate: bigint): string {
  return `${rate / micro}.${(rate % micro).toString().padStart(6, "0")}`;
}

function unit(currency: string): bigint {
  return 10n ** BigInt(decimalsOf(currency));
}
