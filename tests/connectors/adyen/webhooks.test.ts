import { describe, expect, it } from "vitest";
import type { Webhook, WebhookMessage } from "../../../src/connectors/connector.ts";
import { FakeProcessor } from "../../processors/support/fake-processor.ts";
import { Course, openRig, type Rig } from "./rig.ts";

function webhookOf({ module }: Rig): Webhook {
  if (module.webhook === undefined) throw new Error("no webhook");
  return module.webhook;
}

/** Delivers what waits, over real HTTP, and gives the messages as they came. */
async function messagesOf(rig: Rig): Promise<readonly WebhookMessage[]> {
  const endpoint = new FakeProcessor();
  const { reply } = webhookOf(rig);
  endpoint.route("POST", "/hook", () => ({ status: reply?.status ?? 200, body: reply?.body }));
  await endpoint.listen();
  rig.fake.webhooks.url = `${endpoint.url}/hook`;
  const delivered = await rig.fake.webhooks.deliverAll();
  expect(delivered.every((each) => each.delivered)).toBe(true);
  await endpoint.close();
  return endpoint.requests.map(({ headers, raw: body }) => ({
    headers,
    body,
    receivedAt: rig.clock.now(),
    signal: new AbortController().signal,
  }));
}

/** What the messages say. */
async function eventsOf(rig: Rig) {
  return (await messagesOf(rig)).flatMap((message) => {
    const reading = webhookOf(rig).parse(message, rig.account);
    if (reading.kind === "unreadable") throw new Error("unreadable");
    return reading.events;
  });
}

function messageOf(body: unknown): WebhookMessage {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return {
    headers: {},
    body: Buffer.from(text),
    receivedAt: Date.UTC(2026, 0, 15),
    signal: new AbortController().signal,
  };
}

async function paid(settings: Readonly<Record<string, string>> = {}) {
  const rig = await openRig(settings);
  const course = await Course.run(rig);
  return { rig, course, fake: rig.fake, id: course.transfer.id };
}

describe("events", () => {
  it("tell each state with its number, by our key", async () => {
    const { rig, course, fake, id } = await paid();
    fake.credit(id);
    fake.return(id);
    const events = await eventsOf(rig);
    expect(events.map(({ state }) => [state?.status, state?.sequence])).toEqual([
      ["INITIATED", 1],
      ["PENDING", 2],
      ["PENDING", 3],
      ["SUCCESS", 4],
      ["REVERSED", 5],
    ]);
    for (const { about } of events)
      expect(about).toEqual({ processorKey: course.keys["transfer"] });
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(5);
    expect(events[4]?.state).toMatchObject({
      rawStatus: "returned",
      connectorPayoutId: id,
      error: { reason: "ACCOUNT_CLOSED" },
    });
  });

  it("that come twice have one id, and in any order the same latest state", async () => {
    const { rig, fake, id } = await paid();
    fake.credit(id);
    fake.webhooks.duplicate();
    fake.webhooks.reorder("reverse");
    const events = await eventsOf(rig);
    expect(events).toHaveLength(5);
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(4);
    const latest = events.toSorted((a, b) => (a.state?.sequence ?? 0) - (b.state?.sequence ?? 0));
    expect(latest.at(-1)?.state?.status).toBe("SUCCESS");
  });

  it("of a review are looked up wherever the word alone does not say enough", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, {}, "stage");
    const { id } = course.transfer;
    course.plan("transfer");
    await course.go("approve");
    rig.fake.decideReview(id);
    rig.fake.credit(id);
    const other = await Course.run(rig, {}, "stage");
    rig.fake.refuse(other.references[0]?.id ?? "");
    const events = await eventsOf(rig);
    expect(events.map(({ state }) => state?.status ?? null)).toEqual([
      null, // received: whose turn it is depends on what is planned
      null, // approvalPending
      "PENDING", // authorised
      "PENDING", // booked
      "SUCCESS",
      null,
      null,
      null, // refused: before or after somebody confirmed it
    ]);
  });

  it("settle a booked payout at once where the account says so", async () => {
    const { rig, fake, id } = await paid({ settle_when_booked: "true" });
    fake.book(id);
    expect((await eventsOf(rig)).at(-1)?.state).toMatchObject({
      status: "SUCCESS",
      rawStatus: "booked",
    });
  });

  it("of an unknown word are PENDING, with the word", async () => {
    const { rig, fake, id } = await paid();
    fake.invent(id, "teleported");
    expect((await eventsOf(rig)).at(-1)?.state).toMatchObject({
      status: "PENDING",
      rawStatus: "teleported",
    });
  });

  it.each<[string, object]>([
    ["of another account", { balanceAccount: { id: "BA000" } }],
    ["that comes in", { direction: "incoming" }],
    ["of a payment", { category: "platformPayment" }],
  ])("about a transfer %s are none of ours", async (_name, changes) => {
    const rig = await openRig();
    const message = messageOf({
      type: "balancePlatform.transfer.updated",
      data: { id: "T1", status: "booked", reference: "r", sequenceNumber: 2, ...changes },
    });
    expect(webhookOf(rig).parse(message, rig.account)).toEqual({ kind: "events", events: [] });
  });

  it("without a number or a reference are looked up by the transfer's id", async () => {
    const rig = await openRig();
    const type = "balancePlatform.transfer.created";
    const message = messageOf({ type, data: { id: "T1", status: "credited" } });
    expect(webhookOf(rig).parse(message, rig.account)).toMatchObject({
      events: [{ about: { reference: { kind: "transfer", id: "T1" } }, state: null }],
    });
  });

  it("of an account holder are about the recipient and its accounts", async () => {
    const rig = await openRig();
    const transferInstruments = [{ id: "SE1", allowed: true }, { id: "SE2" }, { id: "SE1" }];
    const message = messageOf({
      type: "balancePlatform.accountHolder.updated",
      data: {
        accountHolder: {
          id: "AH1",
          legalEntityId: "LE1",
          capabilities: { sendToTransferInstrument: { transferInstruments } },
        },
      },
    });
    const reading = webhookOf(rig).parse(message, rig.account);
    const events = reading.kind === "events" ? reading.events : [];
    expect(events.map(({ about, state }) => [about, state])).toEqual(
      ["LE1", "SE1", "SE2"].map((registration) => [{ registration }, null]),
    );
    expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(3);
  });

  it("of another kind are none", async () => {
    const rig = await openRig();
    const message = messageOf({ type: "balancePlatform.report.created", data: {} });
    expect(webhookOf(rig).parse(message, rig.account)).toEqual({ kind: "events", events: [] });
  });

  it.each(["", "[]", "no json", "{}", '{"type":"balancePlatform.transfer.updated","data":{}}'])(
    "that cannot be read are kept for people (%s)",
    async (text) => {
      const rig = await openRig();
      expect(webhookOf(rig).parse(messageOf(text), rig.account)).toEqual({ kind: "unreadable" });
    },
  );
});

