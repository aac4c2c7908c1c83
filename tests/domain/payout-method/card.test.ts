import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { accepted, faults, message, sample } from "./samples.ts";

const number = (cardNumber: string) => sample("card", { cardNumber, network: "" });

describe.each([
  ["card", "cardNumber", "card.card_number"],
  ["apple_pay", "dpan", "apple_pay.dpan"],
] as const)("the number of %s", (kind, part, field) => {
  const withNumber = (value: string) => sample(kind, { [part]: value, network: "" });

  it.each([
    "4242424242424242",
    "5555-5555-5555-4444",
    "378282246310005",
    "6759649826438453",
    "36227206271667",
    "\u00a04000 0000 0000 0000 006\u00a0",
    "123456789015",
  ])("may be %s", (value) => {
    expect(faults(withNumber(value))).toEqual([]);
  });

  it.each([
    ["", "absent"],
    ["   ", "blank"],
    ["4242424242424241", "a wrong Luhn digit"],
    ["00000000000", "11 digits"],
    ["00000000000000000000", "20 digits"],
    ["4242 4242 4242 424x", "a letter"],
    ["４２４２４２４２４２４２４２４２", "full-width digits"],
    ["٤٢٤٢٤٢٤٢٤٢٤٢٤٢٤٢", "Arabic digits"],
    ["4242.4242.4242.4242", "dots"],
    ["+4242424242424242", "a sign"],
  ])("may not be %j: %s", (value) => {
    expect(faults(withNumber(value))).toEqual([field]);
  });

  it("may have 12 and 19 digits, not 11 and 20", () => {
    for (const [length, found] of [
      [11, [field]],
      [12, []],
      [19, []],
      [20, [field]],
    ] as const) {
      expect(faults(withNumber("0".repeat(length)))).toEqual(found);
    }
  });

  it("is caught with any one digit wrong", () => {
    fc.assert(
      fc.property(fc.nat(15), fc.integer({ min: 1, max: 9 }), (at, by) => {
        const digits = [..."4242424242424242"];
        digits[at] = String((Number(digits[at]) + by) % 10);
        expect(faults(withNumber(digits.join("")))).toEqual([field]);
      }),
    );
  });

  it.each([
    [11, 2026, []],
    [11, 26, []],
    [12, 2099, []],
    [1, 99, []],
    [10, 2026, ["expiry_year"]],
    [12, 2025, ["expiry_year"]],
    [0, 2030, ["expiry_month"]],
    [13, 2030, ["expiry_month"]],
    [-1, 2030, ["expiry_month"]],
    [1.5, 2030, ["expiry_month"]],
    [Number.NaN, 2030, ["expiry_month"]],
    [1, 0, ["expiry_year"]],
    [1, 100, ["expiry_year"]],
    [1, 1999, ["expiry_year"]],
    [1, 2100, ["expiry_year"]],
    [1, 2030.5, ["expiry_year"]],
    [0, 0, ["expiry_month", "expiry_year"]],
  ])("with expiry %s/%s has faults in %j", (expiryMonth, expiryYear, fields) => {
    const found = faults(sample(kind, { expiryMonth, expiryYear }));
    expect(found).toEqual(fields.map((name) => `${kind}.${name}`));
  });

  it("expires with the last moment of its month in UTC", () => {
    const december = sample(kind, { expiryMonth: 12, expiryYear: 26 });
    const end = Date.UTC(2027, 0, 1);
    expect(faults(december, end - 1)).toEqual([]);
    expect(faults(december, end)).toEqual([`${kind}.expiry_year`]);
  });
});

describe("card", () => {
  it("is normalised, its network found", () => {
    expect(accepted(sample("card", { expiryYear: 31, network: "" }))).toStrictEqual({
      kind: "card",
      cardNumber: "4242424242424242",
      expiryMonth: 11,
      expiryYear: 2031,
      holderName: "Jane Doe",
      network: "visa",
    });
    expect(accepted(number("378282246310005"))).toMatchObject({ network: "american_express" });
    expect(accepted(number("123456789015"))).not.toHaveProperty("network");
  });

  it.each(["visa", "VISA", " Visa "])("may claim to be %s", (network) => {
    expect(accepted(sample("card", { network }))).toMatchObject({ network: "visa" });
  });

  it.each(["amex", "AMERICAN_EXPRESS", "American Express", "american-express"])(
    "may claim American Express as %s",
    (network) => {
      const input = sample("card", { cardNumber: "378282246310005", network });
      expect(accepted(input)).toMatchObject({ network: "american_express" });
    },
  );

  it.each([
    ["4242424242424242", "mastercard"],
    ["378282246310005", "visa"],
    ["123456789015", "visa"],
    ["4242424242424242", "bankcard"],
    ["4242424242424242", "constructor"],
    ["4242424242424242", "ｖｉｓａ"],
  ])("with number %s may not claim %s", (cardNumber, network) => {
    expect(faults(sample("card", { cardNumber, network }))).toEqual(["card.network"]);
  });

  it("needs a holder's name of 1 to 140 characters", () => {
    const named = (holderName: string) => faults(sample("card", { holderName }));
    expect(named("")).toEqual(["card.holder_name"]);
    expect(named("J")).toEqual([]);
    expect(named("n".repeat(140))).toEqual([]);
    expect(named("n".repeat(141))).toEqual(["card.holder_name"]);
    expect(named("𝒥".repeat(140))).toEqual([]);
    expect(named("...")).toEqual(["card.holder_name"]);
    expect(named("Jane\nDoe")).toEqual(["card.holder_name"]);
  });

  it("says the remedy", () => {
    expect(message(number(""))).toBe("Give the card's number.");
    expect(message(number("1"))).toBe("Give the card's number: 12 to 19 digits.");
    expect(message(number("４２"))).toContain("full-width");
    expect(message(number("4242424242424241"))).toContain("last digit");
  });

  it("reports every fault at once", () => {
    expect(faults({ kind: "card" })).toEqual([
      "card.card_number",
      "card.expiry_month",
      "card.expiry_year",
      "card.holder_name",
    ]);
  });
});
