import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import { checkingIsOn } from "../support/specs-folder.ts";
import { openStripeFake, type StripeFake } from "./stripe-fake.ts";
import { call, payout, person, readyAccount, transfer } from "./try-stripe.ts";

const day = 24 * 60 * 60_000;

let fake: StripeFake;
let clock: ManualClock;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openStripeFake({ clock });
  fake.fund("usd", 100_000n);
});

afterEach(async () => {
  await fake.close();
  fake.http.assertClean();
  for (const currency of ["usd", "eur", "jpy"]) expect(fake.books.sum(currency)).toBe(0n);
});

function errorOf({ status, body }: { status: number; body: { error?: { code?: string } } }) {
  return [status, body.error?.code];
}

it("sends money to a person's bank, step by step", async () => {
  const { account, bank } = await readyAccount(fake);
  const moved = await transfer(fake, account, "1000", {
    transfer_group: "group",
    "metadata[key]": "value",
  });
  expect(moved.body).toMatchObject({
    amount: 1000,
    destination: account,
    transfer_group: "group",
    metadata: { key: "value" },
    reversed: false,
  });
  const paid = await payout(fake, account, { destination: bank, method: "standard" });
  expect(paid.body).toMatchObject({ amount: 1000, status: "pending", destination: bank });
  expect(paid.body.arrival_date).toBe(Math.floor((clock.now() + 2 * day) / 1000));

  const get = () =>
    call(fake, "GET", `/v1/payouts/${paid.body.id}`, {}, { "stripe-account": account });
  clock.advance(day);
  expect((await get()).body.status).toBe("in_transit");
  clock.advance(day);
  expect((await get()).body.status).toBe("paid");
  expect(fake.books.balance("platform", "usd")).toBe(99_000n);
  expect(fake.books.balance(bank as `ba_${string}`, "usd")).toBe(1000n);
});

it("wants a known key", async () => {
  const wrong = { authorization: "Bearer sk_test_other" };
  expect((await call(fake, "GET", "/v1/balance", {}, wrong)).status).toBe(401);
  expect((await call(fake, "GET", "/v1/balance", {}, { authorization: "" })).status).toBe(401);
  const basic = `Basic ${Buffer.from("sk_test_fake:").toString("base64")}`;
  expect((await call(fake, "GET", "/v1/balance", {}, { authorization: basic })).status).toBe(200);
  fake.apiKeys.delete("sk_test_fake");
  expect((await call(fake, "GET", "/v1/balance")).status).toBe(401);
});

it("answers in its own shape what it does not know", async () => {
  const { account } = await readyAccount(fake);
  expect((await call(fake, "GET", "/v1/payouts/po_none")).body).toEqual({
    error: {
      code: "resource_missing",
      message: "No such payout: 'po_none'",
      param: "payout",
      type: "invalid_request_error",
    },
  });
  expect(errorOf(await transfer(fake, "acct_none"))).toEqual([400, "resource_missing"]);
  expect(errorOf(await payout(fake, "acct_none"))).toEqual([403, "account_invalid"]);
  const bad = await payout(fake, account, { destination: "ba_none" });
  expect(errorOf(bad)).toEqual([400, "resource_missing"]);
});

it("checks parameters, and the document agrees", async () => {
  const { account } = await readyAccount(fake);
  expect(errorOf(await transfer(fake, account, "0"))).toEqual([400, "parameter_invalid_integer"]);
  expect(errorOf(await transfer(fake, account, "12.5"))).toEqual([
    400,
    "parameter_invalid_integer",
  ]);
  expect(errorOf(await transfer(fake, account, "10", { extra: "1" }))).toEqual([
    400,
    "parameter_unknown",
  ]);
  expect(errorOf(await call(fake, "POST", "/v1/transfers", { amount: "5" }))).toEqual([
    400,
    "parameter_missing",
  ]);
  const found = fake.http.violations.splice(0).map(({ pointer, rule }) => `${pointer} ${rule}`);
  if (checkingIsOn) {
    expect(found).toEqual([
      "/amount type",
      "/extra additionalProperties",
      "/currency required",
      "/destination required",
    ]);
  }
});

it("refuses what there is no money for", async () => {
  const { account } = await readyAccount(fake);
  expect(errorOf(await transfer(fake, account, "100001"))).toEqual([400, "balance_insufficient"]);
  expect(errorOf(await payout(fake, account))).toEqual([400, "balance_insufficient"]);
  expect((await transfer(fake, account, "1000")).status).toBe(200);
  expect((await payout(fake, account)).status).toBe(200);
  expect(errorOf(await payout(fake, account, { amount: "1" }))).toEqual([
    400,
    "balance_insufficient",
  ]);
});

it("fails a payout at the bank, gives the money back, and sends nothing there again", async () => {
  const { account, bank } = await readyAccount(fake, "000111111116");
  await transfer(fake, account);
  const made = await payout(fake, account);
  clock.advance(2 * day);
  const headers = { "stripe-account": account };
  const failed = await call(fake, "GET", `/v1/payouts/${made.body.id}`, {}, headers);
  expect(failed.body).toMatchObject({ status: "failed", failure_code: "no_account" });
  expect(fake.books.balance(account as `acct_${string}`, "usd")).toBe(1000n);
  expect(errorOf(await payout(fake, account))).toEqual([400, "bank_account_unusable"]);
  const shown = await call(fake, "GET", `/v1/accounts/${account}/external_accounts/${bank}`);
  expect(shown.body.status).toBe("errored");
});

