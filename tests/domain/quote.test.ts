import { expect, it } from "vitest";
import { isExpired, type Quote } from "../../src/domain/payout.ts";

const quote = (expireTime: number | null): Quote => ({
  rate: "1",
  fee: { minorAmount: 0n, currency: "EUR" },
  destinationAmount: { minorAmount: 1n, currency: "EUR" },
  expireTime,
});

it("a price is held until its end; one that is indicative has none", () => {
  expect(isExpired(quote(1000), 999)).toBe(false);
  expect(isExpired(quote(1000), 1000)).toBe(true);
  expect(isExpired(quote(null), 0)).toBe(false);
  expect(isExpired(quote(null), Number.MAX_SAFE_INTEGER)).toBe(false);
});
