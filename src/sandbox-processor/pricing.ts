/**
 * Prices, exact to the minor unit and the same for a quote and for the transfer after it. Nothing
 * here is a float: a rate is an integer times 10^-12.
 */

/** Units of a currency for one US dollar. Invented, near what they once were; others count as 1. */
const PER_DOLLAR: Readonly<Record<string, string>> = {
  USD: "1",
  EUR: "0.92",
  GBP: "0.79",
  CHF: "0.88",
  CAD: "1.36",
  AUD: "1.52",
  BRL: "5.05",
  MXN: "17.1",
  INR: "83.2",
  JPY: "151.5",
  KRW: "1345",
  KWD: "0.307",
};

const SCALE = 12;
const UNIT = 10n ** BigInt(SCALE);
/** Half a percent, where currencies differ. */
const FEE_DIVISOR = 200n;

export interface PriceRequest {
  readonly amount: bigint;
  readonly currency: string;
  readonly exponent: number;
  readonly destinationCurrency: string;
  readonly destinationExponent: number;
}

export interface Price {
  readonly rate: string;
  /** Minor units of the source, taken out of the amount. */
  readonly fee: bigint;
  /** Minor units of the destination. */
  readonly destinationAmount: bigint;
}

/**
 * The price of an amount in minor units. In one currency it is free and the rate is "1". Otherwise
 * the fee is 0.5 %, what is left is changed at the rate, and both are rounded half to even.
 */
export function priceOf(request: PriceRequest): Price {
  if (request.currency === request.destinationCurrency) {
    return { rate: "1", fee: 0n, destinationAmount: request.amount };
  }
  const fee = divideHalfEven(request.amount, FEE_DIVISOR);
  const rate = divideHalfEven(
    perDollar(request.destinationCurrency) * UNIT,
    perDollar(request.currency),
  );
  const scaled = (request.amount - fee) * rate * 10n ** BigInt(request.destinationExponent);
  const destinationAmount = divideHalfEven(scaled, UNIT * 10n ** BigInt(request.exponent));
  return { rate: printRate(rate), fee, destinationAmount };
}

/** The quotient of two non-negative integers, a half going to the even neighbour. */
export function divideHalfEven(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const twice = (dividend % divisor) * 2n;
  const up = twice > divisor || (twice === divisor && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

function perDollar(currency: string): bigint {
  const [whole = "", fraction = ""] = (PER_DOLLAR[currency] ?? "1").split(".");
  return BigInt(whole + fraction.padEnd(SCALE, "0"));
}

function printRate(rate: bigint): string {
  const digits = String(rate).padStart(SCALE + 1, "0");
  const text = `${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`;
  return text.replace(/\.?0+$/, "");
}
