import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { checkingIsOn } from "../support/specs-folder.ts";
import { openRevolutFake, type RevolutFake, type RevolutFakeOptions } from "./fake.ts";
import { bleu, type Call, login, paymentTo } from "./plain-client.ts";
import { states } from "./transactions.ts";

let fake: RevolutFake;
let call: Call;

beforeEach(() => reopen());
afterEach(() => fake.close());

async function reopen(options: RevolutFakeOptions = {}): Promise<void> {
  await fake?.close();
  fake = await openRevolutFake(options);
  call = await login(fake);
}

/** Available, held, sent; nothing is ever made or lost. */
function books(): bigint[] {
  const { available, held, sent } = fake.accounts.of("GBP");
  return [available, held, sent];
}

const untouched = [1_000_000n, 0n, 0n];

async function pay(change: Record<string, unknown> = {}): Promise<string> {
  const answer = await call("POST", "/1.0/pay", { ...(await paymentTo(fake, call)), ...change });
  expect(answer.status).toBe(200);
  return String(answer.body["id"]);
}

test("pays: counterparty, quote, payment, look-up, and what is left", async () => {
  const payment = await paymentTo(fake, call);
  const { request_id, reference, ...priced } = payment;
  const quote = await call("POST", "/1.0/pay/indicative-quote", priced);
  expect(quote.body).toMatchObject({ estimated_total: { amount: 12.34, currency: "GBP" } });
  const paid = await call("POST", "/1.0/pay", payment);
  expect(paid.body).toEqual({
    id: expect.any(String),
    state: "pending",
    created_at: "2026-01-15T12:00:00.000000Z",
  });
  expect(books()).toEqual([998_766n, 1_234n, 0n]);
  const id = String(paid.body["id"]);
  (fake.clock as ManualClock).advance(1_500);
  fake.complete(id);
  const found = await call("GET", `/1.0/transactions?request_id=${String(request_id)}`);
  expect(found.body).toMatchObject([
    {
      id,
      type: "transfer",
      state: "completed",
      request_id,
      reference,
      completed_at: "2026-01-15T12:00:01.500000Z",
      legs: [{ amount: -12.34, currency: "GBP", balance: 9987.66 }],
    },
  ]);
  expect((await call("GET", `/1.0/transaction/${id}`)).body).toEqual(
    (found.body as unknown as unknown[])[0],
  );
  const accounts = await call("GET", "/1.0/accounts");
  expect(accounts.text).toContain('"balance":9987.66,"currency":"GBP"');
  expect(books()).toEqual([998_766n, 0n, 1_234n]);
  fake.http.assertClean();
});

describe("a request id", () => {
  const twoWeeks = 14 * 24 * 3_600_000;

  test("answers the same transaction for two weeks, and then pays again", async () => {
    const payment = await paymentTo(fake, call);
    const first = await call("POST", "/1.0/pay", payment);
    fake.complete(String(first.body["id"]));
    (fake.clock as ManualClock).advance(twoWeeks - 1);
    call = await login(fake);
    const repeated = await call("POST", "/1.0/pay", payment);
    expect(repeated.body).toMatchObject({ id: first.body["id"], state: "completed" });
    expect(books()[2]).toBe(1_234n);

    (fake.clock as ManualClock).advance(1);
    const again = await call("POST", "/1.0/pay", payment);
    expect(again.body["id"]).not.toBe(first.body["id"]);
    expect(books()).toEqual([997_532n, 1_234n, 1_234n]);
    const found = await call("GET", "/1.0/transactions?request_id=payout-1");
    expect(found.body).toMatchObject([{ id: again.body["id"] }, { id: first.body["id"] }]);
    fake.http.assertClean();
  });

  test("may be refused as a duplicate instead, as the document's example has it", async () => {
    await reopen({ repeats: "refused" });
    const payment = await paymentTo(fake, call);
    await call("POST", "/1.0/pay", payment);
    const refused = await call("POST", "/1.0/pay", payment);
    expect([refused.status, refused.body]).toEqual([
      400,
      { code: 3020, message: "Duplicate request: payout-1" },
    ]);
    expect(books()).toEqual([998_766n, 1_234n, 0n]);
    fake.http.assertClean();
  });

  test("of 40 characters is taken, of 41 refused and not cut", async () => {
    const payment = await paymentTo(fake, call);
    expect(
      (await call("POST", "/1.0/pay", { ...payment, request_id: "x".repeat(40) })).status,
    ).toBe(200);
    fake.http.assertClean();
    const refused = await call("POST", "/1.0/pay", { ...payment, request_id: "x".repeat(41) });
    expect([refused.status, refused.body["code"]]).toEqual([400, 3000]);
    expect(fake.transactions.newestFirst()).toHaveLength(1);
  });

  test("whose answer was lost finds the transaction", async () => {
    const payment = await paymentTo(fake, call);
    fake.http.faults.next({ path: "/api/1.0/pay" }, { kind: "reset-after-read" });
    await expect(call("POST", "/1.0/pay", payment)).rejects.toThrow();
    const found = await call("GET", "/1.0/transactions?request_id=payout-1");
    expect(found.body).toHaveLength(1);
    const none = await call("GET", "/1.0/transactions?request_id=payout-2");
    expect(none.body).toEqual([]);
    const deprecated = await call("GET", "/1.0/transaction/payout-1?id_type=request_id");
    expect(deprecated.body["request_id"]).toBe("payout-1");
    fake.http.assertClean();
  });
});

