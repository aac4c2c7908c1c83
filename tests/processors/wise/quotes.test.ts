import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { openWiseFake, type WiseFake } from "./fake.ts";
import { ada, call, newTransactionId, quote } from "./plain-client.ts";

let fake: WiseFake;

beforeEach(async () => {
  fake = await openWiseFake();
});
afterEach(() => fake.close());

const gbpToEur = { sourceCurrency: "GBP", targetCurrency: "EUR" };

describe("quotes", () => {
  test.each([
    ["EUR", "JPY", "10.00", /"targetAmount":1584[,}]/],
    ["EUR", "KWD", "10.00", /"targetAmount":3\.266[,}]/],
    ["GBP", "GBP", "0.31", /"targetAmount":0\.01[,}]/],
    ["USD", "EUR", "900719.93", /"sourceAmount":900719\.93[,}]/],
  ])("print %s to %s from integers", async (source, target, given, wanted) => {
    const body = `{"sourceCurrency":"${source}","targetCurrency":"${target}","sourceAmount":${given}}`;
    expect((await quote(fake, body)).text).toMatch(wanted);
    fake.http.assertClean();
  });

  test("give exactly the target that was asked for", async () => {
    const priced = await quote(fake, { ...gbpToEur, targetAmount: 50.01 });
    expect(priced.text).toContain('"targetAmount":50.01');
    expect(priced.body).toMatchObject({ providedAmountType: "TARGET", sourceAmount: 44.54 });
  });

  test("expire after half an hour, and then carry no transfer", async () => {
    const priced = await quote(fake, { ...gbpToEur, sourceAmount: 100 });
    expect(priced.body["expirationTime"]).toBe("2026-01-15T12:30:00Z");
    (fake.clock as ManualClock).advance(30 * 60_000);
    const path = `/v3/profiles/${fake.profile}/quotes/${String(priced.body["id"])}`;
    expect((await call(fake, "GET", path)).body["status"]).toBe("EXPIRED");
    const recipient = await call(fake, "POST", "/v1/accounts", ada);
    const refused = await call(fake, "POST", "/v1/transfers", {
      targetAccount: recipient.body["id"],
      quoteUuid: priced.body["id"],
      customerTransactionId: newTransactionId(),
    });
    expect(refused.status).toBe(422);
    expect(refused.body["errors"]).toMatchObject([{ code: "quote.expired", path: "quoteUuid" }]);
  });

  test("say why nothing can be paid on them", async () => {
    const large = await quote(fake, { ...gbpToEur, sourceAmount: 1_000_000.01 });
    fake.quotes.blockNext("error.route.closed", "The route is closed");
    const closed = await quote(fake, { ...gbpToEur, sourceAmount: 1 });
    for (const [answer, code] of [
      [large, "error.payInAmountTooHigh"],
      [closed, "error.route.closed"],
    ] as const) {
      const options = answer.body["paymentOptions"] as Record<string, unknown>[];
      expect(options.every(({ disabled }) => disabled)).toBe(true);
      expect(options[0]?.["disabledReason"]).toMatchObject({ code });
      expect(answer.body["notices"]).toMatchObject([{ type: "BLOCKED" }]);
    }
    fake.http.assertClean();
  });

  test("take their recipient later, as a merge patch", async () => {
    const priced = await quote(fake, { ...gbpToEur, sourceAmount: 100 });
    const path = `/v3/profiles/${fake.profile}/quotes/${String(priced.body["id"])}`;
    const patch = { targetAccount: 1, payOut: "SWIFT_OUR" };
    const patched = await call(fake, "PATCH", path, patch, "application/merge-patch+json");
    expect(patched.body["payOut"]).toBe("SWIFT_OUR");
    fake.http.assertClean();
  });

  test.each([
    [{ ...gbpToEur }, "sourceAmount"],
    [{ ...gbpToEur, sourceAmount: 1, targetAmount: 1 }, "sourceAmount"],
    [{ ...gbpToEur, sourceAmount: 1.001 }, "sourceAmount"],
    [{ ...gbpToEur, sourceAmount: 0.3 }, "sourceAmount"],
    [{ ...gbpToEur, targetAmount: -1 }, "targetAmount"],
    [{ sourceCurrency: "GBP", targetCurrency: "ZZZ", sourceAmount: 1 }, "targetCurrency"],
  ])("are refused for %j", async (body, path) => {
    const refused = await quote(fake, body);
    expect([refused.status, refused.body["errors"]]).toMatchObject([422, [{ path }]]);
    fake.http.assertClean();
  });
});
