import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { CURRENCIES, currencyExponent } from "../../../src/domain/currency.ts";
import { MAX_MINOR_AMOUNT } from "../../../src/domain/money.ts";
import { isLanguage } from "../../../src/web/link/languages/index.ts";
import { chooseLocale, formatMoney, formatTime } from "../../../src/web/link/locale.ts";

const choose = (accepted: string, link = "", chosen = "") => {
  const { language, tag, isChosen } = chooseLocale({ accepted, link, chosen });
  return [language, tag, isChosen];
};

describe("the language of a page", () => {
  it("is the reader's choice, else the link's, else the browser's, else English", () => {
    expect(choose("de-CH,fr;q=0.9")).toEqual(["de", "de-CH", false]);
    expect(choose("nl, fr-CA;q=0.8, en;q=0.9")).toEqual(["en", "en", false]);
    expect(choose("nl,*;q=0.5")).toEqual(["en", "en", false]);
    expect(choose("de;q=0, es")).toEqual(["es", "es", false]);
    expect(choose("de", "pt-BR")).toEqual(["pt", "pt-BR", false]);
    expect(choose("de", "nl-NL")).toEqual(["de", "de", false]);
    expect(choose("de-AT", "pt-BR", "de")).toEqual(["de", "de-AT", true]);
    expect(choose("", "", "ar")).toEqual(["ar", "ar", true]);
    expect(choose("de", "", "klingon")).toEqual(["de", "de", false]);
  });

  it("takes no calendar or digits from elsewhere", () => {
    expect(choose("ar-u-nu-fullwide")).toEqual(["en", "en", false]);
    expect(choose("en-x-evil")).toEqual(["en", "en", false]);
  });

  it("is there whatever is sent", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (chosen, link, accepted) => {
        const locale = chooseLocale({ chosen, link, accepted });
        expect(isLanguage(locale.language)).toBe(true);
        expect(formatMoney(locale, { minorAmount: 5n, currency: "EUR" })).not.toBe("");
        expect(formatTime(locale, 0)).not.toBe("");
      }),
    );
  });
});

describe("an amount", () => {
  const text = (tag: string, minorAmount: bigint, currency: string) =>
    formatMoney({ tag }, { minorAmount, currency }).replace(/[\u00a0\u202f]/g, " ");

  it("is written as the locale writes it", () => {
    expect(text("en-US", 123456n, "USD")).toBe("$1,234.56");
    expect(text("de", 123456n, "EUR")).toBe("1.234,56 €");
    expect(text("fr", 123456n, "EUR")).toBe("1 234,56 €");
    expect(text("pt-BR", 123456n, "BRL")).toBe("R$ 1.234,56");
    expect(text("ar-EG", 150n, "USD")).toContain("١٫٥٠");
  });

  it("has the places of ISO 4217 and not those of Intl", () => {
    expect(text("en", 100050n, "HUF")).toBe("HUF 1,000.50");
    expect(text("en", 1050n, "JPY")).toBe("¥1,050");
    expect(text("en", 1234n, "KWD")).toBe("KWD 1.234");
    expect(text("en", 12345n, "CLF")).toBe("CLF 1.2345");
  });

  it("is exact in every currency, up to the largest", () => {
    const amount = fc.bigInt({ min: 0n, max: MAX_MINOR_AMOUNT });
    fc.assert(
      fc.property(amount, fc.constantFrom(...CURRENCIES), (minorAmount, currency) => {
        const digits = text("en", minorAmount, currency).replace(/[^0-9]/g, "");
        expect(BigInt(digits)).toBe(minorAmount);
        const places = currencyExponent(currency) ?? 0;
        const [, fraction = ""] = /\.([0-9]+)$/.exec(text("en", minorAmount, currency)) ?? [];
        expect(fraction.length).toBe(places);
      }),
      { numRuns: 500 },
    );
  });
});