describe("a payment", () => {
  test.each([...states])("can become %s and be read", async (state) => {
    const id = await pay();
    fake.move(id, state);
    expect((await call("GET", `/1.0/transaction/${id}`)).body["state"]).toBe(state);
    expect(books().reduce((a, b) => a + b)).toBe(1_000_000n);
    fake.http.assertClean();
  });

  test.each([
    ["decline", "declined", "wrong_receiver_details"],
    ["fail", "failed", "account_closed"],
  ] as const)("that %ss tells the reason and gives the money back", async (command, state, why) => {
    const id = await pay();
    fake[command](id);
    const { body } = await call("GET", `/1.0/transaction/${id}`);
    expect(body).toMatchObject({ state, reason_code: why });
    expect(books()).toEqual(untouched);
  });

  test("that was completed can still be reverted", async () => {
    const id = await pay();
    fake.complete(id);
    expect(books()).toEqual([998_766n, 0n, 1_234n]);
    fake.revert(id);
    expect(books()).toEqual(untouched);
  });

  test("can be declined in the very answer with 200, without its reason", async () => {
    fake.next("declined", "blocked_beneficiary");
    const refused = await call("POST", "/1.0/pay", await paymentTo(fake, call));
    expect([refused.status, refused.body["state"]]).toEqual([200, "declined"]);
    expect(Object.keys(refused.body)).not.toContain("reason_code");
    const path = `/1.0/transaction/${String(refused.body["id"])}`;
    expect((await call("GET", path)).body["reason_code"]).toBe("blocked_beneficiary");
    expect(books()).toEqual(untouched);
    fake.http.assertClean();
  });

  test("without the money for it is declined", async () => {
    const id = await pay({ amount: 10_000.01 });
    const { body } = await call("GET", `/1.0/transaction/${id}`);
    expect(body).toMatchObject({ state: "declined", reason_code: "insufficient_balance" });
    expect(books()).toEqual(untouched);
  });

  test("inside Revolut is completed at once", async () => {
    const tag = { profile_type: "personal", revtag: "ada" };
    const paid = await call("POST", "/1.0/pay", await paymentTo(fake, call, tag));
    expect(paid.body).toMatchObject({ state: "completed", completed_at: expect.any(String) });
    fake.http.assertClean();
  });

  test("in a foreign currency takes exchange and fee", async () => {
    const paid = await call("POST", "/1.0/pay", await paymentTo(fake, call, bleu));
    const { body } = await call("GET", `/1.0/transaction/${String(paid.body["id"])}`);
    expect(body["legs"]).toMatchObject([
      { amount: -12.34, currency: "EUR", bill_amount: -10.62, bill_currency: "GBP", fee: 0.07 },
    ]);
    expect(books()).toEqual([998_931n, 1_069n, 0n]);
    fake.http.assertClean();
  });

  test.each([
    ["900719925474099.31", "EUR", 2],
    ["15", "JPY", 0],
    ["1.234", "KWD", 3],
  ])("of %s %s is exact", async (text, currency) => {
    await reopen({ balances: { [currency]: 10n ** 18n } });
    const company = { ...bleu, currency, bank_country: "FR" };
    const { body } = await call("POST", "/1.0/counterparty", company);
    const account = fake.accounts.of(currency).id;
    const receiver = JSON.stringify({ counterparty_id: body["id"] });
    const json = `{"request_id":"a","account_id":"${account}","receiver":${receiver},"amount":${text},"currency":"${currency}"}`;
    const paid = await call("POST", "/1.0/pay", json);
    const read = await call("GET", `/1.0/transaction/${String(paid.body["id"])}`);
    expect(read.text).toContain(`"amount":-${text},`);
    fake.http.assertClean();
  });

  test.each([
    [{ amount: 0 }, 3000],
    [{ amount: 1.001 }, 3000],
    [{ currency: "EUR" }, 3187],
    [{ receiver: { counterparty_id: "00000000-0000-4000-8000-000000000000" } }, 3544],
    [{ account_id: "00000000-0000-4000-8000-000000000000" }, 3006],
  ])("is refused for %j", async (change, code) => {
    const payment = { ...(await paymentTo(fake, call)), ...change };
    const refused = await call("POST", "/1.0/pay", payment);
    expect(refused.body["code"]).toBe(code);
    expect(books()).toEqual(untouched);
    fake.http.assertClean();
  });

  test("is moved by the sandbox's simulation while it is open", async () => {
    const id = await pay();
    const simulate = (action: string) => call("POST", `/1.0/sandbox/transactions/${id}/${action}`);
    expect((await simulate("fail")).body["state"]).toBe("failed");
    expect((await simulate("complete")).status).toBe(400);
    fake.http.assertClean();
  });
});

describe("by hand", () => {
  test.each([
    ["Invoice 1", "completed"],
    ["magic-declined-at-once", "declined"],
    ["magic-decline", "declined"],
    ["magic-fail", "failed"],
    ["magic-revert", "reverted"],
    ["magic-created", "completed"],
    ["magic-new-word", "under_review"],
    ["magic-stuck", "pending"],
  ])("%s walks to %s", async (reference, end) => {
    await reopen({ stepMs: 1_000 });
    const id = await pay({ reference });
    (fake.clock as ManualClock).advance(60_000);
    expect(fake.transactions.get(id).state).toBe(end);
  });
});

test.runIf(checkingIsOn)("what the document does not allow is noticed", async () => {
  const payment = await paymentTo(fake, call);
  await call("POST", "/1.0/pay", { ...payment, amount: "12.34" });
  expect(fake.http.violations).toMatchObject([{ side: "request", pointer: "/amount" }]);
});
