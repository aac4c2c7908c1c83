import { describe, expect, it } from "vitest";
import type { PayoutInstruction } from "../../../src/connectors/connector.ts";
import {
  ach,
  ada,
  bacs,
  bleu,
  Course,
  IBAN,
  instruction,
  onlyPayment,
  openRig,
  type Rig,
  sentTo,
} from "./rig.ts";

describe("a payout", () => {
  it("adds a counterparty, asks whether it can be paid, and pays", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    expect(course.plan("stage")).toEqual([]);
    expect(course.plan("create")).toEqual([
      "name_check",
      "counterparty",
      "indicative_quote",
      "pay",
    ]);
    const [counterparty, quote] = [
      await course.go(["counterparty"]),
      await course.go(["indicative_quote"]),
    ];
    expect([counterparty.status, quote.status]).toEqual(["REQUIRES_CREATION", "REQUIRES_CREATION"]);
    const paid = await course.go(["pay"]);
    const { id } = onlyPayment(rig);
    expect(paid).toEqual({
      status: "PENDING",
      rawStatus: "pending",
      references: [{ kind: "transaction", id }],
      connectorPayoutId: id,
    });
    const [added] = rig.fake.counterparties.listed();
    expect(course.references).toContainEqual({
      kind: "counterparty_account",
      id: `${added?.id}/${added?.accounts[0]?.id}`,
    });
    const [request] = sentTo(rig, "POST", "/pay");
    expect(request?.body).toEqual({
      request_id: course.keys["pay"],
      account_id: rig.fake.accounts.of("EUR").id,
      receiver: { counterparty_id: added?.id, account_id: added?.accounts[0]?.id },
      amount: 12.34,
      currency: "EUR",
      reference: "Invoice 1",
    });
    rig.clock.advance(1_500);
    rig.fake.complete(id);
    expect(await course.lookup()).toMatchObject({
      kind: "found",
      value: {
        status: "SUCCESS",
        destinationAmount: { minorAmount: 1_234n, currency: "EUR" },
        sequence: rig.clock.now(),
      },
    });
    expect(rig.fake.accounts.of("EUR").sent).toBe(1_234n);
  });

  it("with MANUAL fulfillment is asked about, and paid by Transfer to the same account", async () => {
    const rig = await openRig();
    const course = new Course(rig, { fulfillment: "MANUAL" });
    const held = await course.create();
    expect(Object.keys(course.keys)).toEqual(["name_check", "counterparty", "indicative_quote"]);
    expect(held).toMatchObject({ status: "REQUIRES_FULFILLMENT" });
    expect(await course.lookup()).toEqual({ kind: "not_found" });
    expect(rig.fake.transactions.newestFirst()).toEqual([]);
    expect(course.plan("transfer")).toEqual(["pay"]);
    await course.go(["pay"]);
    expect(onlyPayment(rig).receiver.counterparty.name).toBe("Ada King Lovelace");
  });

  it("to an account that is registered adds no counterparty", async () => {
    const rig = await openRig();
    const first = new Course(rig);
    await first.create();
    const accountId = first.references.find(({ kind }) => kind === "counterparty_account")?.id;
    const course = new Course(rig, {
      registered: { recipientId: null, accountId: accountId ?? "" },
    });
    expect(course.plan("create")).toEqual(["indicative_quote", "pay"]);
    await course.create();
    expect(rig.fake.counterparties.listed()).toHaveLength(1);
    expect(rig.fake.transactions.newestFirst()).toHaveLength(2);
  });

  it("is paid to the account that was asked about, though another has been registered since", async () => {
    const rig = await openRig();
    const accountOf = async (changes: ConstructorParameters<typeof Course>[1]) => {
      const course = new Course(rig, changes);
      await course.go(course.plan("create").slice(0, 2));
      return course.references[0]?.id ?? "";
    };
    const first = await accountOf({});
    const second = await accountOf({
      method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada" },
    });
    const course = new Course(rig, {
      registered: { recipientId: null, accountId: first },
      fulfillment: "MANUAL",
    });
    await course.create();
    const later = new Course(rig, {
      registered: { recipientId: null, accountId: second },
      references: course.references,
    });
    await later.go(later.plan("transfer"));
    const { counterparty, account } = onlyPayment(rig).receiver;
    expect(`${counterparty.id}/${account?.id}`).toBe(first);
  });

  it.each([["not-an-id"], ["a/b/c"], [""]])("takes %j for no account", async (accountId) => {
    const rig = await openRig();
    const course = new Course(rig, { registered: { recipientId: null, accountId } });
    expect(course.plan("create")).toEqual([
      "name_check",
      "counterparty",
      "indicative_quote",
      "pay",
    ]);
    expect(await course.call("pay")).toMatchObject({
      kind: "not_sent",
      error: { reason: "REFERENCE_MISSING" },
    });
    expect(rig.fake.http.requests).toEqual([]);
  });

  it("is paid from the account of its currency, or from the one that pays all others", async () => {
    const rig = await openRig();
    const gbp = rig.fake.accounts.of("GBP").id;
    const other = { ...rig.account, version: 2, settings: { ...rig.account.settings } };
    other.settings["source_accounts"] = `USD=${rig.fake.accounts.of("USD").id},${gbp}`;
    const course = new Course(rig);
    course.account = other;
    await course.create();
    // Exchanged at Revolut: what arrives is exact, what leaves is its to say.
    const eur = rig.fake.accounts.of("EUR").id;
    const own = new Course(rig);
    own.account = {
      ...rig.account,
      version: 3,
      settings: { ...rig.account.settings, source_accounts: `${gbp},EUR=${eur}` },
    };
    await own.create();
    const [newest, oldest] = rig.fake.transactions.newestFirst();
    expect(newest?.account.id).toBe(eur);
    expect(oldest).toMatchObject({
      minor: 1_234n,
      currency: "EUR",
      account: { id: gbp },
    });
  });

  it("tells the reasons that the settings give, and a reference that every bank takes", async () => {
    const rig = await openRig(
      {},
      {
        transfer_reason_code: "advertising",
        exchange_reason_code: "fund_transfer",
      },
    );
    const course = new Course(rig, { description: `  Räte &\n<b>7</b> ${"x".repeat(200)}` });
    await course.create();
    for (const path of ["/pay/indicative-quote", "/pay"]) {
      expect(sentTo(rig, "POST", path)[0]?.body).toMatchObject({
        transfer_reason_code: "advertising",
        exchange_reason_code: "fund_transfer",
      });
    }
    const { reference = "" } = onlyPayment(rig);
    expect(reference).toMatch(/^R te b 7 \/b x+$/);
    expect(reference).toHaveLength(140);
    await new Course(rig, { description: " ✓ " }).create();
    expect(sentTo(rig, "POST", "/pay")[1]?.body).not.toHaveProperty("reference");
  });
});

