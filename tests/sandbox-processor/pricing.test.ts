import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideHalfEven, priceOf } from "../../src/sandbox-processor/pricing.ts";

describe("prices", () => {
  it.each([
    ["USD", 2, "USD", 2, 10_050n, "1", 0n, 10_050n],
    ["USD", 2, "EUR", 2, 10_000n, "0.92", 50n, 9_154n],
    ["USD", 2, "JPY", 0, 10_000n, "151.5", 50n, 15_074n],
    ["USD", 2, "KWD", 3, 10_000n, "0.307", 50n, 30_546n],
    ["JPY", 0, "USD", 2, 15_150n, "0.006600660066", 76n, 9_950n],
    ["USD", 2, "EUR", 2, 1n, "0.92", 0n, 1n],
  ])(
    "%s (%i) to %s (%i)",
    (currency, exponent, destinationCurrency, destinationExponent, amount, rate, fee, destinationAmount) => {
      expect(
        priceOf({ amount, currency, exponent, destinationCurrency, destinationExponent }),
      ).toEqual({ rate, fee, destinationAmount });
    },
  );

  it("rounds half to even", () => {
    expect([1n, 3n, 5n, 7n].map((n) => divideHalfEven(n, 2n))).toEqual([0n, 2n, 2n, 4n]);
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 1n }), (n, d) => {
        const twice = 2n * (divideHalfEven(n, d) * d - n);
        expect(twice <= d && twice >= -d).toBe(true);
      }),
    );
  });

  it("is linear enough: more money never buys less", () => {
    const quote = (amount: bigint): bigint =>
      priceOf({
        amount,
        currency: "GBP",
        exponent: 2,
        destinationCurrency: "KRW",
        destinationExponent: 0,
      }).destinationAmount;
    fc.assert(
      fc.property(fc.bigInt({ min: 1n, max: 2n ** 53n }), (amount) => {
        expect(quote(amount + 1n) >= quote(amount)).toBe(true);
      }),
    );
  });
});
