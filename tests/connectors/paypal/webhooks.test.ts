import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type {
  OpenAccount,
  Webhook,
  WebhookEvent,
  WebhookMessage,
} from "../../../src/connectors/connector.ts";
import { Course, DAY, openRig, type Rig, TOKEN, to, VERIFY } from "./rig.ts";

/** What the fake's webhooks bring to a listener. */
async function listen({ fake }: Rig): Promise<WebhookMessage[]> {
  const messages: WebhookMessage[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    const receivedAt = fake.http.clock.now();
    messages.push({
      headers,
      body: Buffer.concat(chunks),
      receivedAt,
      signal: new AbortController().signal,
    });
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  fake.webhooks.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  return messages;
}

function webhookOf({ module }: Rig): Webhook {
  if (module.webhook === undefined) throw new Error("no webhook");
  return module.webhook;
}

/** What is told of a payout until PayPal has got to its end. */
async function told(word: string) {
  const rig = await openRig();
  const messages = await listen(rig);
  const course = new Course(rig, { method: to(word) });
  await course.settled();
  return { rig, messages, course };
}

/** One message of the item. */
async function one(word = "success") {
  const { rig, messages, course } = await told(word);
  await rig.fake.webhooks.deliverAll();
  const message = messages.at(-1);
  if (message === undefined) throw new Error("no message");
  const verify = (change: Partial<WebhookMessage> = {}, account: OpenAccount = rig.account) =>
    webhookOf(rig).verify({ ...message, ...change }, account);
  const withHeader = (name: string, value: string) =>
    verify({ headers: { ...message.headers, [`paypal-${name}`]: value } });
  return { rig, course, message, verify, withHeader };
}

/** The events of verified messages. */
async function read(rig: Rig, messages: WebhookMessage[]): Promise<readonly WebhookEvent[]> {
  await rig.fake.webhooks.deliverAll();
  const events: WebhookEvent[] = [];
  for (const message of messages.splice(0)) {
    expect(await webhookOf(rig).verify(message, rig.account)).toBe(true);
    const reading = webhookOf(rig).parse(message, rig.account);
    if (reading.kind === "unreadable") throw new Error("unreadable");
    events.push(...reading.events);
  }
  return events;
}

describe("events", () => {
  it.each([
    ["success", "SUCCESS"],
    ["onhold", "PENDING"],
    ["unclaimed", "REQUIRES_PAYOUT_METHOD_DATA"],
    ["failed", "FAILED"],
    ["blocked", "FAILED"],
    ["denied", "FAILED"],
  ])("of an item that is %s tell what a look-up tells", async (word, status) => {
    const { rig, messages, course } = await told(word);
    const events = await read(rig, messages);
    // Two of the batch, which are hints, and one of the item.
    expect(events.map(({ state }) => state?.status ?? null)).toEqual([null, null, status]);
    for (const { about } of events) expect(about).toEqual({ processorKey: course.keys["payout"] });
    expect(events[2]?.state).toEqual(await course.state());
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it("tell what a look-up cannot: that the sender has cancelled an item", async () => {
    const { rig, messages, course } = await told("unclaimed");
    await read(rig, messages);
    rig.clock.advance(DAY);
    await course.void();
    const [event] = await read(rig, messages);
    expect(event?.state).toMatchObject({ status: "CANCELLED", rawStatus: "RETURNED" });
    expect(event?.state).not.toHaveProperty("error");
    expect(await course.state()).toMatchObject({ status: "REVERSED" });
  });

  it("do not tell why an item came back by itself: it is looked up", async () => {
    const { rig, messages, course } = await told("unclaimed");
    await read(rig, messages);
    rig.clock.advance(30 * DAY);
    const [event] = await read(rig, messages);
    expect(event).toMatchObject({ about: { processorKey: course.keys["payout"] }, state: null });
    expect(await course.state()).toMatchObject({ status: "EXPIRED" });
  });

  it("in any order have the same latest state, and twice the same id", async () => {
    const { rig, messages, course } = await told("onhold");
    rig.clock.advance(1_000);
    rig.fake.become(course.idOf("item"), "UNCLAIMED");
    rig.clock.advance(1_000);
    rig.fake.become(course.idOf("item"), "SUCCESS");
    rig.fake.webhooks.duplicate("PAYMENT.PAYOUTS-ITEM.SUCCEEDED");
    rig.fake.webhooks.reorder();
    const states = (await read(rig, messages)).filter(({ state }) => state !== null);
    expect(states.map(({ state }) => state?.status)).toEqual([
      "SUCCESS",
      "SUCCESS",
      "REQUIRES_PAYOUT_METHOD_DATA",
      "PENDING",
    ]);
    expect(new Set(states.map(({ eventId }) => eventId)).size).toBe(3);
    const sequences = states.map(({ state }) => state?.sequence ?? 0);
    expect(sequences).toEqual(sequences.toSorted((a, b) => b - a));
  });

  it("without our key are found by the batch's id", async () => {
    const { rig, message, course } = await one();
    const text = Buffer.from(message.body).toString();
    const body = Buffer.from(text.replace(/"sender_batch_id":"[^"]*",/, ""));
    expect(webhookOf(rig).parse({ ...message, body }, rig.account)).toMatchObject({
      events: [{ about: { reference: { kind: "batch", id: course.batch.id } } }],
    });
  });

  it("of anything else are about nothing of ours", async () => {
    const rig = await openRig();
    const body = Buffer.from('{"id":"WH-1","event_type":"PAYMENT.SALE.COMPLETED","resource":{}}');
    const message = { headers: {}, body, receivedAt: 0, signal: new AbortController().signal };
    expect(webhookOf(rig).parse(message, rig.account)).toEqual({
      kind: "events",
      events: [{ eventId: "WH-1", about: null, state: null }],
    });
  });

  it.each([
    "",
    "[]",
    "no json",
    "{}",
    '{"id":"WH-1"}',
    '{"event_type":"PAYMENT.PAYOUTS-ITEM.FAILED"}',
    '{"id":"WH-1","event_type":"PAYMENT.PAYOUTS-ITEM.FAILED","resource":{}}',
    '{"id":"WH-1","event_type":"PAYMENT.PAYOUTS-ITEM.FAILED","resource":{"payout_item_id":"I"}}',
  ])("that cannot be read are kept for people (%s)", async (text) => {
    const rig = await openRig();
    const message = {
      headers: {},
      body: Buffer.from(text),
      receivedAt: 0,
      signal: new AbortController().signal,
    };
    expect(webhookOf(rig).parse(message, rig.account)).toEqual({ kind: "unreadable" });
  });
});

describe("a message is PayPal's only", () => {
  it("with its signature over the very bytes", async () => {
    const { message, verify } = await one();
    expect(await verify()).toBe(true);
    const text = Buffer.from(message.body).toString();
    for (const changed of [
      text.replace("SUCCESS", "FAILED"),
      `${text} `,
      ` ${text}`,
      JSON.stringify(JSON.parse(text), null, 1),
      `\uFEFF${text}`,
    ]) {
      expect(await verify({ body: Buffer.from(changed) })).toBe(false);
    }
  });

  it("with any bytes as they are, which are not written anew", async () => {
    const { rig } = await one();
    const messages = await listen(rig);
    const body = '{"id": "WH-9" ,\n"n":1.50, "x":"\\u00e9\\/é😀", "id":"WH-8"}';
    rig.fake.webhooks.enqueue({ id: "WH-9", type: "X", body, note: { transmission: "t-1" } });
    await rig.fake.webhooks.deliverAll();
    const [message] = messages;
    if (message === undefined) throw new Error("no message");
    expect(await webhookOf(rig).verify(message, rig.account)).toBe(true);
    expect(rig.fake.http.requestsTo("POST", VERIFY).at(-1)?.raw.toString()).toContain(body);
  });

  it("when its body is one JSON object, which cannot change what is asked", async () => {
    const { rig, message, verify } = await one();
    const before = rig.count("POST", VERIFY);
    const text = Buffer.from(message.body).toString();
    for (const body of [
      `${text},"webhook_id":"OTHER"`,
      `${text}}`,
      "",
      "null",
      "[]",
      Buffer.concat([Buffer.from(text.slice(0, -1)), Buffer.from([0xff, 0x7d])]),
    ]) {
      expect(await verify({ body: Buffer.from(body) })).toBe(false);
    }
    expect(rig.count("POST", VERIFY)).toBe(before);
  });

  it.each([
    ["cert-url", "https://example.com/v1/notifications/certs/CERT-1"],
    ["cert-url", "http://api.paypal.com/v1/notifications/certs/CERT-1"],
    ["cert-url", "https://api.paypal.com.example.com/v1/notifications/certs/CERT-1"],
    ["cert-url", "https://api.paypal.com@example.com/CERT-1"],
    ["cert-url", "https://example.com/?https://api.paypal.com/CERT-1"],
    ["cert-url", "https://example.com\\.paypal.com/CERT-1"],
    ["cert-url", "https://notpaypal.com/CERT-1"],
    ["cert-url", "https://api.paypal.com:8443/CERT-1"],
    ["cert-url", ""],
    ["auth-algo", "MD5withRSA"],
    ["auth-algo", ""],
    ["transmission-id", ""],
    ["transmission-id", "a b"],
    ["transmission-id", "x".repeat(51)],
    ["transmission-sig", ""],
    ["transmission-sig", "no base64!"],
    ["transmission-sig", "A".repeat(100_000)],
    ["transmission-time", ""],
    ["transmission-time", "soon"],
    ["transmission-time", "2026"],
  ])("when %s is not %s, and nothing is asked", async (name, value) => {
    const { rig, withHeader } = await one();
    expect(await withHeader(name, value)).toBe(false);
    expect(rig.count("POST", VERIFY)).toBe(0);
    expect(rig.fake.batches.all).toHaveLength(1);
  });

  it.each([
    ["cert-url", "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-2"],
    ["transmission-id", "other"],
    ["transmission-time", "2026-01-15T12:00:59Z"],
    ["transmission-sig", Buffer.alloc(256, 1).toString("base64")],
  ])("when PayPal says so of its %s", async (name, value) => {
    const { rig, withHeader } = await one();
    expect(await withHeader(name, value)).toBe(false);
    expect(rig.count("POST", VERIFY)).toBe(1);
  });

  it("when it is not too old, and not of tomorrow", async () => {
    const { message, verify } = await one();
    const at = (ms: number) => verify({ receivedAt: message.receivedAt + ms });
    expect(await at(3 * DAY)).toBe(true);
    expect(await at(3 * DAY + 3_600_001)).toBe(false);
    expect(await at(-300_000)).toBe(true);
    expect(await at(-300_001)).toBe(false);
  });

  it("by one of the webhooks that the account has", async () => {
    const { rig, verify } = await one();
    const { webhookId } = rig.fake.subscription;
    const withIds = (webhook_id: string) =>
      verify({}, { ...rig.account, settings: { ...rig.account.settings, webhook_id } });
    expect(await withIds(`OTHER, ${webhookId}`)).toBe(true);
    expect(await withIds(`${webhookId},OTHER`)).toBe(true);
    expect(await withIds("OTHER")).toBe(false);
    const before = rig.count("POST", VERIFY);
    for (const none of ["", " ", ",", `${webhookId},`, "A,B,C,D,E", '"}']) {
      expect(await withIds(none)).toBe(false);
    }
    expect(rig.count("POST", VERIFY)).toBe(before);
  });
});

it.each([
  [VERIFY, "status-500-before-act"],
  [VERIFY, "reset-after-read"],
  [VERIFY, "half-body"],
  [VERIFY, "empty-2xx"],
  [TOKEN, "status-500-before-act"],
] as const)("a message that PayPal cannot be asked of is neither (%s, %s)", async (path, kind) => {
  const { rig, verify } = await one();
  if (path === TOKEN) rig.clock.advance(DAY);
  rig.fake.http.faults.next({ method: "POST", path }, { kind });
  await expect(verify()).rejects.toThrow("could not be asked");
  expect(rig.fake.http.faults.left).toBe(0);
  expect(await verify()).toBe(true);
});
