import { describe, expect, it } from "vitest";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { ada, Course, instruction, newKey, openRig, type Rig } from "./rig.ts";

const MINUTE = 60_000;

async function stage(rig: Rig, currency = "GBP", minorAmount = 10_000n) {
  const outcome = await rig.module.quote?.({
    payout: instruction({ amount: { minorAmount, currency }, destinationCurrency: "EUR" }),
    signal: AbortSignal.timeout(5_000),
    account: rig.account,
  });
  if (outcome?.kind !== "accepted") throw new Error(JSON.stringify(outcome));
  return outcome.value;
}

describe("a payout", () => {
  it("makes a quote, an account and a transfer, and funds it", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    expect(rig.module.plan("create", course.payout)).toEqual([
      "quote",
      "account",
      "transfer",
      "fund",
    ]);
    expect(await course.go("quote")).toMatchObject({ status: "REQUIRES_CREATION" });
    expect(await course.go("account")).toMatchObject({ status: "REQUIRES_CREATION" });
    // Not REQUIRES_FULFILLMENT: its funding is planned, and nobody shall release it a second time.
    expect(await course.go("transfer")).toMatchObject({
      status: "REQUIRES_CREATION",
      rawStatus: "incoming_payment_waiting",
      destinationAmount: { minorAmount: 11_272n, currency: "EUR" },
    });
    expect(await course.go("fund")).toMatchObject({ status: "INITIATED" });
    expect(course.transfer.payments).toHaveLength(1);
    expect(rig.fake.balances.held("GBP")).toBe(10_000n);
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    rig.fake.settle(course.transfer.id);
    expect(await course.lookup()).toMatchObject({
      kind: "found",
      value: { status: "SUCCESS", connectorPayoutId: String(course.transfer.id) },
    });
    rig.fake.http.assertClean();
  });

  it("that was staged is made of the very quote that was confirmed", async () => {
    const rig = await openRig();
    const { references = [], ...quote } = await stage(rig);
    expect(quote).toEqual({
      rate: "1.136363",
      fee: { minorAmount: 80n, currency: "GBP" },
      destinationAmount: { minorAmount: 11_272n, currency: "EUR" },
      expireTime: rig.clock.now() + 30 * MINUTE,
    });
    const course = new Course(rig, { references });
    expect(rig.module.plan("create", course.payout)).toEqual(["account", "transfer", "fund"]);
    await course.go("account", "transfer", "fund");
    expect(course.transfer.quote.id).toBe(references[0]?.id);
    rig.fake.http.assertClean();
  });

  it("whose quote has expired is refused before anything has moved", async () => {
    const rig = await openRig();
    const { references = [] } = await stage(rig);
    rig.clock.advance(31 * MINUTE);
    const course = new Course(rig, { references });
    await course.go("account");
    expect(await course.call("transfer")).toMatchObject({
      kind: "rejected",
      error: { reason: "QUOTE_EXPIRED", connectorCode: "quote.expired" },
    });
    expect(rig.fake.transfers.all()).toEqual([]);
    rig.fake.http.assertClean();
  });

  it("with MANUAL fulfillment ends held, and is funded when it is released", async () => {
    const rig = await openRig();
    const course = new Course(rig, { fulfillment: "MANUAL" });
    expect(await course.go("quote", "account", "transfer")).toMatchObject({
      status: "REQUIRES_FULFILLMENT",
    });
    expect(await course.lookup()).toMatchObject({ value: { status: "REQUIRES_FULFILLMENT" } });
    expect(course.transfer.money).toBe("not-taken");
    expect(course.plan("transfer")).toEqual(["fund"]);
    expect(await course.lookup("fund")).toEqual({ kind: "not_found" });
    expect(await course.go("fund")).toMatchObject({ status: "INITIATED" });
    rig.fake.http.assertClean();
  });

  it.each<[string, PayoutMethod, string, object]>([
    [
      "GBP",
      { kind: "bacs", sortCode: "403020", accountNumber: "12345678", holderName: "Ada Lovelace" },
      "sort_code",
      { legalType: "PRIVATE", sortCode: "403020", accountNumber: "12345678" },
    ],
    [
      "USD",
      {
        kind: "ach",
        routingNumber: "021000021",
        accountNumber: "1234567",
        accountType: "CHECKING",
        holderName: "Ada Lovelace",
      },
      "aba",
      { abartn: "021000021", accountType: "CHECKING", address: { state: "NY", postCode: "10001" } },
    ],
  ])("to an account in %s", async (destinationCurrency, method, type, details) => {
    const rig = await openRig();
    const course = new Course(rig, { destinationCurrency, method });
    await course.go("quote", "account", "transfer", "fund");
    expect(rig.fake.recipients.all()).toMatchObject([{ type, details }]);
    rig.fake.http.assertClean();
  });

  it("to the US without an address is refused before anything is sent", async () => {
    const rig = await openRig();
    const method: PayoutMethod = {
      kind: "ach",
      routingNumber: "021000021",
      accountNumber: "1234567",
      accountType: "SAVINGS",
      holderName: "Ada Lovelace",
    };
    for (const person of [null, { ...ada, address: undefined as never }]) {
      const course = new Course(rig, { destinationCurrency: "USD", method, person });
      expect(await course.call("account")).toMatchObject({
        kind: "rejected",
        error: { category: "VALIDATION", reason: "RECIPIENT_ADDRESS_REQUIRED" },
      });
    }
    expect(rig.fake.http.requests).toEqual([]);
  });

  it("whose account the processor finds fault with is refused", async () => {
    const rig = await openRig();
    const course = new Course(rig, {
      method: { kind: "sepa", iban: "DE00370400440532013000", holderName: "Ada Lovelace" },
    });
    const outcome = await course.call("account");
    expect(outcome).toMatchObject({
      kind: "rejected",
      error: { category: "VALIDATION", reason: "INVALID_ACCOUNT", connectorCode: "NOT_VALID" },
    });
    expect(JSON.stringify(outcome)).not.toContain("370400440532013000");
  });
});

