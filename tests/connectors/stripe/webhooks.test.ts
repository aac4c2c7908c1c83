import Stripe from "stripe";
import { expect, it } from "vitest";
import { call, readyAccount } from "../../processors/stripe/try-stripe.ts";
import { FakeProcessor } from "../../processors/support/fake-processor.ts";
import { keyOf, paidOut, Rig } from "./support/rig.ts";

async function delivered(rig: Rig) {
  const endpoint = await new FakeProcessor()
    .route("POST", "/hook", () => ({ status: 200 }))
    .listen();
  rig.fake.webhooks.url = `${endpoint.url}/hook`;
  await rig.fake.webhooks.deliverAll();
  await endpoint.close();
  return endpoint.requests.map(({ headers, raw, body }) => ({
    type: (body as { type: string }).type,
    message: {
      headers,
      body: raw,
      receivedAt: rig.clock.now(),
      signal: new AbortController().signal,
    },
  }));
}

function eventOf(rig: Rig, message: { body: Uint8Array }) {
  const whole = { headers: {}, receivedAt: 0, signal: new AbortController().signal, ...message };
  const reading = rig.stripe.webhook?.parse(whole, rig.account);
  if (reading?.kind !== "events") throw new Error("it could not be read");
  const [event] = reading.events;
  if (event === undefined) throw new Error("it is no event");
  return event;
}

it("verifies and reads a payout's life, of both kinds of endpoints", async () => {
  const rig = await Rig.open();
  const { id, transfer } = await paidOut(rig);
  rig.clock.advance(2 * 24 * 60 * 60_000);
  rig.fake.payouts.become(id, "failed", "no_account");
  const messages = await delivered(rig);
  for (const { message } of messages) {
    expect(rig.stripe.webhook?.verify(message, rig.account)).toBe(true);
  }
  const read = messages.map(({ type, message }) => {
    const { about, state } = eventOf(rig, message);
    return [type, about, state?.status];
  });
  const payout = { processorKey: keyOf("payout") };
  expect(read.slice(2)).toEqual([
    ["transfer.created", { processorKey: keyOf("transfer") }, "INITIATED"],
    ["payout.created", payout, "INITIATED"],
    ["payout.updated", payout, "PENDING"],
    ["payout.paid", payout, "SUCCESS"],
    ["account.external_account.updated", null, undefined],
    ["account.updated", { registration: expect.stringMatching(/^acct_/) }, undefined],
    ["payout.failed", payout, "FAILED"],
  ]);
  const ids = new Set(messages.map(({ message }) => eventOf(rig, message).eventId));
  expect(ids.size).toBe(messages.length);
  const created = messages.find(({ type }) => type === "transfer.created");
  expect(created && eventOf(rig, created.message).state?.references).toContainEqual({
    kind: "transfer",
    id: transfer,
  });
  const failed = messages.at(-1);
  expect(failed && eventOf(rig, failed.message).state?.error?.reason).toBe("ACCOUNT_NOT_FOUND");
});

it("finds by its id what we did not make, or made before our key was known", async () => {
  const rig = await Rig.open();
  const { account, bank } = await readyAccount(rig.fake);
  await call(rig.fake, "POST", "/v1/transfers", {
    amount: "500",
    currency: "usd",
    destination: account,
  });
  const form = { amount: "500", currency: "usd", destination: bank };
  const { body } = await call(rig.fake, "POST", "/v1/payouts", form, { "stripe-account": account });
  const events = (await delivered(rig)).map(({ message }) => eventOf(rig, message));
  expect(events.at(-1)?.about).toEqual({ reference: { kind: "payout", id: body.id } });
});

it("says that the money came back only when the payout that takes it back is paid", async () => {
  const rig = await Rig.open();
  const { id, references } = await paidOut(rig);
  rig.fake.payouts.become(id, "paid");
  rig.settings["reverse_paid_payouts"] = "authorized";
  expect((await rig.void(references)).kind).toBe("requested");
  rig.fake.webhooks.drop("all");
  rig.fake.payouts.become(rig.fake.payouts.get(id).reversedBy ?? "", "in_transit");
  rig.fake.payouts.become(rig.fake.payouts.get(id).reversedBy ?? "", "paid");
  const events = (await delivered(rig)).map(({ message }) => eventOf(rig, message));
  const about = { reference: { kind: "payout", id } };
  expect(events).toMatchObject([
    { about, state: null },
    { about, state: { status: "REVERSED" } },
  ]);
});

