import fc from "fast-check";
import { expect, it } from "vitest";
import { fromDecimal } from "../../../src/connectors/toolkit/decimal.ts";
import { numberTextAt } from "../../processors/support/json-numbers.ts";
import { Course, onlyPayment, openRig, sentTo } from "./rig.ts";

/** A payee in any currency, whom the merchant has added at Revolut. */
async function rigFor(currency: string) {
  const rig = await openRig({ balances: { [currency]: 10n ** 18n } });
  const added = rig.fake.counterparties.add({
    company_name: "Somebody",
    bank_country: "FR",
    currency,
    iban: "FR1420041010050500013M02606",
  });
  const accountId = `${added.id}/${added.accounts[0]?.id}`;
  return { rig, registered: { recipientId: null, accountId } };
}

it.each([
  ["JPY", 1n, "1"],
  ["JPY", 999_999_999_999_999n, "999999999999999"],
  ["GBP", 1n, "0.01"],
  ["GBP", 10n, "0.10"],
  ["GBP", 123_456_789_012_345n, "1234567890123.45"],
  ["KWD", 1n, "0.001"],
  ["KWD", 999_999_999_999_999n, "999999999999.999"],
])("%s %s is sent as the number %s, and comes back so", async (currency, minorAmount, digits) => {
  const { rig, registered } = await rigFor(currency);
  const course = new Course(rig, { amount: { minorAmount, currency }, registered });
  await course.create();
  for (const path of ["/pay/indicative-quote", "/pay"]) {
    expect(sentTo(rig, "POST", path)[0]?.raw.toString()).toContain(`"amount":${digits},`);
  }
  expect(onlyPayment(rig).minor).toBe(minorAmount);
  expect(await course.lookup()).toMatchObject({
    value: { destinationAmount: { minorAmount, currency } },
  });
});

it("every amount up to what a double holds is exact, also for who reads it as one", async () => {
  const { rig, registered } = await rigFor("GBP");
  const amounts = fc.oneof(fc.bigInt(1n, 10n ** 15n - 1n), fc.bigInt(1n, 100_000n));
  await fc.assert(
    fc.asyncProperty(amounts, async (minorAmount) => {
      const course = new Course(rig, { amount: { minorAmount, currency: "GBP" }, registered });
      course.plan("create");
      await course.go(["pay"]);
      const request = sentTo(rig, "POST", "/pay").at(-1);
      const digits = numberTextAt(request?.raw ?? "", "/amount") ?? "";
      expect(fromDecimal(digits, "GBP")).toBe(minorAmount);
      expect(Number(digits).toFixed(2)).toBe(digits);
    }),
    { numRuns: 60 },
  );
});

it("a quote of another amount is none of ours", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  await course.go(course.plan("create").slice(0, 2));
  const change = (body: object) => ({ ...body, amount: { amount: 12.35, currency: "EUR" } });
  const match = { method: "POST", path: "/api/1.0/pay/indicative-quote" };
  rig.fake.http.faults.next(match, { kind: "drift", change });
  expect(await course.call("indicative_quote")).toMatchObject({ kind: "unknown" });
  expect(await course.call("indicative_quote")).toMatchObject({ kind: "accepted" });
});