describe("a message", () => {
  async function sample() {
    const { rig } = await paid();
    const [message] = await messagesOf(rig);
    if (message === undefined) throw new Error("no message");
    const verify = (settings: Readonly<Record<string, string>>, headers: object = {}) =>
      webhookOf(rig).verify(
        { ...message, headers: { ...message.headers, ...headers } },
        { ...rig.account, settings: { ...rig.account.settings, ...settings } },
      );
    return { rig, message, verify };
  }

  it("needs the login where the account has set one, and its signature always", async () => {
    const { rig, verify } = await sample();
    const { username, password } = rig.fake.secrets;
    const login = (text: string) => ({ authorization: `Basic ${btoa(text)}` });
    expect(verify({})).toBe(true);
    expect(verify({ webhook_password: `old, ${password}` })).toBe(true);
    expect(verify({ webhook_password: "old" })).toBe(false);
    expect(verify({ webhook_username: "somebody" })).toBe(false);
    expect(verify({}, login(`${username}:${password} `))).toBe(false);
    expect(verify({}, { authorization: "" })).toBe(false);
    const none = { webhook_username: "", webhook_password: "" };
    expect(verify(none, { authorization: "" })).toBe(true);
    expect(verify({ ...none, webhook_hmac_key: "" })).toBe(false);
    expect(verify({ webhook_hmac_key: "zz".repeat(32) })).toBe(false);
  });

  it("is taken by the processor's own library, and taken from it", async () => {
    const { hmacValidator } = await import("@adyen/api-library");
    const { rig, message, verify } = await sample();
    const { hmacKey } = rig.fake.secrets;
    const text = Buffer.from(message.body).toString("utf8");
    const signature = message.headers["hmacsignature"] ?? "";
    const library = new hmacValidator();
    expect(library.validateHMACSignature(hmacKey, signature, text)).toBe(true);
    expect(verify({}, { hmacsignature: library.calculateHmac(text, hmacKey) })).toBe(true);
    const other = library.calculateHmac(`${text} `, hmacKey);
    expect(verify({}, { hmacsignature: other })).toBe(false);
  });
});
