import { describe, expect, it } from "vitest";
import { toAdyenAmount } from "../../../src/connectors/adyen/amount.ts";
import { apisAt } from "../../../src/connectors/adyen/hosts.ts";
import type { PayoutInstruction } from "../../../src/connectors/connector.ts";
import { ACH, BACS, Course, IBAN, openRig, register, SEPA, ZOE } from "./rig.ts";
import { isValidSetting } from "./valid-setting.ts";

describe("a transfer", () => {
  it("names holder, account, our key as its reference, and what the bank shows", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, { description: "Löhne: März/2026 (Zoë)" });
    const { headers, body } = course.sent;
    expect(headers["idempotency-key"]).toBe(course.keys["transfer"]);
    expect(body).toEqual({
      amount: { currency: "EUR", value: 1234 },
      balanceAccountId: rig.fake.balanceAccountId,
      category: "bank",
      counterparty: {
        bankAccount: {
          accountHolder: {
            fullName: "Zoe Hopper",
            type: "individual",
            address: {
              country: "NL",
              line1: "Keizersgracht 6",
              line2: "2 hoog",
              city: "Oss",
              postalCode: "1011DJ",
            },
          },
          accountIdentification: { type: "iban", iban: IBAN },
        },
      },
      priorities: ["regular", "crossBorder"],
      reference: course.keys["transfer"],
      description: "Lohne Marz 2026 Zoe",
    });
  });

  it.each<[string, Partial<PayoutInstruction>, object]>([
    [
      "sort code",
      { method: BACS, amount: { minorAmount: 1n, currency: "GBP" } },
      { type: "ukLocal", accountNumber: "00000123", sortCode: "090102" },
    ],
    [
      "routing number",
      { method: ACH, amount: { minorAmount: 1n, currency: "USD" } },
      {
        type: "usLocal",
        accountNumber: "000012345678",
        routingNumber: "121202211",
        accountType: "savings",
      },
    ],
    [
      "IBAN and BIC",
      { method: { ...SEPA, bic: "ABNANL2A" } as never, person: null },
      { type: "iban", iban: IBAN, bic: "ABNANL2A" },
    ],
  ])("goes to an account by its %s", async (_name, changes, accountIdentification) => {
    const rig = await openRig();
    const course = await Course.run(rig, changes);
    expect(course.sent.body).toMatchObject({
      counterparty: { bankAccount: { accountIdentification } },
    });
    rig.fake.credit(course.transfer.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
  });

  it("leaves out parts of an address that the API would refuse", async () => {
    const rig = await openRig();
    const address = {
      lines: ["1 Main Street"],
      city: "Au",
      region: "New York",
      postalCode: "10001-1234",
      country: "US",
    };
    const course = await Course.run(rig, { person: { ...ZOE, address } });
    expect(course.sent.body).toMatchObject({
      counterparty: {
        bankAccount: {
          accountHolder: {
            address: { country: "US", line1: "1 Main Street", postalCode: "10001" },
          },
        },
      },
    });
    expect(JSON.stringify(course.sent.body)).not.toMatch(/New York|"Au"/);
  });

  it("goes as fast as the caller asks, and no other way", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, { priority: "INSTANT" });
    expect(course.sent.body).toMatchObject({ priorities: ["instant"] });
  });

  it("goes to the same place when the account is registered between route and transfer", async () => {
    const rig = await openRig();
    const { recipientId, accountId } = await register(rig);
    const course = new Course(rig);
    await course.go("route");
    Object.assign(course.payout.registered, { recipientId, accountId });
    await course.go("transfer");
    expect(course.sent.body).toMatchObject({ counterparty: { bankAccount: {} } });
    const other = await Course.run(rig, { registered: { recipientId, accountId } });
    expect(other.references).toContainEqual({ kind: "transfer_instrument", id: accountId });
    expect(rig.fake.transfers.at(-1)?.counterparty).toEqual({ transferInstrumentId: accountId });
  });

  it("goes to an instrument that the method names", async () => {
    const rig = await openRig();
    const { accountId } = await register(rig);
    const tokenKind = "transfer_instrument";
    const method = { kind: "passthrough", pspToken: accountId, tokenKind } as const;
    await Course.run(rig, { method, person: null });
    expect(rig.fake.transfers[0]?.counterparty).toEqual({ transferInstrumentId: accountId });
  });

  it.each<[string, Partial<PayoutInstruction>]>([
    ["METHOD_UNSUPPORTED", { method: { kind: "paypal", email: "a@example.com" } as never }],
    [
      "METHOD_UNSUPPORTED",
      { method: { kind: "passthrough", pspToken: "x", tokenKind: "bank_account" } },
    ],
    ["CURRENCY_UNSUPPORTED", { destinationCurrency: "USD" }],
    ["AMOUNT_UNSUPPORTED", { amount: { minorAmount: 0n, currency: "EUR" } }],
    ["AMOUNT_UNSUPPORTED", { amount: { minorAmount: 1n, currency: "XXX" } }],
    ["AMOUNT_UNSUPPORTED", { amount: { minorAmount: 101n, currency: "IDR" } }],
  ])("is refused before anything is sent: %s", async (reason, changes) => {
    const rig = await openRig();
    const course = new Course(rig, changes);
    for (const step of ["route", "transfer"]) {
      expect(await course.call(step)).toMatchObject({ kind: "rejected", error: { reason } });
    }
    expect(rig.fake.http.requests).toEqual([]);
  });
});

