import { afterEach, beforeEach, expect, it } from "vitest";
import type { CapturedRequest } from "../support/captured-request.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { openPayPalFake, type PayPalFake } from "./paypal-fake.ts";
import { rawMember } from "./raw-member.ts";

let fake: PayPalFake;
let clock: ManualClock;
let endpoint: FakeProcessor;
let token: string;

beforeEach(async () => {
  clock = new ManualClock();
  fake = await openPayPalFake({ clock });
  fake.funds.fund("USD", 100_000n);
  endpoint = await new FakeProcessor().route("POST", "/hook", () => ({ status: 200 })).listen();
  fake.webhooks.url = `${endpoint.url}/hook`;
  const response = await fetch(`${fake.http.url}/v1/oauth2/token`, {
    method: "POST",
    headers: { authorization: `Basic ${Buffer.from("client:secret").toString("base64")}` },
    body: new URLSearchParams({ grant_type: "client_credentials" }),
  });
  token = ((await response.json()) as { access_token: string }).access_token;
});

afterEach(async () => {
  await fake.close();
  await endpoint.close();
  fake.http.assertClean();
});

async function post(path: string, body: string): Promise<unknown> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  return (await fetch(fake.http.url + path, { method: "POST", headers, body })).json();
}

async function pay(receiver: string): Promise<void> {
  const amount = { value: "1.00", currency: "USD" };
  const body = {
    sender_batch_header: { sender_batch_id: receiver },
    items: [{ amount, receiver }],
  };
  await post("/v1/payments/payouts", JSON.stringify(body));
  clock.advance(5000);
}

/** What a receiver sends to have a delivery verified: the event byte for byte. */
function question({ headers, raw }: CapturedRequest, change: Record<string, string> = {}): string {
  const parts = {
    auth_algo: headers["paypal-auth-algo"],
    cert_url: headers["paypal-cert-url"],
    transmission_id: headers["paypal-transmission-id"],
    transmission_sig: headers["paypal-transmission-sig"],
    transmission_time: headers["paypal-transmission-time"],
    webhook_id: fake.subscription.webhookId,
    ...change,
  };
  return `${JSON.stringify(parts).slice(0, -1)},"webhook_event":${raw.toString()}}`;
}

async function verify(body: string): Promise<unknown> {
  const reply = await post("/v1/notifications/verify-webhook-signature", body);
  return (reply as { verification_status: unknown }).verification_status;
}

function first(): CapturedRequest {
  const [request] = endpoint.requests;
  if (!request) throw new Error("nothing arrived");
  return request;
}

it("tells the life of batches and items", async () => {
  for (const word of [
    "success",
    "unclaimed",
    "failed",
    "onhold",
    "blocked",
    "denied",
    "reversed",
  ]) {
    await pay(`${word}@example.com`);
  }
  const types = fake.webhooks.queue.map(({ type }) => type.replace("PAYMENT.PAYOUTS", ""));
  expect(types).toEqual([
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.SUCCEEDED",
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.UNCLAIMED",
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.FAILED",
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.HELD",
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.BLOCKED",
    "BATCH.PROCESSING",
    "BATCH.DENIED",
    "-ITEM.DENIED",
    "BATCH.PROCESSING",
    "BATCH.SUCCESS",
    "-ITEM.SUCCEEDED",
  ]);
  await fake.webhooks.deliverAll();
  const [payouts, webhooks] = ["paypal-payouts", "paypal-webhooks"].map((name) =>
    PublishedApi.load(name),
  );
  for (const { body } of endpoint.requests) {
    const event = body as { resource_type: string; resource: { batch_header: unknown } };
    expect(webhooks?.checkSchema("event", event) ?? []).toEqual([]);
    const found =
      event.resource_type === "payouts"
        ? payouts?.checkSchema("payout_batch_header", event.resource.batch_header)
        : payouts?.checkSchema("payout_item-2", event.resource);
    expect(found ?? []).toEqual([]);
  }
});

it("tells by which way an item came back: cancelled, or not claimed in time", async () => {
  await pay("unclaimed@example.com");
  const item = fake.batches.all[0]?.items[0]?.id ?? "";
  fake.webhooks.drop("all");
  await post(`/v1/payments/payouts-item/${item}/cancel`, "");
  await pay("unclaimed.2@example.com");
  clock.advance(30 * 24 * 60 * 60_000);
  const items = fake.webhooks.queue.filter(({ type }) => type.includes("ITEM"));
  expect(items.map(({ type }) => type.split(".").at(-1))).toEqual([
    "CANCELED",
    "UNCLAIMED",
    "RETURNED",
  ]);
});

it("verifies its own deliveries, and nothing that was changed", async () => {
  await pay("success@example.com");
  await fake.webhooks.deliver("PAYMENT.PAYOUTS-ITEM.SUCCEEDED");
  const request = first();
  expect(await verify(question(request))).toBe("SUCCESS");
  const raw = Buffer.from(request.raw.toString().replace("SUCCESS", "FAILED"));
  expect(await verify(question({ ...request, raw }))).toBe("FAILURE");
  for (const change of [
    { transmission_id: "other-id" },
    { transmission_time: "2026-01-15T12:00:59Z" },
    { webhook_id: "OTHER" },
    { cert_url: "https://example.com/v1/notifications/certs/CERT-1" },
    { transmission_sig: "AAAA" },
  ]) {
    expect(await verify(question(request, change))).toBe("FAILURE");
  }
});

it("wants the event's own bytes: what is parsed and written anew is another text", async () => {
  await pay("success@example.com");
  await fake.webhooks.deliver();
  const request = first();
  const raw = Buffer.from(JSON.stringify(JSON.parse(request.raw.toString()), null, 1));
  expect(await verify(question({ ...request, raw }))).toBe("FAILURE");
});

it("keeps the transmission's id over retries", async () => {
  await pay("success@example.com");
  fake.webhooks.drop("PAYMENT.PAYOUTSBATCH.PROCESSING");
  endpoint.faults.next({}, { kind: "status-500-before-act" });
  await fake.webhooks.deliver();
  clock.advance(60_000);
  await fake.webhooks.deliverAll();
  const ids = endpoint.requests.map(({ headers }) => headers["paypal-transmission-id"]);
  expect(ids[0]).toBe(ids[2]);
  expect(ids[0]).not.toBe(ids[1]);
  expect(await verify(question(endpoint.requests[2] ?? first()))).toBe("SUCCESS");
});

it("cuts a member out of a text as it stands there", () => {
  const raw = '{ "a" : "}\\"," , "b":[1,{"c":"]"}] ,"d": 1.50,"e":{"d":{} } }';
  expect(rawMember(raw, "a")).toBe('"}\\","');
  expect(rawMember(raw, "b")).toBe('[1,{"c":"]"}]');
  expect(rawMember(raw, "d")).toBe("1.50");
  expect(rawMember(raw, "e")).toBe('{"d":{} }');
  expect(rawMember(raw, "f")).toBeUndefined();
  expect(rawMember("[]", "a")).toBeUndefined();
});
