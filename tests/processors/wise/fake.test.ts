import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { checkingIsOn } from "../support/specs-folder.ts";
import { openWiseFake, type WiseFake } from "./fake.ts";
import { ada, call, fund, newTransactionId, newTransfer, quote } from "./plain-client.ts";

let fake: WiseFake;

beforeEach(async () => {
  fake = await openWiseFake();
});
afterEach(() => fake.close());

const gbpToEur = { sourceCurrency: "GBP", targetCurrency: "EUR" };

test("pays: quote, requirements, recipient, transfer, funding, and what is left", async () => {
  const priced = await quote(fake, { ...gbpToEur, sourceAmount: 100 });
  expect(priced.body).toMatchObject({ status: "PENDING", rate: 1.136363, targetAmount: 112.72 });
  const options = priced.body["paymentOptions"] as Record<string, unknown>[];
  expect(options.map(({ payIn, disabled }) => [payIn, disabled])).toEqual([
    ["BALANCE", false],
    ["BANK_TRANSFER", false],
    ["CARD", true],
  ]);
  expect(options[2]?.["disabledReason"]).toMatchObject({ code: "error.payInMethod.disabled" });

  const path = `/v1/quotes/${String(priced.body["id"])}/account-requirements`;
  const forms = (await call(fake, "GET", path)).body as unknown as { type: string }[];
  expect(forms.map(({ type }) => type)).toEqual(["iban", "email"]);

  const recipient = await call(fake, "POST", "/v1/accounts", ada);
  expect(recipient.body).toMatchObject({ type: "Iban", country: "DE", active: true });

  const created = await call(fake, "POST", "/v1/transfers", {
    targetAccount: recipient.body["id"],
    quoteUuid: priced.body["id"],
    customerTransactionId: newTransactionId(),
    details: { reference: "Invoice 1" },
  });
  expect(created.body).toMatchObject({
    status: "incoming_payment_waiting",
    created: "2026-01-15 12:00:00",
    sourceValue: 100,
    targetValue: 112.72,
  });

  const id = Number(created.body["id"]);
  expect((await fund(fake, id)).body).toEqual({
    type: "BALANCE",
    status: "COMPLETED",
    errorCode: null,
  });
  expect([fake.balances.available("GBP"), fake.balances.held("GBP")]).toEqual([990_000n, 10_000n]);
  fake.settle(id);
  const read = await call(fake, "GET", `/v1/transfers/${id}`);
  expect(read.body["status"]).toBe("outgoing_payment_sent");
  expect([fake.balances.held("GBP"), fake.balances.sent("GBP")]).toEqual([0n, 10_000n]);
  fake.http.assertClean();
});

describe("transfers", () => {
  test("with the same customerTransactionId are one, whatever else is sent", async () => {
    const customerTransactionId = newTransactionId();
    const recipient = await call(fake, "POST", "/v1/accounts", ada);
    const first = await quote(fake, { ...gbpToEur, sourceAmount: 100 });
    const second = await quote(fake, { ...gbpToEur, sourceAmount: 200 });
    const send = (quoteUuid: unknown) =>
      call(fake, "POST", "/v1/transfers", {
        targetAccount: recipient.body["id"],
        quoteUuid,
        customerTransactionId,
      });
    const created = await send(first.body["id"]);
    fake.settle(Number(created.body["id"]));
    const repeated = await send(second.body["id"]);
    expect(repeated.body).toEqual({ ...created.body, status: "outgoing_payment_sent" });
    expect(fake.transfers.all()).toHaveLength(1);
    fake.http.assertClean();
  });

  test("on a quote that has one are refused", async () => {
    const id = await newTransfer(fake);
    const { quote: used, targetAccount } = fake.transfers.get(id);
    const refused = await call(fake, "POST", "/v1/transfers", {
      targetAccount,
      quoteUuid: used.id,
      customerTransactionId: newTransactionId(),
    });
    expect(refused.status).toBe(422);
    expect(refused.body["errors"]).toMatchObject([{ code: "transfer.quote-already-used" }]);
    fake.http.assertClean();
  });

  test("to a recipient of another currency are refused", async () => {
    const details = { email: "ada@example.test" };
    const other = await call(fake, "POST", "/v1/accounts", {
      ...ada,
      currency: "USD",
      type: "email",
      details,
    });
    const priced = await quote(fake, { ...gbpToEur, sourceAmount: 1 });
    const refused = await call(fake, "POST", "/v1/transfers", {
      targetAccount: other.body["id"],
      quoteUuid: priced.body["id"],
      customerTransactionId: newTransactionId(),
    });
    expect(refused.body["errors"]).toMatchObject([{ path: "targetAccount" }]);
  });

  test("whose answer was lost are found in the list", async () => {
    fake.http.faults.next({ method: "POST", path: "/v1/transfers" }, { kind: "reset-after-read" });
    await expect(newTransfer(fake)).rejects.toThrow();
    const { customerTransactionId } = fake.transfers.all()[0] ?? {};
    const start = "createdDateStart=2026-01-15T00:00:00Z";
    const list = await call(fake, "GET", `/v1/transfers?${start}&limit=10&status=cancelled`);
    expect(list.body).toEqual([]);
    const all = await call(fake, "GET", `/v1/transfers?${start}&limit=10`);
    expect(all.body).toMatchObject([{ customerTransactionId }]);
    fake.http.assertClean();
  });

  test("nobody funds are cancelled after two weeks", async () => {
    const id = await newTransfer(fake);
    (fake.clock as ManualClock).advance(14 * 24 * 3_600_000);
    expect(fake.transfers.get(id).status).toBe("cancelled");
    expect(fake.balances.available("GBP")).toBe(1_000_000n);
  });
});

describe("who may not", () => {
  test("has a wrong token: 401", async () => {
    const response = await fetch(`${fake.url}/v1/transfers/1`);
    expect([response.status, await response.json()]).toEqual([
      401,
      { error: "invalid_token", error_description: "Invalid token" },
    ]);
  });

  test("asks for another's profile: 403; for what is not there: 404", async () => {
    const other = await call(fake, "POST", "/v3/profiles/1/quotes", {
      ...gbpToEur,
      sourceAmount: 1,
    });
    expect(other.status).toBe(403);
    for (const path of ["/v1/transfers/1", "/v2/accounts/1"]) {
      expect((await call(fake, "GET", path)).status).toBe(404);
    }
    fake.http.assertClean();
  });
});

test("subscriptions and balances are there", async () => {
  const base = `/v3/profiles/${fake.profile}/subscriptions`;
  const delivery = { version: "2.0.0", url: "https://hooks.example.test/wise" };
  const created = await call(fake, "POST", base, {
    name: "ours",
    trigger_on: "transfers#refund",
    delivery,
  });
  const path = `${base}/${String(created.body["id"])}`;
  expect((await call(fake, "GET", path)).body).toEqual(created.body);
  expect((await call(fake, "GET", base)).body).toEqual([created.body]);
  expect((await call(fake, "DELETE", path)).status).toBe(204);
  expect((await call(fake, "GET", path)).status).toBe(404);
  const balances = await call(fake, "GET", `/v4/profiles/${fake.profile}/balances?types=STANDARD`);
  expect(balances.text).toContain('"value":10000.00,"currency":"GBP"');
  fake.http.assertClean();
});

test.runIf(checkingIsOn)("what the document does not allow is noticed", async () => {
  await quote(fake, { ...gbpToEur, sourceAmount: "100" });
  expect(fake.http.violations).toMatchObject([{ side: "request", pointer: "/sourceAmount" }]);
});
