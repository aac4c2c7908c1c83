import { expect, it } from "vitest";
import type { Webhook, WebhookEvent, WebhookMessage } from "../../../src/connectors/connector.ts";
import { requestSignature } from "../../processors/dwolla/events.ts";
import { Course, openRig, type Rig, registered, WEBHOOK_SECRET } from "./rig.ts";

function webhookOf({ module }: Rig): Webhook {
  if (module.webhook === undefined) throw new Error("no webhook");
  return module.webhook;
}

/** What waits at the fake, as it would come in. */
function take({ fake }: Rig): readonly WebhookMessage[] {
  return fake.webhooks.queue.splice(0).map(({ raw }) => ({
    headers: { "x-request-signature-sha-256": requestSignature(raw, WEBHOOK_SECRET) },
    body: raw,
    receivedAt: 0,
    signal: new AbortController().signal,
  }));
}

/** The events of verified messages, with their topics. */
function read(rig: Rig): readonly (WebhookEvent & { readonly topic: string })[] {
  return take(rig).flatMap((message) => {
    expect(webhookOf(rig).verify(message, rig.account)).toBe(true);
    const reading = webhookOf(rig).parse(message, rig.account);
    if (reading.kind === "unreadable") throw new Error("unreadable");
    const { topic } = JSON.parse(Buffer.from(message.body).toString());
    return reading.events.map((event) => ({ ...event, topic }));
  });
}

it("tells that a transfer has changed, by our key, and never how", async () => {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) });
  read(rig);
  await course.go();
  rig.fake.return(course.transfer.id, "R16");
  const events = read(rig);
  expect(events.map(({ topic }) => topic)).toEqual([
    "transfer_created",
    "customer_transfer_created",
    "transfer_completed",
    "customer_transfer_completed",
    "transfer_failed",
    "customer_transfer_failed",
  ]);
  for (const { about, state } of events) {
    expect({ about, state }).toEqual({
      about: { processorKey: course.keys["transfer"] },
      state: null,
    });
  }
  expect(new Set(events.map(({ eventId }) => eventId)).size).toBe(6);
});

it("tells of a staged payout, and of the transfer that it has become", async () => {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) }, "stage");
  read(rig);
  await course.go();
  course.plan("transfer");
  await course.go("release");
  rig.fake.completeMassPayment(course.massPayment.id);
  const events = read(rig);
  expect(events.map(({ topic }) => topic)).toEqual([
    "mass_payment_created",
    "transfer_created",
    "customer_transfer_created",
    "mass_payment_completed",
  ]);
  for (const { about } of events) expect(about).toEqual({ processorKey: course.keys["hold"] });
});

it("tells of recipients and their accounts", async () => {
  const rig = await openRig();
  const { recipientId, accountId } = await registered(rig);
  rig.fake.setCustomerStatus(recipientId, "suspended");
  rig.fake.removeBank(accountId);
  expect(read(rig).map(({ topic, about }) => [topic, about])).toEqual([
    ["customer_created", { registration: recipientId }],
    ["customer_funding_source_added", { registration: accountId }],
    ["customer_suspended", { registration: recipientId }],
    ["customer_funding_source_removed", { registration: accountId }],
  ]);
});

it.each([
  // Made without us, or by another system: known by its id, if at all.
  [
    "transfer_created",
    "transfers/abc-1",
    undefined,
    { reference: { kind: "transfer", id: "abc-1" } },
  ],
  [
    "transfer_created",
    "transfers/abc-1",
    "INV 7",
    { reference: { kind: "transfer", id: "abc-1" } },
  ],
  [
    "mass_payment_created",
    "mass-payments/m",
    undefined,
    { reference: { kind: "mass_payment", id: "m" } },
  ],
  ["funding_source_added", "funding-sources/abc", undefined, null],
  ["account_suspended", "accounts/abc", undefined, null],
  ["customer_mass_payment_created", "elsewhere/abc", undefined, null],
  ["transfer_created", "transfers/../accounts", undefined, null],
])("%s of %s is about what it is about", async (topic, path, correlationId, about) => {
  const rig = await openRig();
  const resource = { href: `https://api.dwolla.com/${path}` };
  const body = { id: "e1", topic, correlationId, _links: { resource } };
  const message = {
    headers: {},
    body: Buffer.from(JSON.stringify(body)),
    receivedAt: 0,
    signal: new AbortController().signal,
  };
  expect(webhookOf(rig).parse(message, rig.account)).toEqual({
    kind: "events",
    events: [{ eventId: "e1", about, state: null }],
  });
});

it("takes no message where the setting holds commas and no secret", async () => {
  const rig = await openRig();
  await registered(rig);
  const [message] = take(rig);
  if (message === undefined) throw new Error("no message");
  const verify = (webhook_secret: string) => {
    const settings = { ...rig.account.settings, webhook_secret };
    return webhookOf(rig).verify(message, { ...rig.account, settings });
  };
  expect([verify(` , ${WEBHOOK_SECRET} ,`), verify(" , "), verify(",")]).toEqual([
    true,
    false,
    false,
  ]);
});
