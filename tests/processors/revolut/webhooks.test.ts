import { createHmac } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { openRevolutFake, type RevolutFake } from "./fake.ts";
import { type Call, linkOf, login, paymentTo } from "./plain-client.ts";

let fake: RevolutFake;
let call: Call;
let endpoint: Server;
let received: { readonly headers: IncomingHttpHeaders; readonly raw: string }[];

beforeEach(async () => {
  fake = await openRevolutFake();
  call = await login(fake);
  received = [];
  endpoint = createServer(async (request, response) => {
    const raw = Buffer.concat(await request.toArray()).toString();
    received.push({ headers: request.headers, raw });
    response.end();
  });
  await new Promise<void>((resolve) => endpoint.listen(0, "127.0.0.1", resolve));
  fake.webhooks.url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}/hook`;
});
afterEach(async () => {
  await fake.close();
  endpoint.closeAllConnections();
  await new Promise((resolve) => endpoint.close(resolve));
});

function signatureOf(secret: string, at = 0): string {
  const { headers, raw } = received[at] ?? { headers: {}, raw: "" };
  const signed = `v1.${String(headers["revolut-request-timestamp"])}.${raw}`;
  return `v1=${createHmac("sha256", secret).update(signed).digest("hex")}`;
}

function eventsOf(): { event: string; data: Record<string, unknown> }[] {
  return received.map(({ raw }) => JSON.parse(raw));
}

async function pay(): Promise<string> {
  const paid = await call("POST", "/1.0/pay", await paymentTo(fake, call));
  return String(paid.body["id"]);
}

test("a payment is told whole, its changes by their states; both are signed", async () => {
  const id = await pay();
  fake.fail(id, "account_closed");
  await fake.webhooks.deliverAll();
  const [created, changed] = eventsOf();
  expect(created).toMatchObject({ event: "TransactionCreated", data: { id, state: "pending" } });
  expect(created?.data["legs"]).toHaveLength(1);
  const api = PublishedApi.load("revolut-business");
  expect(api?.checkSchema("Transaction", created?.data) ?? []).toEqual([]);
  expect(changed).toMatchObject({
    event: "TransactionStateChanged",
    timestamp: "2026-01-15T12:00:00.000000Z",
    data: { id, request_id: "payout-1", old_state: "pending", new_state: "failed" },
  });
  for (const [at, { headers }] of received.entries()) {
    expect(headers["revolut-request-timestamp"]).toBe(String(fake.clock.now()));
    expect(headers["revolut-signature"]).toBe(signatureOf(fake.hooks.secretOf(), at));
  }
});

test("a link is told too", async () => {
  const made = await call("POST", "/1.0/payout-links", linkOf(fake));
  await call("POST", `/1.0/payout-links/${String(made.body["id"])}/cancel`);
  await fake.webhooks.deliverAll();
  expect(eventsOf()).toMatchObject([
    { event: "PayoutLinkCreated", data: { id: made.body["id"], state: "active" } },
    { event: "PayoutLinkStateChanged", data: { old_state: "active", new_state: "cancelled" } },
  ]);
});

test("a retry is signed for its own time, over the same bytes; there is no id of a delivery", async () => {
  await pay();
  fake.webhooks.duplicate();
  await fake.webhooks.deliver();
  (fake.clock as ManualClock).advance(10 * 60_000);
  await fake.webhooks.deliver();
  const [first, second] = received;
  expect(second?.raw).toBe(first?.raw);
  expect(second?.headers["revolut-signature"]).not.toBe(first?.headers["revolut-signature"]);
  expect(second?.headers["revolut-signature"]).toBe(signatureOf(fake.hooks.secretOf(), 1));
});

test("changes can arrive in the wrong order", async () => {
  const id = await pay();
  fake.complete(id);
  fake.webhooks.reorder();
  await fake.webhooks.deliverAll();
  expect(eventsOf().map(({ event }) => event)).toEqual([
    "TransactionStateChanged",
    "TransactionCreated",
  ]);
});

describe("a registration", () => {
  const register = (events?: string[]) =>
    call("POST", "/2.0/webhooks", {
      url: "https://hooks.example.test/",
      ...(events ? { events } : {}),
    });

  test("is made, read, changed, and removed", async () => {
    const made = await register();
    expect(made.body).toMatchObject({ events: ["TransactionCreated", "TransactionStateChanged"] });
    const path = `/2.0/webhooks/${String(made.body["id"])}`;
    expect((await call("GET", path)).body).toEqual(made.body);
    const changed = await call("PATCH", path, { events: ["PayoutLinkCreated"] });
    expect(changed.body["events"]).toEqual(["PayoutLinkCreated"]);
    expect((await call("GET", "/2.0/webhooks")).body).toEqual([changed.body]);
    await pay();
    expect(fake.webhooks.queue).toEqual([]);
    expect((await call("DELETE", path)).status).toBe(204);
    expect((await call("GET", path)).body["code"]).toBe(3040);
    fake.http.assertClean();
  });

  test("signs with old and new secret while the rotation lasts", async () => {
    const made = await register();
    const id = String(made.body["id"]);
    const old = String(made.body["signing_secret"]);
    const rotated = await call("POST", `/2.0/webhooks/${id}/rotate-signing-secret`, {
      expiration_period: "PT5H30M",
    });
    const fresh = String(rotated.body["signing_secret"]);
    expect(fresh).not.toBe(old);
    await pay();
    fake.webhooks.duplicate();
    await fake.webhooks.deliver();
    expect(received[0]?.headers["revolut-signature"]).toBe(
      `${signatureOf(old)},${signatureOf(fresh)}`,
    );
    (fake.clock as ManualClock).advance(5.5 * 3_600_000);
    await fake.webhooks.deliver();
    expect(received[1]?.headers["revolut-signature"]).toBe(signatureOf(fresh, 1));
    fake.http.assertClean();
  });

  test("has at most three living secrets, and at most ten exist", async () => {
    const { body } = await register();
    const path = `/2.0/webhooks/${String(body["id"])}/rotate-signing-secret`;
    const rotate = () => call("POST", path, { expiration_period: "P7D" });
    expect([await rotate(), await rotate()].map(({ status }) => status)).toEqual([200, 200]);
    expect((await rotate()).body["code"]).toBe(3355);
    expect((await call("POST", path, {})).status).toBe(200);
    for (let count = 1; count < 10; count += 1) await register();
    expect((await register()).body["code"]).toBe(3352);
    fake.http.assertClean();
  });
});