it("fails late, after it has said that it paid", async () => {
  const { account } = await readyAccount(fake);
  await transfer(fake, account);
  const { id } = (await payout(fake, account)).body;
  fake.payouts.become(id, "paid");
  fake.payouts.become(id, "failed", "account_closed");
  expect(fake.payouts.get(id)).toMatchObject({ status: "failed", failureCode: "account_closed" });
  expect(fake.books.balance(account as `acct_${string}`, "usd")).toBe(1000n);
  expect(() => fake.payouts.become(id, "paid")).toThrow();
});

it("cancels while pending only", async () => {
  const { account } = await readyAccount(fake);
  await transfer(fake, account, "2000");
  const headers = { "stripe-account": account };
  const first = (await payout(fake, account)).body.id;
  const canceled = await call(fake, "POST", `/v1/payouts/${first}/cancel`, {}, headers);
  expect(canceled.body.status).toBe("canceled");
  expect(fake.books.balance(account as `acct_${string}`, "usd")).toBe(2000n);
  const second = (await payout(fake, account)).body.id;
  fake.payouts.become(second, "in_transit");
  expect((await call(fake, "POST", `/v1/payouts/${second}/cancel`, {}, headers)).status).toBe(400);
});

it("reverses a paid payout by a payout of its own, and a transfer in parts", async () => {
  const { account } = await readyAccount(fake);
  const { id } = (await transfer(fake, account)).body;
  const paid = (await payout(fake, account)).body.id;
  const headers = { "stripe-account": account };
  const reverse = () => call(fake, "POST", `/v1/payouts/${paid}/reverse`, {}, headers);
  expect((await reverse()).status).toBe(400);
  fake.payouts.become(paid, "paid");
  const path = `/v1/transfers/${id}/reversals`;
  expect(errorOf(await call(fake, "POST", path))).toEqual([400, "balance_insufficient"]);
  const reversing = await reverse();
  expect(reversing.body).toMatchObject({
    amount: -1000,
    original_payout: paid,
    status: "pending",
  });
  expect((await reverse()).status).toBe(400);
  const original = await call(fake, "GET", `/v1/payouts/${paid}`, {}, headers);
  expect(original.body).toMatchObject({ status: "paid", reversed_by: reversing.body.id });

  expect((await call(fake, "POST", path, { amount: "400" })).body.amount).toBe(400);
  expect((await call(fake, "POST", path, { amount: "700" })).status).toBe(400);
  expect((await call(fake, "POST", path)).body.amount).toBe(600);
  expect((await call(fake, "GET", `/v1/transfers/${id}`)).body).toMatchObject({
    amount_reversed: 1000,
    reversed: true,
  });
  expect(fake.books.balance("platform", "usd")).toBe(100_000n);
});

it("pays out by itself unless the account's schedule is manual", async () => {
  const { "settings[payouts][schedule][interval]": _, ...scheduled } = person;
  const { account } = await readyAccount(fake, "000123456789", scheduled);
  await transfer(fake, account);
  clock.advance(day);
  const headers = { "stripe-account": account };
  const list = await call(fake, "GET", "/v1/payouts?status=pending", {}, headers);
  expect(list.body.data).toMatchObject([{ automatic: true, amount: 1000 }]);
  expect(errorOf(await payout(fake, account))).toEqual([400, "balance_insufficient"]);
});

it("finds transfers by their group, in pages", async () => {
  const { account } = await readyAccount(fake);
  for (const group of ["a", "b", "a", "a"]) {
    await transfer(fake, account, "10", { transfer_group: group });
  }
  const first = await call(fake, "GET", "/v1/transfers?transfer_group=a&limit=2");
  expect(first.body).toMatchObject({ has_more: true, data: [{}, {}] });
  const after = first.body.data[1].id;
  const rest = await call(
    fake,
    "GET",
    `/v1/transfers?transfer_group=a&limit=2&starting_after=${after}`,
  );
  expect(rest.body).toMatchObject({ has_more: false, data: [{ transfer_group: "a" }] });
});

it("counts in the currency's smallest unit, and in tens where there are three decimals", async () => {
  fake.fund("jpy", 5000n);
  fake.fund("kwd", 5000n);
  const { account } = await readyAccount(fake);
  const send = (amount: string, currency: string) =>
    call(fake, "POST", "/v1/transfers", { amount, currency, destination: account });
  expect((await send("500", "jpy")).body.amount).toBe(500);
  expect((await send("1230", "kwd")).body.amount).toBe(1230);
  expect((await send("1234", "kwd")).status).toBe(400);
  const balance = await call(fake, "GET", "/v1/balance", {}, { "stripe-account": account });
  expect(balance.body.available).toMatchObject([
    { amount: 500, currency: "jpy" },
    { amount: 1230, currency: "kwd" },
  ]);
});