describe("a counterparty", () => {
  const address = { line: "12 Rue de la Paix", rest: "2nd floor, left" };

  it.each([
    [
      "a person with an IBAN",
      {},
      {
        individual_name: { first_name: "Ada", last_name: "King Lovelace" },
        bank_country: "FR",
        currency: "EUR",
        iban: IBAN,
        address: {
          street_line1: address.line,
          street_line2: address.rest,
          city: "Paris",
          country: "FR",
          postcode: "75002",
        },
      },
    ],
    [
      "a company in the UK",
      { method: bacs, person: bleu, amount: { minorAmount: 1n, currency: "GBP" } },
      {
        company_name: "Bleu Blanc Ltd",
        bank_country: "GB",
        currency: "GBP",
        sort_code: "540105",
        account_no: "12345678",
      },
    ],
    [
      "somebody with one name in the US",
      { method: ach, person: null, amount: { minorAmount: 1n, currency: "USD" } },
      {
        individual_name: { first_name: "Plato", last_name: "Plato" },
        bank_country: "US",
        currency: "USD",
        routing_number: "021000021",
        account_no: "123456789",
        route: "ach",
        account_type: "savings",
      },
    ],
    [
      "somebody of whom only the account's holder is known",
      { person: null },
      {
        individual_name: { first_name: "Ada King", last_name: "Lovelace" },
        bank_country: "FR",
        currency: "EUR",
        iban: IBAN,
      },
    ],
  ] as const)("is told as %s", async (_, changes, body) => {
    const rig = await openRig();
    const course = new Course(rig, changes);
    await course.create();
    expect(sentTo(rig, "POST", "/counterparty")[0]?.body).toEqual(body);
    expect(onlyPayment(rig).state).toBe("pending");
  });

  it("without a postal code has no address", async () => {
    const rig = await openRig();
    const course = new Course(rig, {
      person: { ...ada, address: { lines: ["1"], city: "Paris", country: "FR" } },
    });
    await course.create();
    expect(sentTo(rig, "POST", "/counterparty")[0]?.body).not.toHaveProperty("address");
  });
});

