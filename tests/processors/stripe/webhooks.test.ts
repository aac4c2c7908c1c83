import Stripe from "stripe";
import { afterEach, beforeEach, expect, it } from "vitest";
import { FakeProcessor } from "../support/fake-processor.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { openStripeFake, type StripeFake } from "./stripe-fake.ts";
import { call, payout, readyAccount, transfer } from "./try-stripe.ts";

const day = 24 * 60 * 60_000;

let fake: StripeFake;
let clock: ManualClock;
let endpoint: FakeProcessor;
let sdk: Stripe;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openStripeFake({ clock });
  fake.fund("usd", 100_000n);
  endpoint = await new FakeProcessor().route("POST", "/hook", () => ({ status: 200 })).listen();
  fake.webhooks.url = `${endpoint.url}/hook`;
  sdk = new Stripe("sk_test_fake", {
    host: "127.0.0.1",
    port: Number(new URL(fake.http.url).port),
    protocol: "http",
    maxNetworkRetries: 0,
    telemetry: false,
  });
});

afterEach(async () => {
  await fake.close();
  await endpoint.close();
});

/** Verified by Stripe's own library, at the fake's time. */
function verified(index: number, secret: string): Stripe.Event {
  const request = endpoint.requests[index];
  if (!request) throw new Error("nothing arrived");
  const header = request.headers["stripe-signature"] ?? "";
  const seconds = clock.now();
  return sdk.webhooks.constructEvent(request.raw, header, secret, 300, undefined, seconds);
}

function types(): string[] {
  return fake.webhooks.queue.map(({ type }) => type);
}

it("tells the life of a payout, and whose it is", async () => {
  const { account } = await readyAccount(fake);
  expect(types()).toEqual(["account.external_account.created", "account.updated"]);
  fake.webhooks.drop("all");
  await transfer(fake, account);
  const { id } = (await payout(fake, account, {}, { "idempotency-key": "mine" })).body;
  clock.advance(2 * day);
  fake.payouts.become(id, "failed", "account_closed");
  expect(types()).toEqual([
    "transfer.created",
    "payout.created",
    "payout.updated",
    "payout.paid",
    "account.external_account.updated",
    "account.updated",
    "payout.failed",
  ]);
  await fake.webhooks.deliverAll();
  const bodies = endpoint.requests.map(({ body }) => body as Stripe.Event);
  expect(bodies[0]?.account).toBeUndefined();
  expect(bodies[1]).toMatchObject({ account, request: { idempotency_key: "mine" } });
  expect(bodies[6]?.data.object).toMatchObject({ id, status: "failed" });
  const published = PublishedApi.load("stripe");
  for (const { data } of bodies) {
    const object = data.object as unknown as { object: string };
    expect(published?.checkSchema(object.object, object) ?? []).toEqual([]);
  }
});

it("tells cancelling, reversing, and what becomes of an account", async () => {
  const { account } = await readyAccount(fake);
  const moved = (await transfer(fake, account)).body.id;
  fake.payouts.become((await payout(fake, account)).body.id, "canceled");
  await call(fake, "POST", `/v1/transfers/${moved}/reversals`);
  await call(fake, "POST", `/v1/transfers/${moved}`, { "metadata[a]": "b" });
  fake.accounts.reject(account);
  expect(types().slice(2)).toEqual([
    "transfer.created",
    "payout.created",
    "payout.canceled",
    "transfer.reversed",
    "transfer.updated",
    "capability.updated",
    "account.updated",
  ]);
});

it("signs what Stripe's own library verifies, for two kinds of endpoints", async () => {
  const { account } = await readyAccount(fake);
  fake.webhooks.drop("all");
  await transfer(fake, account);
  await payout(fake, account);
  await fake.webhooks.deliverAll();
  expect(verified(0, "whsec_platform").type).toBe("transfer.created");
  expect(verified(1, "whsec_connect").type).toBe("payout.created");
  expect(() => verified(1, "whsec_platform")).toThrow();
  clock.advance(301_000);
  expect(() => verified(1, "whsec_connect")).toThrow("Timestamp outside the tolerance zone");
});

it("signs with every secret that is in use while one is rolled", async () => {
  const { account } = await readyAccount(fake);
  fake.webhooks.drop("all");
  fake.webhookSecrets.platform.push("whsec_next");
  await transfer(fake, account);
  await fake.webhooks.deliverAll();
  expect(endpoint.requests[0]?.headers["stripe-signature"]).toMatch(
    /^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/,
  );
  for (const secret of ["whsec_platform", "whsec_next"]) {
    expect(verified(0, secret).type).toBe("transfer.created");
  }
});

it("tells the same event again, in another order, with a new signature", async () => {
  const { account } = await readyAccount(fake);
  fake.webhooks.drop("all");
  await transfer(fake, account);
  await transfer(fake, account);
  fake.webhooks.duplicate();
  fake.webhooks.reorder("reverse");
  await fake.webhooks.deliver();
  clock.advance(1000);
  await fake.webhooks.deliverAll();
  const ids = endpoint.requests.map(({ body }) => (body as Stripe.Event).id);
  expect(ids[0]).toBe(ids[2]);
  const signatures = endpoint.requests.map(({ headers }) => headers["stripe-signature"]);
  expect(signatures[0]).not.toBe(signatures[2]);
  expect(verified(2, "whsec_platform").id).toBe(ids[0]);
});

it("serves Stripe's own library", async () => {
  const { account, bank } = await readyAccount(fake);
  const moved = await sdk.transfers.create(
    { amount: 500, currency: "usd", destination: account, metadata: { a: "b" } },
    { idempotencyKey: "sdk" },
  );
  const paid = await sdk.payouts.create(
    { amount: 500, currency: "usd", destination: bank },
    { stripeAccount: account },
  );
  expect((await sdk.transfers.retrieve(moved.id)).metadata).toEqual({ a: "b" });
  await expect(
    sdk.payouts.create({ amount: 1, currency: "usd" }, { stripeAccount: account }),
  ).rejects.toMatchObject({ type: "StripeInvalidRequestError", code: "balance_insufficient" });
  const canceled = await sdk.payouts.cancel(paid.id, {}, { stripeAccount: account });
  expect(canceled.status).toBe("canceled");
  fake.http.assertClean();
});