it("takes what Stripe's own library signs, and nothing else", async () => {
  const rig = await Rig.open();
  const stripe = new Stripe("sk_test_x");
  const payload = JSON.stringify({ id: "evt_1", object: "event", type: "payout.paid" });
  const now = rig.clock.now();
  const verify = (
    secret: string,
    changes: { age?: number; body?: string; header?: string } = {},
  ) => {
    const timestamp = Math.floor((now - (changes.age ?? 0)) / 1000);
    const signed = stripe.webhooks.generateTestHeaderString({ payload, secret, timestamp });
    const header = changes.header ?? signed;
    const body = Buffer.from(changes.body ?? payload);
    const message = {
      headers: { "stripe-signature": header },
      body,
      receivedAt: now,
      signal: new AbortController().signal,
    };
    return rig.stripe.webhook?.verify(message, rig.account);
  };
  expect(verify("whsec_platform")).toBe(true);
  expect(verify("whsec_connect")).toBe(true);
  expect(verify("whsec_other")).toBe(false);
  expect(verify("whsec_platform", { age: 300_000 })).toBe(true);
  expect(verify("whsec_platform", { age: 302_000 })).toBe(false);
  expect(verify("whsec_platform", { age: -302_000 })).toBe(false);
  expect(verify("whsec_platform", { body: `${payload} ` })).toBe(false);
  const good = stripe.webhooks.generateTestHeaderString({
    payload,
    secret: "whsec_platform",
    timestamp: Math.floor(now / 1000),
  });
  const v1 = good.split(",")[1] ?? "";
  const time = good.split(",")[0] ?? "";
  for (const header of ["", time, v1, "t=,v1=", `${time},v1=zz`, `${time},v0=${v1.slice(3)}`]) {
    expect(verify("whsec_platform", { header })).toBe(false);
  }
  expect(verify("whsec_platform", { header: `t=1,${good}` })).toBe(false);
  const wrong = `v1=${"0".repeat(64)}`;
  expect(verify("whsec_platform", { header: `${time},${wrong},${v1}` })).toBe(true);
  // Two secrets live, on our side; and none at all.
  rig.settings["webhook_secret"] = "whsec_next, whsec_platform";
  expect(verify("whsec_platform")).toBe(true);
  expect(verify("whsec_next")).toBe(true);
  for (const name of ["webhook_secret", "connect_webhook_secret"]) delete rig.settings[name];
  expect(verify("")).toBe(false);
});

it("verifies while Stripe signs with two secrets", async () => {
  const rig = await Rig.open();
  rig.fake.webhookSecrets.platform.unshift("whsec_next");
  rig.fake.webhookSecrets.connect.push("whsec_connect_next");
  await paidOut(rig);
  for (const { message } of await delivered(rig)) {
    expect(rig.stripe.webhook?.verify(message, rig.account)).toBe(true);
  }
});

it("keeps for people what it cannot read", async () => {
  const rig = await Rig.open();
  const parse = (body: string) =>
    rig.stripe.webhook?.parse(
      { headers: {}, body: Buffer.from(body), receivedAt: 0, signal: new AbortController().signal },
      rig.account,
    );
  for (const body of ["", "null", "[]", "{", '{"id":"evt_1"}', '{"type":"payout.paid"}']) {
    expect(parse(body)).toEqual({ kind: "unreadable" });
  }
  const nothing = { about: null, state: null };
  const cases = [
    ['{"id":"evt_1","type":"payout.paid"}', nothing],
    ['{"id":"evt_1","type":"invoice.paid","data":{"object":{"id":"in_1"}}}', nothing],
    [
      '{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1","status":"x_new"}}}',
      { about: { reference: { kind: "payout", id: "po_1" } }, state: { status: "PENDING" } },
    ],
    [
      // Whether its transfer is back as well is to be looked up.
      '{"id":"evt_1","type":"payout.canceled","data":{"object":{"id":"po_1","status":"canceled"}}}',
      { about: { reference: { kind: "payout", id: "po_1" } }, state: null },
    ],
    [
      '{"id":"evt_1","type":"payout.paid","data":{"object":{"id":"po_1"}}}',
      { about: { reference: { kind: "payout", id: "po_1" } }, state: null },
    ],
    [
      '{"id":"evt_1","type":"capability.updated","data":{"object":{"id":"transfers","account":"acct_1"}}}',
      { about: { registration: "acct_1" }, state: null },
    ],
  ] as const;
  for (const [body, event] of cases) {
    expect(parse(body)).toMatchObject({ kind: "events", events: [{ eventId: "evt_1", ...event }] });
  }
});
