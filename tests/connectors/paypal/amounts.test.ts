import fc from "fast-check";
import { expect, it } from "vitest";
import { toPayPalAmount } from "../../../src/connectors/paypal/amount.ts";
import { Course, openRig } from "./rig.ts";

it.each([
  ["USD", 1_234n, "12.34"],
  ["USD", 1n, "0.01"],
  ["JPY", 1_234n, "1234"],
  ["KWD", 1_234n, "1.234"],
  ["HUF", 123_400n, "1234"],
  ["TWD", 100n, "1"],
  ["USD", 999_999_999_999_999_999n, "9999999999999999.99"],
])("%s %s is written as it is", (currency, minorAmount, value) => {
  expect(toPayPalAmount({ minorAmount, currency })).toBe(value);
});

it.each([
  ["HUF", 101n],
  ["TWD", 150n],
  ["USD", 0n],
  ["USD", -1n],
  ["XXX", 100n],
])("%s %s is none that PayPal can pay exactly", (currency, minorAmount) => {
  expect(toPayPalAmount({ minorAmount, currency })).toBeUndefined();
});

it("no digit is lost, whatever the amount", () => {
  const places: Readonly<Record<string, number>> = { USD: 2, JPY: 0, KWD: 3, HUF: 0 };
  fc.assert(
    fc.property(
      fc.constantFrom(...Object.keys(places)),
      fc.bigInt({ min: 1n, max: 10n ** 18n }),
      (currency, units) => {
        const decimals = places[currency] ?? 0;
        const minorAmount = currency === "HUF" ? units * 100n : units;
        const value = toPayPalAmount({ minorAmount, currency }) ?? "";
        expect(BigInt(value.replace(".", ""))).toBe(units);
        expect(value.split(".")[1]?.length ?? 0).toBe(decimals);
        expect(value).toMatch(/^(0|[1-9]\d*)(\.\d+)?$/);
      },
    ),
  );
});

it.each([
  ["KWD", 1_234n],
  ["HUF", 123_400n],
])("what is sent of %s is what was asked for, and is read back", async (currency, minorAmount) => {
  const rig = await openRig();
  const amount = { minorAmount, currency };
  const course = new Course(rig, { amount, destinationCurrency: currency });
  expect(await course.settled()).toMatchObject({ status: "SUCCESS", destinationAmount: amount });
});

it.each([
  [
    { amount: { minorAmount: 101n, currency: "HUF" }, destinationCurrency: "HUF" },
    "AMOUNT_UNSUPPORTED",
  ],
  [{ destinationCurrency: "EUR" }, "CURRENCY_UNSUPPORTED"],
])(
  "what cannot be paid exactly is refused before anything is sent (%#)",
  async (changes, reason) => {
    const rig = await openRig();
    for (const fulfillment of ["AUTOMATIC", "MANUAL"] as const) {
      const course = new Course(rig, { ...changes, fulfillment });
      expect(await course.call(course.plan("create")[0])).toMatchObject({
        kind: "rejected",
        error: { category: "VALIDATION", reason },
      });
    }
    expect(rig.fake.http.requests).toEqual([]);
  },
);
