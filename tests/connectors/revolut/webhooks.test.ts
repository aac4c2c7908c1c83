import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Webhook, WebhookMessage } from "../../../src/connectors/connector.ts";
import { Course, linkInstruction, onlyPayment, openRig, type Rig } from "./rig.ts";

/** What the fake's webhooks bring to a listener. */
async function listen({ fake }: Rig): Promise<WebhookMessage[]> {
  const messages: WebhookMessage[] = [];
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await request.toArray());
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, String(value)]),
    );
    messages.push({
      headers,
      body,
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

async function paid(start?: string) {
  const rig = await openRig();
  const messages = await listen(rig);
  const course = new Course(rig);
  if (start !== undefined) rig.fake.next(start);
  await course.create();
  return { rig, messages, course, id: onlyPayment(rig).id };
}

describe("a message", () => {
  it("tells a new payment whole, and of a change that there was one", async () => {
    const { rig, messages, course, id } = await paid();
    rig.clock.advance(1_000);
    rig.fake.complete(id);
    rig.fake.revert(id);
    await rig.fake.webhooks.deliverAll();
    const events = read(rig, messages);
    const about = { processorKey: course.keys["pay"] };
    expect(events).toMatchObject([
      {
        about,
        state: {
          status: "PENDING",
          connectorPayoutId: id,
          destinationAmount: { minorAmount: 1_234n, currency: "EUR" },
          sequence: rig.clock.now() - 1_000,
        },
      },
      // Neither the reason nor a time that the payment itself has.
      { about, state: null },
      { about, state: null },
    ]);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it("of a payment that was declined at once has it looked up, for the reason", async () => {
    const { rig, messages, course } = await paid("declined");
    await rig.fake.webhooks.deliverAll();
    const about = { processorKey: course.keys["pay"] };
    expect(read(rig, messages)).toMatchObject([{ about, state: null }]);
  });

  it("that comes again is the same event", async () => {
    const { rig, messages } = await paid();
    rig.fake.webhooks.duplicate();
    await rig.fake.webhooks.deliver();
    rig.clock.advance(3_600_000);
    await rig.fake.webhooks.deliver();
    const [first, again] = read(rig, messages);
    expect(again?.eventId).toBe(first?.eventId);
  });

  it("tells a new link whole, and of a change that there was one", async () => {
    const rig = await openRig();
    const messages = await listen(rig);
    const course = new Course(rig, linkInstruction());
    const state = await course.go(course.plan("link"));
    const [link] = rig.fake.links.newestFirst();
    if (link === undefined) throw new Error("no link");
    rig.fake.links.move(link, "expired");
    await rig.fake.webhooks.deliverAll();
    const about = { processorKey: course.keys["payout_link"] };
    expect(read(rig, messages)).toMatchObject([
      { about, state },
      { about, state: null },
    ]);
  });

  it("of a link without our key names it by its id", async () => {
    const { rig, messages } = await paid();
    rig.fake.webhooks.queue = [];
    const data = { id: "link-1", old_state: "active", new_state: "processing" };
    const body = { event: "PayoutLinkStateChanged", timestamp: "2026-01-15T12:00:00Z", data };
    rig.fake.webhooks.enqueue({ id: "1", type: "PayoutLinkStateChanged", body });
    await rig.fake.webhooks.deliverAll();
    const about = { reference: { kind: "payout_link", id: "link-1" } };
    expect(read(rig, messages)).toMatchObject([{ about, state: null }]);
  });

  it("of anything else is no news of a payout", async () => {
    const { rig, messages } = await paid();
    rig.fake.webhooks.queue = [];
    const body = { event: "SomethingCreated", timestamp: "2026-01-15T12:00:00Z", data: {} };
    rig.fake.webhooks.enqueue({ id: "1", type: "SomethingCreated", body });
    await rig.fake.webhooks.deliverAll();
    expect(read(rig, messages)).toEqual([]);
  });
});

describe("what a message may hold", () => {
  const parse = async (body: unknown) => {
    const rig = await openRig();
    const bytes = Buffer.from(typeof body === "string" ? body : JSON.stringify(body));
    const message = {
      headers: {},
      body: bytes,
      receivedAt: 0,
      signal: new AbortController().signal,
    };
    return webhookOf(rig).parse(message, rig.account);
  };
  const event = "TransactionStateChanged";

  it.each([
    [{ event, data: { type: "card_payment", request_id: "REVP:1" } }],
    [{ event: "TransactionCreated", data: { type: "topup", request_id: "k", id: "t" } }],
    // Longer than any key of ours.
    [{ event, data: { id: "t", request_id: `app_charges-${"9".repeat(36)}` } }],
    [{ event: "NewKindOfEvent", data: { id: "t", request_id: "k" } }],
  ])("of others' transactions nothing is taken: %j", async (body) => {
    expect(await parse(body)).toEqual({ kind: "events", events: [] });
  });

  it.each([
    ["nonsense"],
    ["[]"],
    [""],
    [{ data: { id: "t", request_id: "k" } }],
    [{ event, data: {} }],
    [{ event, data: [1] }],
    [{ event }],
    ["\u0000\u00ff{"],
  ])("unreadable: %j", async (body) => {
    expect(await parse(body)).toEqual({ kind: "unreadable" });
  });

  it("of a change is looked up, whatever it tells", async () => {
    const data = { id: "t", request_id: "k", state: "completed", new_state: "completed" };
    expect(await parse({ event, data })).toMatchObject({
      events: [{ about: { processorKey: "k" }, state: null }],
    });
  });

  it("without a key is about the transaction", async () => {
    expect(await parse({ event, data: { id: "t", new_state: "completed" } })).toMatchObject({
      events: [{ about: { reference: { kind: "transaction", id: "t" } }, state: null }],
    });
  });

  it("with types that have drifted is read all the same", async () => {
    const data = {
      id: 7,
      type: "transfer",
      request_id: "k",
      state: "completed",
      updated_at: 5,
      legs: [{ amount: "-12.340", currency: "EUR" }],
    };
    expect(await parse({ event: "TransactionCreated", data })).toMatchObject({
      events: [
        {
          about: { processorKey: "k" },
          state: {
            status: "SUCCESS",
            connectorPayoutId: "7",
            destinationAmount: { minorAmount: 1_234n },
          },
        },
      ],
    });
  });
});

describe("a signature", () => {
  async function signed() {
    const { rig, messages } = await paid();
    await rig.fake.webhooks.deliver();
    const [message] = messages;
    if (message === undefined) throw new Error("no message");
    const verify = (changes: Partial<WebhookMessage>, settings = rig.account.settings) =>
      webhookOf(rig).verify({ ...message, ...changes }, { ...rig.account, settings });
    return { rig, message, verify };
  }

  it("is good for five minutes on either side, and no longer", async () => {
    const { message, verify } = await signed();
    const { receivedAt } = message;
    for (const ms of [300_000, -300_000]) {
      expect(verify({ receivedAt: receivedAt + ms })).toBe(true);
      expect(verify({ receivedAt: receivedAt + ms + Math.sign(ms) })).toBe(false);
    }
  });

  it.each([
    { "revolut-signature": "" },
    { "revolut-signature": "v1=" },
    { "revolut-signature": "v1=zz" },
    { "revolut-signature": `v2=${"0".repeat(64)}` },
    { "revolut-request-timestamp": "" },
    { "revolut-request-timestamp": "1e3" },
    { "revolut-request-timestamp": "-1" },
  ])("is wanted whole: %j", async (changes) => {
    const { message, verify } = await signed();
    expect(verify({ headers: { ...message.headers, ...changes } })).toBe(false);
  });

  it("is one of several, by one of several secrets; without a secret none is good", async () => {
    const { rig, message, verify } = await signed();
    const good = message.headers["revolut-signature"] ?? "";
    const several = `v1=${"0".repeat(64)}, ${good},v2=abc`;
    expect(verify({ headers: { ...message.headers, "revolut-signature": several } })).toBe(true);
    const secret = rig.fake.hooks.secretOf();
    const withSecrets = (webhook_secret: string) =>
      verify({}, { ...rig.account.settings, webhook_secret });
    expect(withSecrets(`wsk_old, ${secret}`)).toBe(true);
    expect(withSecrets(`${secret},wsk_new`)).toBe(true);
    for (const none of ["", " ", ",", "wsk_other"]) expect(withSecrets(none)).toBe(false);
  });
});
