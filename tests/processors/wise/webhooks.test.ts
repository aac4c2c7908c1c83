import { verify } from "node:crypto";
import { createServer, type IncomingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { openWiseFake, type WiseFake } from "./fake.ts";
import { call, fund, newTransfer } from "./plain-client.ts";

interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly raw: Buffer;
}

let fake: WiseFake;
let endpoint: Server;
let received: Received[];

beforeEach(async () => {
  fake = await openWiseFake();
  received = [];
  endpoint = createServer(async (request, response) => {
    received.push({ headers: request.headers, raw: Buffer.concat(await request.toArray()) });
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

function bodies(): { data: Record<string, string> }[] {
  return received.map(({ raw }) => JSON.parse(raw.toString()));
}

test("every delivery is signed over its raw bytes and has an id", async () => {
  const id = await newTransfer(fake);
  await fund(fake, id);
  fake.settle(id);
  await fake.webhooks.deliverAll();
  expect(received).toHaveLength(4);
  for (const { headers, raw } of received) {
    const signature = Buffer.from(String(headers["x-signature-sha256"]), "base64");
    expect(verify("sha256", raw, fake.webhookPublicKey, signature)).toBe(true);
    const changed = Buffer.concat([raw, Buffer.from(" ")]);
    expect(verify("sha256", changed, fake.webhookPublicKey, signature)).toBe(false);
  }
  expect(new Set(received.map(({ headers }) => headers["x-delivery-id"])).size).toBe(4);
});

test("a state change is as the document says, in both versions", async () => {
  const api = PublishedApi.load("wise");
  for (const version of ["2.0.0", "4.0.0"]) {
    await call(fake, "POST", `/v3/profiles/${fake.profile}/subscriptions`, {
      name: version,
      trigger_on: "transfers#state-change",
      delivery: { version, url: "http://127.0.0.1:1/unused" },
    });
  }
  const id = await newTransfer(fake);
  await fake.webhooks.deliverAll();
  for (const body of bodies()) {
    expect(api?.checkWebhook("transfers#state-change", body) ?? []).toEqual([]);
  }
  expect(bodies()).toMatchObject([
    {
      schema_version: "2.0.0",
      data: {
        resource: { type: "transfer", id, profile_id: fake.profile },
        current_state: "incoming_payment_waiting",
        previous_state: null,
        occurred_at: "2026-01-15T12:00:00Z",
      },
    },
    { schema_version: "4.0.0", data: { occurred_at: "2026-01-15T12:00:00.000Z" } },
  ]);
});

test("a payout failure and a refund tell reason and amount", async () => {
  const id = await newTransfer(fake);
  await fund(fake, id);
  fake.settle(id);
  fake.fail(id, "WRONG_ACCOUNT_NUMBER");
  fake.refund(id);
  await fake.webhooks.deliver("transfers#payout-failure");
  await fake.webhooks.deliver("transfers#refund");
  expect(bodies()).toMatchObject([
    {
      data: {
        transfer_id: id,
        failure_reason_code: "WRONG_ACCOUNT_NUMBER",
        occurred_at: "2026-01-15T12:00:00.000+00:00",
      },
    },
    { data: { resource: { id, refund_amount: 100, refund_currency: "GBP" } } },
  ]);
  expect(received[1]?.raw.toString()).toContain('"refund_amount":100.00');
});

test("a payout failure need not change the status", async () => {
  const id = await newTransfer(fake);
  await fund(fake, id);
  fake.settle(id);
  fake.payoutFailure(id, "MANDATE_NOT_FILLED_IN");
  expect(fake.transfers.get(id).status).toBe("outgoing_payment_sent");
});

describe("the order", () => {
  test("of arrival can be turned; occurred_at tells the true one", async () => {
    const clock = fake.clock as ManualClock;
    const id = await newTransfer(fake);
    clock.advance(1_000);
    await fund(fake, id);
    clock.advance(1_000);
    fake.move(id, "funds_converted");
    fake.webhooks.duplicate();
    fake.webhooks.reorder();
    await fake.webhooks.deliverAll();
    const [copy, ...rest] = received;
    expect(copy?.headers["x-delivery-id"]).toBe(rest.at(-1)?.headers["x-delivery-id"]);
    const times = bodies().map(({ data }) => data["occurred_at"]);
    expect(times.slice(1)).toEqual(times.slice(1).toSorted().toReversed());
  });

  test("holds a step back, and a step that is told late", async () => {
    const id = await newTransfer(fake);
    await fund(fake, id);
    const before = fake.clock.now();
    (fake.clock as ManualClock).advance(5_000);
    fake.move(id, "funds_converted");
    fake.move(id, "processing", before);
    const last = JSON.parse(fake.webhooks.queue.at(-1)?.raw.toString() ?? "{}");
    expect(last.data).toMatchObject({
      current_state: "processing",
      previous_state: "funds_converted",
      occurred_at: "2026-01-15T12:00:00Z",
    });
  });
});