describe("funding", () => {
  it("that is REJECTED with 200 is a refusal, and the transfer can be stopped for good", async () => {
    const rig = await openRig({ balances: { GBP: 9_999n } });
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    expect(await course.call("fund")).toMatchObject({
      kind: "rejected",
      error: { reason: "INSUFFICIENT_FUNDS", connectorCode: "transfer.insufficient_funds" },
    });
    expect(course.transfer).toMatchObject({ status: "incoming_payment_waiting" });
    expect(await course.lookup("cancel")).toEqual({ kind: "not_found" });
    course.keys["cancel"] = newKey();
    expect(await course.go("cancel")).toMatchObject({ status: "CANCELLED" });
    expect(course.transfer).toMatchObject({ status: "cancelled", money: "not-taken" });
    expect(await course.lookup("cancel")).toMatchObject({ kind: "found" });
    // Once more, as after a lost answer.
    expect(await course.go("cancel")).toMatchObject({ status: "CANCELLED" });
    rig.fake.http.assertClean();
  });

  it.each(["invalid-state", "rejected"] as const)(
    "of a transfer that was funded meanwhile is no refusal (%s)",
    async (repeatedFunding) => {
      const rig = await openRig({ repeatedFunding });
      const course = new Course(rig);
      await course.go("quote", "account", "transfer");
      // Another call gets there between the reading and the funding.
      const path = "/v3/profiles/{profileId}/transfers/{transferId}/payments";
      const gate = rig.fake.http.gates.next({ method: "POST", path });
      const late = course.call("fund");
      await gate.arrived;
      rig.fake.fundByHand(course.transfer.id);
      gate.open();
      expect(await late).toMatchObject({ kind: "accepted", value: { status: "PENDING" } });
      expect(course.transfer.payments).toHaveLength(1);
      rig.fake.http.assertClean();
    },
  );

  it("is left alone by the step that takes a transfer back, once somebody has paid", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    rig.fake.fundByHand(course.transfer.id);
    course.keys["cancel"] = newKey();
    expect(await course.call("cancel")).toMatchObject({
      kind: "rejected",
      error: { reason: "TOO_LATE" },
    });
    expect(course.transfer.status).toBe("processing");
  });

  it("waits for a word that it knows, while no payment is on record", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    rig.fake.move(course.transfer.id, "a_new_word");
    expect(await course.call("fund")).toMatchObject({ kind: "not_sent", later: {} });
    expect(await course.lookup("fund")).toEqual({ kind: "not_found" });
    rig.fake.move(course.transfer.id, "incoming_payment_waiting");
    await course.go("fund");
    expect(course.transfer.payments).toHaveLength(1);
  });

  it("is not ordered again for a transfer that somebody pays for already", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer");
    rig.fake.move(course.transfer.id, "incoming_payment_initiated");
    expect(await course.go("fund")).toMatchObject({ status: "INITIATED" });
    rig.fake.move(course.transfer.id, "cancelled");
    expect(await course.go("fund")).toMatchObject({ status: "CANCELLED" });
    expect(course.transfer.payments).toHaveLength(0);
    expect(rig.fake.http.requests.filter(({ path }) => path.includes("/v3/profiles"))).toHaveLength(
      1,
    );
  });

  it.each([
    ["that wants a second factor", { personalTokensMayFund: false }, {}],
    ["that the account forbids", {}, { fund_by_hand: "true" }],
  ])("%s leaves the transfer for a person to fund", async (_name, options, settings) => {
    const rig = await openRig(options, settings);
    const course = new Course(rig);
    const state = await course.go("quote", "account", "transfer", "fund");
    expect(state).toMatchObject({
      status: "REQUIRES_FULFILLMENT",
      error: { category: "CONFIGURATION", reason: "FUND_BY_HAND" },
    });
    // Says nothing new, so that the payout keeps what it waits for.
    expect(await course.lookup()).toMatchObject({ value: { status: "REQUIRES_CREATION" } });
    rig.fake.fundByHand(course.transfer.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    rig.fake.settle(course.transfer.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
    rig.fake.http.assertClean();
  });
});

