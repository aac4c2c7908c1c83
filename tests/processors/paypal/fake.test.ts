import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../support/manual-clock.ts";
import type { ItemStatus } from "./item.ts";
import { openPayPalFake, type PayPalFake } from "./paypal-fake.ts";

const day = 24 * 60 * 60_000;

let fake: PayPalFake;
let clock: ManualClock;
let token: string;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openPayPalFake({ clock });
  fake.funds.fund("USD", 100_000n);
  token = (await login()).body.access_token;
});

afterEach(async () => {
  await fake.close();
  fake.http.assertClean();
  expect(fake.funds.balance("USD") + fake.funds.sent("USD")).toBe(100_000n);
});

async function call(method: string, path: string, json?: unknown, headers = {}) {
  const response = await fetch(fake.http.url + path, {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(json === undefined ? {} : { "content-type": "application/json" }),
      ...headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely, as JSON.
  return { status: response.status, body: (await response.json()) as any };
}

async function login(secret = "secret", grant = "client_credentials") {
  const response = await fetch(`${fake.http.url}/v1/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from(`client:${secret}`).toString("base64")}` },
    body: new URLSearchParams({ grant_type: grant }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: bodies are looked into freely, as JSON.
  return { status: response.status, body: (await response.json()) as any };
}

function pay(batchId: string, receiver = "someone@example.com", item = {}, headers = {}) {
  const body = {
    sender_batch_header: { sender_batch_id: batchId, email_subject: "A payout" },
    items: [
      {
        recipient_type: "EMAIL",
        amount: { value: "12.34", currency: "USD" },
        receiver,
        sender_item_id: `item-${batchId}`,
        ...item,
      },
    ],
  };
  return call("POST", "/v1/payments/payouts", body, headers);
}

/** Makes a batch of one and lets PayPal get to it; the item's id. */
async function settled(receiver: string): Promise<string> {
  const { body } = await pay(receiver, receiver);
  clock.advance(5000);
  const batch = await call("GET", `/v1/payments/payouts/${body.batch_header.payout_batch_id}`);
  return batch.body.items[0].payout_item_id;
}

async function statusOf(item: string): Promise<string> {
  return (await call("GET", `/v1/payments/payouts-item/${item}`)).body.transaction_status;
}

it("pays a batch of one, whose item is known only later", async () => {
  const made = await pay("batch-1");
  expect(made.status).toBe(201);
  expect(made.body.batch_header).toEqual({
    payout_batch_id: expect.any(String),
    batch_status: "PENDING",
    sender_batch_header: { sender_batch_id: "batch-1", email_subject: "A payout" },
  });
  const path = `/v1/payments/payouts/${made.body.batch_header.payout_batch_id}`;
  expect((await call("GET", path)).body.items).toEqual([]);
  clock.advance(1000);
  const processing = await call("GET", `${path}?total_required=true`);
  expect(processing.body).toMatchObject({
    total_items: 1,
    batch_header: { batch_status: "PROCESSING", amount: { currency: "USD", value: "12.34" } },
    items: [{ transaction_status: "PENDING" }],
  });
  clock.advance(4000);
  const done = await call("GET", path);
  expect(done.body.batch_header.batch_status).toBe("SUCCESS");
  const item = await call("GET", `/v1/payments/payouts-item/${done.body.items[0].payout_item_id}`);
  expect(item.body).toMatchObject({
    transaction_status: "SUCCESS",
    sender_batch_id: "batch-1",
    payout_item: { receiver: "someone@example.com", amount: { value: "12.34" } },
  });
  expect(fake.funds.sent("USD")).toBe(1234n + 25n);
});

it("wants a token that has not gone stale", async () => {
  expect((await login("wrong")).body).toMatchObject({ error: "invalid_client" });
  expect((await login("secret", "password")).status).toBe(400);
  expect((await login()).body).toMatchObject({ token_type: "Bearer", expires_in: 32_400 });
  clock.advance(32_400_000);
  expect(await pay("stale")).toMatchObject({
    status: 401,
    body: { name: "AUTHENTICATION_FAILURE" },
  });
  token = (await login()).body.access_token;
  expect((await pay("fresh")).status).toBe(201);
  fake.tokens.revokeAll();
  expect((await pay("revoked")).status).toBe(401);
  expect(fake.batches.all).toHaveLength(1);
});

it("refuses a batch id for the second time, with a link to the first, for 30 days", async () => {
  const first = await pay("same");
  const second = await pay("same", "other@example.com");
  expect(second).toMatchObject({
    status: 400,
    body: { name: "USER_BUSINESS_ERROR", details: [{ field: "SENDER_BATCH_ID" }] },
  });
  const { href } = second.body.details[0].link[0];
  // Links name another host than the one that was called.
  expect(new URL(href).host).toBe("api.sandbox.paypal.com");
  const found = await call("GET", new URL(href).pathname);
  expect(found.body.batch_header.payout_batch_id).toBe(first.body.batch_header.payout_batch_id);
  clock.advance(30 * day);
  token = (await login()).body.access_token;
  expect((await pay("same")).status).toBe(201);
  expect(fake.batches.all).toHaveLength(2);
});

it("does not look at PayPal-Request-Id", async () => {
  const headers = { "paypal-request-id": "same" };
  expect((await pay("a", "x@example.com", {}, headers)).status).toBe(201);
  expect((await pay("b", "x@example.com", {}, headers)).status).toBe(201);
  expect(fake.batches.all).toHaveLength(2);
});

it("finds the batch again whose answer was lost", async () => {
  fake.http.faults.next({ path: "/v1/payments/payouts" }, { kind: "reset-after-read" });
  await expect(pay("lost")).rejects.toThrow();
  const again = await pay("lost");
  const { href } = again.body.details[0].link[0];
  expect(href.endsWith(fake.find("lost")?.id)).toBe(true);
});

const settledAs: readonly [string, ItemStatus][] = [
  ["success@example.com", "SUCCESS"],
  ["pending@example.com", "PENDING"],
  ["onhold@example.com", "ONHOLD"],
  ["unclaimed.2@example.com", "UNCLAIMED"],
  ["failed@example.com", "FAILED"],
  ["blocked@example.com", "BLOCKED"],
];

it.each(settledAs)("settles %s as %s", async (receiver, status) => {
  const item = await settled(receiver);
  expect(await statusOf(item)).toBe(status);
  const back = status === "FAILED" || status === "BLOCKED";
  expect(fake.funds.sent("USD")).toBe(back ? 0n : 1259n);
});

it.each([
  ["refunded@example.com", "REFUNDED"],
  ["reversed@example.com", "REVERSED"],
])("takes the money of %s back a day later", async (receiver, status) => {
  const item = await settled(receiver);
  expect(await statusOf(item)).toBe("SUCCESS");
  clock.advance(day);
  token = (await login()).body.access_token;
  expect(await statusOf(item)).toBe(status);
  expect(fake.funds.sent("USD")).toBe(0n);
});

it("denies a batch that it had taken", async () => {
  const made = await pay("denied", "denied@example.com");
  expect(made.status).toBe(201);
  fake.settle(made.body.batch_header.payout_batch_id);
  const path = `/v1/payments/payouts/${made.body.batch_header.payout_batch_id}`;
  expect((await call("GET", path)).body).toMatchObject({
    batch_header: { batch_status: "DENIED" },
    items: [{ transaction_status: "FAILED", errors: { name: "RECEIVER_ACCOUNT_INVALID" } }],
  });
  expect(fake.funds.sent("USD")).toBe(0n);
});

it("cancels what nobody has claimed, once its batch is done", async () => {
  const early = await pay("early", "unclaimed@example.com");
  clock.advance(1000);
  const id = early.body.batch_header.payout_batch_id;
  const { payout_item_id: item } = (await call("GET", `/v1/payments/payouts/${id}`)).body.items[0];
  const cancel = (which: string) => call("POST", `/v1/payments/payouts-item/${which}/cancel`);
  expect((await cancel(item)).body.name).toBe("BATCH_NOT_COMPLETED");
  clock.advance(4000);
  expect(await cancel(item)).toMatchObject({
    status: 200,
    body: { transaction_status: "RETURNED" },
  });
  expect((await cancel(item)).body.name).toBe("ITEM_ALREADY_CANCELLED");
  expect(fake.funds.sent("USD")).toBe(0n);
  const paid = await settled("success@example.com");
  expect((await cancel(paid)).body.name).toBe("ITEM_INCORRECT_STATUS");
  expect((await cancel("NONE")).status).toBe(404);
});

it("returns what nobody claims for 30 days, unless somebody does", async () => {
  const left = await settled("unclaimed.1@example.com");
  const claimed = await settled("unclaimed.2@example.com");
  fake.become(claimed, "SUCCESS");
  clock.advance(30 * day);
  token = (await login()).body.access_token;
  expect([await statusOf(left), await statusOf(claimed)]).toEqual(["RETURNED", "SUCCESS"]);
  expect(() => fake.become(left, "SUCCESS")).toThrow();
});

it("checks amounts by their currency", async () => {
  fake.funds.fund("JPY", 100_000n);
  fake.funds.fund("TND", 100_000n);
  fake.funds.fund("HUF", 100_000n);
  const send = (value: string, currency: string) =>
    pay(`${value}${currency}`, "x@example.com", { amount: { value, currency } });
  expect((await send("1234", "JPY")).status).toBe(201);
  expect((await send("1.234", "TND")).status).toBe(201);
  expect((await send("1234", "HUF")).status).toBe(201);
  for (const [value, currency] of [
    ["12.5", "JPY"],
    ["12.5", "HUF"],
    ["1.234", "USD"],
    ["-1", "USD"],
    ["0", "USD"],
    ["1e2", "USD"],
  ] as const) {
    expect(await send(value, currency)).toMatchObject({
      status: 400,
      body: { name: "VALIDATION_ERROR", details: [{ field: "items[0].amount.value" }] },
    });
  }
  expect((await send("1", "CHF")).body.name).toBe("NON_HOLDING_CURRENCY");
  expect((await send("1000.00", "USD")).body.name).toBe("INSUFFICIENT_FUNDS");
  expect((await pay("r", "nobody")).body.details[0].field).toBe("items[0].receiver");
});

it.each([
  ["ERRPYO001", 403, "SENDER_RESTRICTED"],
  ["ERRPYO005", 422, "INSUFFICIENT_FUNDS"],
  ["ERRPYO006", 500, "INTERNAL_ERROR"],
])("refuses by PayPal's own test value %s", async (note, status, name) => {
  expect(await pay("test", "x@example.com", { note })).toMatchObject({ status, body: { name } });
  expect((await pay("test")).status).toBe(201);
});

it("answers in its own shape what it does not know", async () => {
  const none = await call("GET", "/v1/payments/payouts/NONE");
  expect(none).toMatchObject({
    status: 404,
    body: { name: "INVALID_RESOURCE_ID", debug_id: expect.any(String) },
  });
});
