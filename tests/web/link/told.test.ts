import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Grouping } from "../../../src/web/link/method-fields.ts";
import { group, tell } from "../../../src/web/link/told.ts";

const grouping = fc.constantFrom<Grouping>("fours", "card", "sort-code", "tax-id");
const typed = fc.oneof(
  fc.string(),
  fc.stringMatching(/^[A-Za-z]{2}[0-9A-Za-z ]{0,34}$/),
  fc.stringMatching(/^[0-9 -]{0,24}$/),
);
const plain = (text: string) => text.replace(/[\s\u2010\u2011./-]/g, "").toUpperCase();

describe("grouping while typing", () => {
  it.each<[Grouping, string, string]>([
    ["fours", "de89370400440532013000", "DE89 3704 0044 0532 0130 00"],
    ["fours", "GB2", "GB2"],
    ["fours", "not an iban!", "not an iban!"],
    ["card", "4242424242424242", "4242 4242 4242 4242"],
    ["card", "378282246310005", "3782 822463 10005"],
    ["card", "4242x", "4242x"],
    ["sort-code", "601613", "60-16-13"],
    ["sort-code", "6016", "60-16"],
    ["sort-code", "6016131", "6016131"],
    ["tax-id", "29537995593", "295.379.955-93"],
    ["tax-id", "11222333000181", "11.222.333/0001-81"],
    ["tax-id", "295379", "295379"],
  ])("%s: %s", (how, text, grouped) => {
    expect(group(how, text)).toBe(grouped);
  });

  it("adds and takes nothing but separators, and does it once", () => {
    fc.assert(
      fc.property(grouping, typed, (how, text) => {
        const grouped = group(how, text);
        expect(plain(grouped)).toBe(plain(text));
        expect(group(how, grouped)).toBe(grouped);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("what is told", () => {
  it("is the bank, where it is known", () => {
    expect(tell("bank-of-iban", "de89 3704 0044 0532 0130 00")).toBe("Commerzbank");
    expect(tell("bank-of-iban", "NL91 ABNA 0417 1643 00")).toBe("ABN AMRO");
    expect(tell("bank-of-iban", "IT60 X030 6911 1010 0000 0123 456")).toBe("Intesa Sanpaolo");
    expect(tell("bank-of-iban", "DE12 9999 9999")).toBeUndefined();
    expect(tell("bank-of-routing", "021000021")).toBe("JPMorgan Chase");
    expect(tell("bank-of-routing", "02100002")).toBeUndefined();
    expect(tell("bank-of-sort-code", "04-00-04")).toBe("Monzo");
    expect(tell("bank-of-sort-code", "20")).toBeUndefined();
    expect(tell("bank-of-compe", "260")).toBe("Nubank");
    expect(tell("network", "4242 42")).toBe("Visa");
    expect(tell("network", "3782")).toBe("American Express");
    expect(tell("network", "4242x")).toBeUndefined();
  });

  it("is a name or nothing, whatever is typed", () => {
    const told = fc.constantFrom(
      "bank-of-iban",
      "bank-of-routing",
      "bank-of-sort-code",
      "bank-of-compe",
      "network",
    );
    fc.assert(
      fc.property(told, typed, (what, text) => {
        expect(tell(what, text) ?? "").toMatch(/^[\p{L}\d .&]*$/u);
      }),
      { numRuns: 1000 },
    );
  });
});