describe("eligibility", () => {
  it.each([
    ["error.payInAmountTooHigh", "LIMIT_EXCEEDED"],
    ["error.something.new", "NOT_ELIGIBLE"],
  ])("a quote without a way of paying makes the payout ineligible (%s)", async (code, reason) => {
    const rig = await openRig();
    rig.fake.quotes.blockNext(code, "It cannot be paid");
    expect(await new Course(rig).call("quote")).toMatchObject({
      kind: "accepted",
      value: {
        status: "INELIGIBLE",
        error: { reason, connectorCode: code, connectorMessage: "It cannot be paid" },
      },
    });
    rig.fake.quotes.blockNext(code, "It cannot be paid");
    await expect(stage(rig)).rejects.toThrow(reason);
  });

  it("a currency that is not dealt in, and an amount that fees eat up", async () => {
    const rig = await openRig();
    const of = (minorAmount: bigint, currency: string) =>
      new Course(rig, { amount: { minorAmount, currency } }).call("quote");
    expect(await of(100n, "TND")).toMatchObject({
      kind: "rejected",
      error: { reason: "CURRENCY_UNSUPPORTED" },
    });
    expect(await of(30n, "GBP")).toMatchObject({
      kind: "rejected",
      error: { reason: "AMOUNT_TOO_SMALL" },
    });
  });
});

describe("amounts", () => {
  it.each([
    ["JPY", 123_457n, "123457"],
    ["USD", 1_050n, "10.50"],
    ["KWD", 12_345n, "12.345"],
  ])(
    "of %s are sent as numbers, digit by digit, and read back exactly",
    async (currency, minor, text) => {
      const rig = await openRig({ balances: { [currency]: 10_000_000n } });
      const quote = await stage(rig, currency, minor);
      expect(rig.fake.http.requests[0]?.raw.toString()).toContain(`"sourceAmount":${text}}`);
      const [made] = rig.fake.transfers.all();
      expect(made).toBeUndefined();
      const course = new Course(rig, {
        amount: { minorAmount: minor, currency },
        references: quote.references ?? [],
      });
      await course.go("account", "transfer", "fund");
      expect(rig.fake.balances.available(currency)).toBe(10_000_000n - minor);
      expect(quote.fee.minorAmount).toBe(course.transfer.quote.feeMinor);
      expect(quote.destinationAmount.minorAmount).toBe(course.transfer.quote.targetMinor);
      rig.fake.http.assertClean();
    },
  );

  it("that a float could not hold are sent whole", async () => {
    const rig = await openRig();
    const amount = { minorAmount: 9_007_199_254_740_993n, currency: "GBP" };
    await new Course(rig, { amount }).call("quote");
    expect(rig.fake.http.requests[0]?.raw.toString()).toContain("90071992547409.93");
  });

  it("a quote of another amount than was asked for is none", async () => {
    const rig = await openRig();
    const change = (body: object) => ({ ...body, sourceAmount: 100.01 });
    rig.fake.http.faults.next({}, { kind: "drift", change });
    expect(await new Course(rig).call("quote")).toMatchObject({ kind: "unknown" });
  });
});

describe("an account whose settings cannot be used", () => {
  it.each([[{ api_token: "" }], [{ api_token: "two\nlines" }], [{ profile_id: "abc" }]])(
    "makes no call",
    async (settings: Record<string, string>) => {
      const rig = await openRig({}, settings);
      const course = new Course(rig);
      const error = { category: "CONFIGURATION" };
      expect(await course.call("quote")).toMatchObject({ kind: "not_sent", error });
      expect(await course.lookup()).toMatchObject({ kind: "unreachable", error });
      expect(await course.void()).toMatchObject({ kind: "not_sent", error });
      expect(rig.fake.http.requests).toEqual([]);
    },
  );
});

it("takes a registered account as it is", async () => {
  const rig = await openRig();
  const registered = { recipientId: null, accountId: "77" };
  expect(rig.module.plan("create", instruction({ registered }))).toEqual([
    "quote",
    "transfer",
    "fund",
  ]);
  const steps = ["quote", "account", "transfer", "fund", "cancel"];
  const effects = steps.map(rig.module.effectOf);
  expect(effects).toEqual(["NOTHING", "NOTHING", "HOLD", "MONEY", "NOTHING"]);
  const undone = steps.map((step) => rig.module.undoOf?.(step));
  expect(undone).toEqual([undefined, undefined, "cancel", undefined, undefined]);
});