describe("an amount", () => {
  it.each<[string, bigint, bigint | undefined]>([
    ["EUR", 9_007_199_254_740_993n, 9_007_199_254_740_993n],
    ["CLP", 5n, 500n],
    ["ISK", 5n, 500n],
    ["IDR", 500n, 5n],
    ["IDR", 501n, undefined],
    ["CVE", 500n, 5n],
    ["JPY", 5n, 5n],
    ["KWD", 5n, 5n],
    ["EUR", -1n, undefined],
    ["constructor", 1n, undefined],
  ])("of %s is counted as Adyen counts it", (currency, minorAmount, theirs) => {
    expect(toAdyenAmount({ currency, minorAmount })).toBe(theirs);
  });

  it("beyond what a float holds is sent digit by digit", async () => {
    const rig = await openRig();
    const minorAmount = 9_007_199_254_740_993n;
    const course = new Course(rig, { amount: { minorAmount, currency: "EUR" } });
    await course.call("transfer");
    expect(course.sent.raw.toString()).toContain('"value":9007199254740993}');
  });
});

describe("the hosts", () => {
  it.each(["test", "live"])("of Adyen's %s environment follow from the base URL", (name) => {
    expect(apisAt(`https://balanceplatform-api-${name}.adyen.com/`)).toEqual({
      transfers: `https://balanceplatform-api-${name}.adyen.com/btl/v4`,
      configuration: `https://balanceplatform-api-${name}.adyen.com/bcl/v2`,
      legalEntities: `https://kyc-${name}.adyen.com/lem/v4`,
    });
  });

  it.each([
    "http://127.0.0.1:8080",
    "https://proxy.example/adyen",
    "https://balanceplatform-api-evil.adyen.com",
    "https://balanceplatform-api-live.adyen.com.evil.example",
    "http://balanceplatform-api-live.adyen.com",
  ])("of any other base URL are that one (%s)", (baseUrl) => {
    expect(apisAt(baseUrl).legalEntities).toBe(`${baseUrl}/lem/v4`);
  });
});

it.each([
  ["api_key", "AQE test", false],
  ["api_key", "AQEtest", true],
  ["balance_account_id", "BA32272223222B5CTBMZT6W2V", true],
  ["balance_account_id", "../BA", false],
  ["webhook_hmac_key", "ab".repeat(32), true],
  ["webhook_hmac_key", `${"ab".repeat(32)}, ${"CD".repeat(32)}`, true],
  ["webhook_hmac_key", "ab".repeat(31), false],
  ["settle_when_booked", "yes", false],
])("the setting %s is checked: %s", (name, value, isGood) => {
  expect(isValidSetting(name, value)).toBe(isGood);
});

it("settings that cannot be used make no call", async () => {
  const rig = await openRig({ api_key: "" });
  const course = new Course(rig);
  expect(await course.call("route")).toMatchObject({
    kind: "not_sent",
    error: { category: "CONFIGURATION" },
  });
  expect(await course.lookup()).toMatchObject({ kind: "unreachable" });
  expect(await course.void()).toMatchObject({ kind: "not_sent" });
  expect(rig.fake.http.requests).toEqual([]);
});
