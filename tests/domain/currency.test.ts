import { describe, expect, it } from "vitest";
import { CURRENCIES, currencyExponent, isCurrency } from "../../src/domain/currency.ts";

describe("the table of currencies", () => {
  it.each([
    ["JPY", 0],
    ["KRW", 0],
    ["CLP", 0],
    ["ISK", 0],
    ["UGX", 0],
    ["XOF", 0],
    ["HUF", 2],
    ["USD", 2],
    ["EUR", 2],
    ["TWD", 2],
    ["MRU", 2],
    ["IQD", 3],
    ["KWD", 3],
    ["TND", 3],
    ["CLF", 4],
    ["UYW", 4],
  ])("gives %s the exponent %i", (code, exponent) => {
    expect(currencyExponent(code)).toBe(exponent);
    expect(isCurrency(code)).toBe(true);
  });

  it.each(["XXX", "XTS", "XAU", "XAG", "XDR", "USN", "CHE", "BOV", "MXV", "COU"])(
    "leaves out %s, which nobody is paid in",
    (code) => {
      expect(currencyExponent(code)).toBeUndefined();
      expect(isCurrency(code)).toBe(false);
    },
  );

  it.each(["HRK", "BGN", "ANG", "SLL", "ZWL", "CUC", "DEM"])(
    "leaves out the withdrawn %s",
    (code) => {
      expect(isCurrency(code)).toBe(false);
    },
  );

  it.each(["", "usd", "US", "USDX", " USD", "constructor", "__proto__"])("refuses %j", (code) => {
    expect(isCurrency(code)).toBe(false);
  });

  it("has every code once, of three capital letters", () => {
    expect(new Set(CURRENCIES).size).toBe(CURRENCIES.length);
    expect(CURRENCIES.filter((code) => !/^[A-Z]{3}$/.test(code))).toEqual([]);
    expect(CURRENCIES).toHaveLength(157);
  });

  it("agrees with Intl, but for the currencies that Intl shows without their places", () => {
    for (const code of CURRENCIES) {
      const format = new Intl.NumberFormat("en", { style: "currency", currency: code });
      const shown = format.resolvedOptions().maximumFractionDigits;
      if (shown !== 0) expect([code, currencyExponent(code)]).toEqual([code, shown]);
    }
  });

  it("lacks nothing that Intl knows but withdrawn codes and units of account", () => {
    const missing = Intl.supportedValuesOf("currency").filter((code) => !isCurrency(code));
    const meant = ["ANG", "BGN", "CUC", "HRK", "SLL", "XDR", "XSU", "ZWL"];
    expect(missing.filter((code) => !meant.includes(code))).toEqual([]);
  });
});