describe("a price", () => {
  const quote = (rig: Rig, changes: Partial<PayoutInstruction> = {}) =>
    rig.module.quote?.({
      payout: instruction(changes),
      signal: AbortSignal.timeout(5_000),
      account: rig.account,
    });

  it("is indicative, and brings the counterparty that the payout is then made to", async () => {
    const rig = await openRig();
    const outcome = await quote(rig);
    if (outcome?.kind !== "accepted") throw new Error(JSON.stringify(outcome));
    const { references = [], ...price } = outcome.value;
    const { amount } = instruction();
    expect(price).toEqual({
      rate: "1",
      fee: { minorAmount: 0n, currency: amount.currency },
      destinationAmount: amount,
      expireTime: null,
    });
    const course = new Course(rig, { references });
    course.references = [...references];
    expect(course.plan("create")).toEqual(["indicative_quote", "pay"]);
    await course.go(["indicative_quote", "pay"]);
    expect(onlyPayment(rig).state).toBe("pending");
    expect(sentTo(rig, "POST", "/counterparty")).toHaveLength(1);
  });

  it("adds nobody who is registered, or known already", async () => {
    const rig = await openRig();
    const first = await quote(rig);
    if (first?.kind !== "accepted") throw new Error(JSON.stringify(first));
    const { references = [] } = first.value;
    const accountId = references[0]?.id ?? "";
    const again = [
      await quote(rig, { references }),
      await quote(rig, { registered: { recipientId: null, accountId } }),
    ];
    expect(again).toEqual([first, first]);
    expect(sentTo(rig, "POST", "/counterparty")).toHaveLength(1);
  });

  it("has its fee in the currency of the account that pays", async () => {
    const rig = await openRig();
    const change = (body: object) => ({ ...body, fee: { amount: "1.250", currency: "KWD" } });
    const match = { method: "POST", path: "/api/1.0/pay/indicative-quote" };
    rig.fake.http.faults.next(match, { kind: "drift", change });
    expect(await quote(rig)).toMatchObject({
      kind: "accepted",
      value: { fee: { minorAmount: 1_250n, currency: "KWD" } },
    });
    for (const fee of [undefined, { amount: 1 }, { amount: 1.001, currency: "EUR" }]) {
      const without = (body: object) => ({ ...body, fee });
      rig.fake.http.faults.next(match, { kind: "drift", change: without });
      expect(await quote(rig)).toMatchObject({ kind: "unknown" });
    }
  });

  it("is refused for what Revolut cannot pay", async () => {
    const rig = await openRig();
    expect(await quote(rig, { destinationCurrency: "JPY" })).toMatchObject({
      kind: "rejected",
      error: { reason: "CURRENCY_UNSUPPORTED" },
    });
    expect(rig.fake.http.requests).toEqual([]);
    const accountId = "00000000-0000-4000-8000-000000000000";
    expect(await quote(rig, { registered: { recipientId: null, accountId } })).toMatchObject({
      kind: "rejected",
    });
  });
});
