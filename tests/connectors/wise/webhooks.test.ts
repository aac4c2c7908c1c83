import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Webhook, WebhookMessage } from "../../../src/connectors/connector.ts";
import { newSigningKey } from "../../processors/wise/signature.ts";
import { Course, openRig, type Rig } from "./rig.ts";

/** What the fake's webhooks bring to a listener. */
async function listen({ fake }: Rig): Promise<WebhookMessage[]> {
  const messages: WebhookMessage[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    messages.push({
      headers,
      body: Buffer.concat(chunks),
      receivedAt: fake.clock.now(),
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

/** The events of verified messages, as whoever takes them in sees them. */
function read(rig: Rig, messages: readonly WebhookMessage[]) {
  return messages.flatMap((message) => {
    expect(webhookOf(rig).verify(message, rig.account)).toBe(true);
    const reading = webhookOf(rig).parse(message, rig.account);
    if (reading.kind === "unreadable") throw new Error("unreadable");
    return reading.events;
  });
}

async function funded() {
  const rig = await openRig();
  const messages = await listen(rig);
  const course = new Course(rig);
  await course.go("quote", "account", "transfer", "fund");
  return { rig, messages, course, id: course.transfer.id };
}

describe("events", () => {
  it("tell each state with its time, or that it has to be looked up", async () => {
    const { rig, messages, id } = await funded();
    for (const word of ["funds_converted", "outgoing_payment_sent"]) {
      rig.clock.advance(1_000);
      rig.fake.move(id, word);
    }
    rig.fake.fail(id);
    rig.fake.refund(id);
    await rig.fake.webhooks.deliverAll();
    const events = read(rig, messages);
    expect(events.map(({ state }) => state?.status ?? null)).toEqual([
      null, // incoming_payment_waiting: funded or not, held or not
      "PENDING",
      "PENDING",
      "SUCCESS",
      null, // payout-failure: the status may stay
      "PENDING", // bounced_back
      "PENDING", // processing
      null, // cancelled: funded or not
      "REVERSED",
      null, // refund
    ]);
    const about = { reference: { kind: "transfer", id: String(id) } };
    for (const event of events) expect(event.about).toEqual(about);
    expect(events[3]?.state).toMatchObject({
      rawStatus: "outgoing_payment_sent",
      sequence: Date.UTC(2026, 0, 15, 12, 0, 2),
      connectorPayoutId: String(id),
    });
    expect(events[8]?.state?.error).toMatchObject({ reason: "RETURNED" });
    rig.fake.http.assertClean();
  });

  it("that come twice have one id, and in any order the same latest state", async () => {
    const { rig, messages, id } = await funded();
    for (const word of ["funds_converted", "outgoing_payment_sent"]) {
      rig.clock.advance(1_000);
      rig.fake.move(id, word);
    }
    rig.fake.webhooks.duplicate();
    rig.fake.webhooks.reorder();
    await rig.fake.webhooks.deliverAll();
    const events = read(rig, messages);
    expect(events).toHaveLength(5);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(4);
    const latest = events.toSorted((a, b) => (a.state?.sequence ?? 0) - (b.state?.sequence ?? 0));
    expect(latest.at(-1)?.state?.status).toBe("SUCCESS");
  });

  it("of an unknown word do not say whether anybody has paid: it is looked up", async () => {
    const { rig, messages, id } = await funded();
    rig.fake.move(id, "a_new_word");
    await rig.fake.webhooks.deliverAll();
    expect(read(rig, messages).at(-1)?.state).toBeNull();
  });
});

describe("a message", () => {
  it("is the processor's only with its signature over the very bytes", async () => {
    const { rig, messages } = await funded();
    await rig.fake.webhooks.deliverAll();
    const [message] = messages;
    if (message === undefined) throw new Error("no message");
    const { verify } = webhookOf(rig);
    const withKey = (webhook_public_key: string) => ({
      ...rig.account,
      settings: { ...rig.account.settings, webhook_public_key },
    });
    expect(verify(message, rig.account)).toBe(true);
    const forged = (change: Partial<WebhookMessage>) =>
      verify({ ...message, ...change }, rig.account);
    expect(forged({ body: Buffer.concat([message.body, Buffer.from(" ")]) })).toBe(false);
    expect(forged({ headers: {} })).toBe(false);
    expect(forged({ headers: { "x-signature-sha256": "" } })).toBe(false);
    expect(forged({ headers: { "x-signature-sha256": "A".repeat(100_000) } })).toBe(false);
    expect(verify(message, withKey(newSigningKey().publicPem))).toBe(false);
    expect(verify(message, withKey(""))).toBe(false);
    expect(
      verify(message, withKey("-----BEGIN PUBLIC KEY-----\nAA\n-----END PUBLIC KEY-----")),
    ).toBe(false);
    // During a rotation two keys are good; environments write line breaks as they can.
    const both = newSigningKey().publicPem + rig.fake.webhookPublicKey;
    expect(verify(message, withKey(both))).toBe(true);
    expect(verify(message, withKey(both.replaceAll("\n", "\\n")))).toBe(true);
  });

  it("of another profile, or of another kind, is about nothing of ours", async () => {
    const { rig, messages } = await funded();
    await rig.fake.webhooks.deliverAll();
    const [message] = messages;
    if (message === undefined) throw new Error("no message");
    const { parse } = webhookOf(rig);
    const settings = { ...rig.account.settings, profile_id: "999" };
    expect(parse(message, { ...rig.account, settings })).toEqual({ kind: "events", events: [] });
    const body = Buffer.from('{"event_type":"balances#credit","data":{}}');
    expect(parse({ ...message, body }, rig.account)).toEqual({ kind: "events", events: [] });
  });

  it.each(["", "[]", "no json", "{}", '{"event_type":"transfers#state-change","data":{}}'])(
    "that cannot be read is kept for people (%s)",
    async (text) => {
      const rig = await openRig();
      const message = {
        headers: {},
        body: Buffer.from(text),
        receivedAt: 0,
        signal: new AbortController().signal,
      };
      expect(webhookOf(rig).parse(message, rig.account)).toEqual({ kind: "unreadable" });
    },
  );

  it("without a time that can be read is looked up", async () => {
    const rig = await openRig();
    const body = Buffer.from(
      '{"event_type":"transfers#state-change","data":{"resource":{"id":9007199254740993},"current_state":"processing","occurred_at":"soon"}}',
    );
    const reading = webhookOf(rig).parse(
      { headers: {}, body, receivedAt: 0, signal: new AbortController().signal },
      rig.account,
    );
    expect(reading).toMatchObject({
      events: [{ about: { reference: { id: "9007199254740993" } }, state: null }],
    });
  });
});
