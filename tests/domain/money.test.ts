import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURRENCIES, currencyExponent } from "../../src/domain/currency.ts";
import { formatMajor, MAX_MINOR_AMOUNT, parseMajor, sum } from "../../src/domain/money.ts";

const usd = (minorAmount: bigint) => ({ minorAmount, currency: "USD" });
const anyCurrency = fc.constantFrom(...CURRENCIES);
const anyAmount = fc.bigInt({ min: -MAX_MINOR_AMOUNT, max: MAX_MINOR_AMOUNT });

describe("formatMajor", () => {
  it.each([
    [1050n, "USD", "10.50"],
    [1050n, "JPY", "1050"],
    [1234n, "KWD", "1.234"],
    [12345n, "CLF", "1.2345"],
    [100n, "HUF", "1.00"],
    [5n, "USD", "0.05"],
    [0n, "USD", "0.00"],
    [0n, "JPY", "0"],
    [-5n, "USD", "-0.05"],
    [MAX_MINOR_AMOUNT, "USD", "90071992547409.91"],
    [2n ** 70n, "JPY", "1180591620717411303424"],
  ])("writes %s %s as %s", (minorAmount, currency, text) => {
    expect(formatMajor({ minorAmount, currency })).toBe(text);
  });

  it("refuses a currency that is not in the table", () => {
    expect(() => formatMajor({ minorAmount: 1n, currency: "XXX" })).toThrow(RangeError);
  });
});

describe("parseMajor", () => {
  it.each([
    ["10.5", "USD", 1050n],
    ["10", "USD", 1000n],
    ["0010.50", "USD", 1050n],
    ["-0.01", "USD", -1n],
    ["0.29", "USD", 29n],
    ["90071992547409.91", "USD", MAX_MINOR_AMOUNT],
    ["9007199254740991", "JPY", MAX_MINOR_AMOUNT],
  ])("reads %s %s", (text, currency, minorAmount) => {
    expect(parseMajor(text, currency)).toEqual({ minorAmount, currency });
  });

  it.each([
    ["10.505", "USD"],
    ["10.500", "USD"],
    ["10.", "USD"],
    [".5", "USD"],
    ["1e3", "USD"],
    ["+1", "USD"],
    ["1,000.00", "USD"],
    [" 1", "USD"],
    ["1\n", "USD"],
    ["", "USD"],
    ["-", "USD"],
    ["١", "USD"],
    ["1.0", "JPY"],
    ["1", "XXX"],
    ["1", "usd"],
    ["90071992547409.92", "USD"],
    ["9007199254740992", "JPY"],
    ["0".repeat(41), "USD"],
  ])("refuses %j %s", (text, currency) => {
    expect(parseMajor(text, currency)).toBeUndefined();
  });

  it("reads back what formatMajor writes", () => {
    fc.assert(
      fc.property(anyAmount, anyCurrency, (minorAmount, currency) => {
        const money = { minorAmount, currency };
        expect(parseMajor(formatMajor(money), currency)).toEqual(money);
      }),
    );
  });

  it("writes as many places as the currency has", () => {
    fc.assert(
      fc.property(anyAmount, anyCurrency, (minorAmount, currency) => {
        const places = formatMajor({ minorAmount, currency }).split(".")[1] ?? "";
        expect(places).toHaveLength(currencyExponent(currency) ?? -1);
      }),
    );
  });

  it("never throws", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.string(), (text, currency) => {
        parseMajor(text, currency);
        parseMajor(text, "USD");
      }),
    );
  });
});

describe("sum", () => {
  it("is exact past 2^53", () => {
    const three = [usd(MAX_MINOR_AMOUNT), usd(MAX_MINOR_AMOUNT), usd(1n)];
    expect(sum(three)).toBe(2n ** 54n - 1n);
  });

  it("is 0 for nothing", () => {
    expect(sum([])).toBe(0n);
  });

  it("refuses mixed currencies", () => {
    expect(() => sum([usd(1n), { minorAmount: 1n, currency: "EUR" }])).toThrow(RangeError);
  });

  it("does not depend on order or grouping", () => {
    fc.assert(
      fc.property(fc.array(anyAmount), fc.nat(), (amounts, cut) => {
        const list = amounts.map(usd);
        const at = cut % (list.length + 1);
        expect(sum(list)).toBe(sum(list.slice(0, at)) + sum(list.slice(at)));
        expect(sum(list)).toBe(sum([...list].reverse()));
      }),
    );
  });
});
