import { describe, expect, it } from "vitest";
import { answering, Course, forgetReplies, IBAN, openRig, sentTo } from "./rig.ts";

type Changes = ConstructorParameters<typeof Course>[1];

describe("whom Revolut cannot pay", () => {
  const nobody = "00000000-0000-4000-8000-000000000000";

  it.each<[string, Changes, string, string]>([
    [
      "an account in another currency",
      { amount: { minorAmount: 100n, currency: "GBP" } },
      "CURRENCY_UNSUPPORTED",
      "3187",
    ],
    [
      "a counterparty that was removed",
      { registered: { recipientId: null, accountId: nobody } },
      "ACCOUNT_NOT_FOUND",
      "3544",
    ],
  ])("is INELIGIBLE before money moves: %s", async (_, changes, reason, connectorCode) => {
    const rig = await openRig();
    const course = new Course(rig, changes);
    const steps = course.plan("create").filter((step) => step !== "pay");
    expect(await course.go(steps)).toMatchObject({
      status: "INELIGIBLE",
      error: { reason, connectorCode, connectorRequestId: expect.any(String) },
    });
    expect(sentTo(rig, "POST", "/pay")).toEqual([]);
  });

  it("is INELIGIBLE when no account pays the currency", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    const gbp = `GBP=${rig.fake.accounts.of("GBP").id}`;
    course.account = {
      ...rig.account,
      settings: { ...rig.account.settings, source_accounts: gbp },
    };
    const error = { category: "CONFIGURATION", reason: "SOURCE_ACCOUNT_MISSING" };
    const asked = course.plan("create").slice(0, 3);
    expect(await course.go(asked)).toMatchObject({ status: "INELIGIBLE", error });
    // Where it was there when it was asked: the setting is to be mended.
    expect(await course.call("pay")).toMatchObject({ kind: "not_sent", error });
  });

  it.each([
    [3448, "EXCHANGE_REASON_REQUIRED", "CONFIGURATION"],
    [4100, "TRANSFER_REASON_REQUIRED", "CONFIGURATION"],
    [3006, "SOURCE_ACCOUNT_NOT_FOUND", "CONFIGURATION"],
    [3287, "REQUEST_REFUSED", "CONNECTOR_DECLINED"],
    [3000, "REQUEST_REFUSED", "VALIDATION"],
  ])("is refused by code %i as %s", async (code, reason, category) => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.upToPay();
    const body = { code, message: "Said Revolut" };
    answering(rig, "/pay").reply = { status: 400, body };
    expect(await course.call("pay")).toMatchObject({
      kind: "rejected",
      error: { category, reason, connectorCode: String(code), connectorMessage: "Said Revolut" },
    });
    expect(rig.fake.transactions.newestFirst()).toEqual([]);
  });

  it.each([
    [400, "<html>Bad request</html>"],
    [404, "<html>Not found</html>"],
    [409, { code: 1, message: "in conflict" }],
    [302, ""],
    [500, { code: 2000, message: "Something went wrong" }],
  ])("is unknown after an answer that is no refusal of Revolut's: %i %j", async (status, body) => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.upToPay();
    answering(rig, "/pay").reply = { status, body };
    expect(await course.call("pay")).toMatchObject({ kind: "unknown" });
    forgetReplies(rig);
  });
});

describe("what Revolut cannot pay", () => {
  it.each<[string, Changes, string]>([
    ["nothing", { amount: { minorAmount: 0n, currency: "EUR" } }, "AMOUNT_UNSUPPORTED"],
    [
      "more than a double holds",
      { amount: { minorAmount: 10n ** 15n, currency: "EUR" } },
      "AMOUNT_UNSUPPORTED",
    ],
    ["one currency as another", { destinationCurrency: "GBP" }, "CURRENCY_UNSUPPORTED"],
    [
      "a currency that nobody knows",
      { amount: { minorAmount: 1n, currency: "XXX" } },
      "CURRENCY_UNSUPPORTED",
    ],
    [
      "an address for e-mail",
      { method: { kind: "paypal", email: "a@example.com" } as never },
      "METHOD_UNSUPPORTED",
    ],
  ])("is rejected before anything is sent: %s", async (_, changes, reason) => {
    const rig = await openRig();
    const course = new Course(rig, changes);
    course.plan("create");
    expect(await course.call("counterparty")).toMatchObject({
      kind: "rejected",
      error: { category: "VALIDATION", reason },
    });
    expect(rig.fake.http.requests).toEqual([]);
  });
});

describe("an error", () => {
  it("of a counterparty's data is the destination's, and repeats none of it", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    course.plan("create");
    const answer = answering(rig, "/counterparty");
    for (const message of [
      `Not a valid IBAN ${IBAN}`,
      `Not a valid IBAN ${IBAN.replaceAll(/(.{4})/g, "$1 ").toLowerCase()}`,
      "LOVELACE, King-Lovelace is on a list",
    ]) {
      answer.reply = { status: 400, body: { code: 2101, message } };
      const outcome = await course.call("counterparty");
      expect(outcome).toEqual({
        kind: "rejected",
        error: {
          category: "VALIDATION",
          reason: "INVALID_ACCOUNT",
          message: "The processor finds fault with the account's data.",
          connectorCode: "2101",
        },
      });
    }
  });
});
