import fc from "fast-check";
import { expect, it } from "vitest";
import { toStripeAmount } from "../../../src/connectors/stripe/amount.ts";
import { PAYOUT_CURRENCIES } from "../../../src/connectors/stripe/currencies.ts";
import { currencyExponent } from "../../../src/domain/currency.ts";
import { MAX_MINOR_AMOUNT } from "../../../src/domain/money.ts";
import { call } from "../../processors/stripe/try-stripe.ts";
import { PERSON } from "./support/people.ts";
import { paidOut, Rig } from "./support/rig.ts";

it.each([
  ["USD", 1050n, 1050n],
  ["JPY", 500n, 500n],
  ["KWD", 5120n, 5120n],
  ["KWD", 5124n, undefined],
  // Whole units, written with two decimals.
  ["HUF", 1000n, 1000n],
  ["HUF", 1050n, undefined],
  ["TWD", 80_000n, 80_000n],
  ["TWD", 80_050n, undefined],
  ["ISK", 5n, 500n],
  ["UGX", 5n, 500n],
  // Two decimals in the standard, none at Stripe.
  ["MGA", 500n, 5n],
  ["MGA", 550n, undefined],
  // No currency of Stripe's, or no amount.
  ["LYD", 1000n, undefined],
  ["CLF", 10_000n, undefined],
  ["XXX", 1n, undefined],
  ["USD", 0n, undefined],
  ["USD", -1n, undefined],
  ["USD", MAX_MINOR_AMOUNT, MAX_MINOR_AMOUNT],
])("counts %s %s as %s", (currency, minorAmount, expected) => {
  expect(toStripeAmount({ minorAmount, currency })).toBe(expected);
});

it("pays out currencies that have an exponent, and is exact in each or refuses", () => {
  for (const currency of PAYOUT_CURRENCIES) expect(currencyExponent(currency)).toBeDefined();
  const amounts = fc.bigInt({ min: 1n, max: MAX_MINOR_AMOUNT });
  const stripeDecimals: Record<string, bigint> = { ISK: 100n, UGX: 100n };
  fc.assert(
    fc.property(amounts, fc.constantFrom(...PAYOUT_CURRENCIES), (minorAmount, currency) => {
      const amount = toStripeAmount({ minorAmount, currency });
      if (amount === undefined) return true;
      if (currency === "MGA") return amount * 100n === minorAmount;
      return amount === minorAmount * (stripeDecimals[currency] ?? 1n);
    }),
  );
});

it.each([
  ["HUF", "HU", 120_000n, 120_000n],
  ["EUR", "DE", 1n, 1n],
])("sends exactly %s to a token's bank account", async (currency, country, minorAmount, sent) => {
  const rig = await Rig.open();
  const lower = currency.toLowerCase();
  rig.fake.fund(lower, sent);
  const token = await call(rig.fake, "POST", "/v1/tokens", {
    "bank_account[country]": country,
    "bank_account[currency]": lower,
    "bank_account[account_number]": "0001234567",
  });
  const { id } = await paidOut(rig, {
    amount: { minorAmount, currency },
    destinationCurrency: currency,
    method: { kind: "passthrough", pspToken: token.body.id, tokenKind: "bank_account" },
    person: { ...PERSON, address: { lines: ["1"], city: "City", country } },
    registered: { recipientId: null, accountId: null },
  });
  expect(rig.fake.transfers.all.map(({ amount }) => amount)).toEqual([sent]);
  expect(rig.fake.payouts.get(id)).toMatchObject({ amount: sent, currency: lower });
});
