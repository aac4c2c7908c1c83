import { expect, it } from "vitest";
import { BACS, COMPANY, SEPA } from "./support/people.ts";
import { accepted, Rig } from "./support/rig.ts";

async function register(rig: Rig, changes: Parameters<Rig["recipient"]>[0] = {}) {
  const outcome = await rig.stripe.registerRecipient?.(rig.recipient(changes));
  if (outcome === undefined) throw new Error("nobody is registered");
  return accepted(outcome);
}

it("registers a recipient, whose money is paid out by us alone", async () => {
  const rig = await Rig.open();
  const recipient = await register(rig);
  expect(recipient).toMatchObject({ status: "ACTIVE", requirements: [] });
  const account = rig.fake.accounts.get(recipient.connectorRecipientId);
  expect(account).toMatchObject({
    type: "custom",
    country: "US",
    payoutInterval: "manual",
    metadata: { recipient_id: "recipient_1" },
  });
});

it("says what Stripe still needs, until it has it", async () => {
  const rig = await Rig.open();
  const { connectorRecipientId, ...before } = await register(rig, { metadata: {} });
  expect(before).toEqual({
    status: "ACTION_REQUIRED",
    requirements: ["tos_acceptance.date", "tos_acceptance.ip"],
  });
  const look = () => rig.stripe.lookupRecipient?.(rig.recipient({ connectorRecipientId }));
  expect(await look()).toMatchObject({ kind: "found", value: { status: "ACTION_REQUIRED" } });
  rig.fake.accounts.completeOnboarding(connectorRecipientId);
  expect(await look()).toMatchObject({ kind: "found", value: { status: "ACTIVE" } });
  rig.fake.accounts.verifying(connectorRecipientId, true);
  expect(await look()).toMatchObject({ kind: "found", value: { status: "PENDING" } });
  rig.fake.accounts.reject(connectorRecipientId, "listed");
  expect(await look()).toMatchObject({ kind: "found", value: { status: "REJECTED" } });
});

it("makes one account of a recipient, whose first answer was lost", async () => {
  const rig = await Rig.open();
  const input = rig.recipient();
  rig.fake.http.faults.next({ method: "POST", path: "/v1/accounts" }, { kind: "half-body" });
  expect((await rig.stripe.registerRecipient?.(input))?.kind).toBe("unknown");
  expect(await rig.stripe.lookupRecipient?.(input)).toEqual({ kind: "not_found" });
  const again = await rig.stripe.registerRecipient?.(input);
  expect(again?.kind).toBe("accepted");
  const replies = rig.fake.http.requestsTo("POST", "/v1/accounts");
  expect(replies).toHaveLength(2);
  const third = await register(rig);
  expect(again).not.toMatchObject({ value: { connectorRecipientId: third.connectorRecipientId } });
});

it("registers companies, and passes the merchant's settings on", async () => {
  const rig = await Rig.open();
  rig.settings["service_agreement"] = "recipient";
  rig.settings["product_description"] = "Translations";
  await register(rig, { person: COMPANY });
  expect(rig.fake.http.requestsTo("POST", "/v1/accounts")[0]?.body).toMatchObject({
    country: "DE",
    business_type: "company",
    company: { name: "Acme GmbH", registration_number: "HRB 12345", tax_id: "DE123456789" },
    business_profile: { product_description: "Translations" },
    tos_acceptance: { service_agreement: "recipient", ip: "192.0.2.77" },
  });
});

it("adds bank accounts to the recipient, each once", async () => {
  const rig = await Rig.open();
  const { connectorRecipientId } = await register(rig);
  for (const method of [undefined, SEPA, BACS]) {
    const input = rig.bank(connectorRecipientId, method && { method });
    const outcome = await rig.stripe.registerAccount?.(input);
    expect(outcome).toMatchObject({ kind: "accepted", value: { status: "VERIFIED" } });
    expect(await rig.stripe.registerAccount?.(input)).toEqual(outcome);
    expect(await rig.stripe.lookupAccount?.(input)).toEqual({ ...outcome, kind: "found" });
  }
  const { banks } = rig.fake.accounts.get(connectorRecipientId);
  expect(banks.map(({ country, currency }) => [country, currency])).toEqual([
    ["US", "usd"],
    ["DE", "eur"],
    ["GB", "gbp"],
  ]);
  expect(await rig.stripe.lookupAccount?.(rig.bank(connectorRecipientId))).toEqual({
    kind: "not_found",
  });
  const [bank] = banks;
  if (bank) bank.status = "errored";
  const first = rig.bank(connectorRecipientId, { processorKey: "key-bank-1" });
  expect(await rig.stripe.lookupAccount?.(first)).toMatchObject({
    kind: "found",
    value: { status: "REJECTED" },
  });
});

it("adds none before there is a recipient", async () => {
  const rig = await Rig.open();
  expect(await rig.stripe.registerAccount?.(rig.bank(null))).toMatchObject({
    kind: "not_sent",
    error: { reason: "RECIPIENT_NOT_REGISTERED" },
  });
  expect(await rig.stripe.lookupAccount?.(rig.bank(null))).toEqual({ kind: "not_found" });
});

it("refuses numbers that Stripe refuses, and does not repeat them", async () => {
  const rig = await Rig.open();
  const { connectorRecipientId } = await register(rig);
  const method = {
    kind: "ach",
    accountNumber: "00/secret/77",
    routingNumber: "110000000",
    accountType: "SAVINGS",
    holderName: "Jane Doe",
  } as const;
  const outcome = await rig.stripe.registerAccount?.(rig.bank(connectorRecipientId, { method }));
  expect(outcome).toMatchObject({
    kind: "rejected",
    error: { category: "VALIDATION", reason: "ACCOUNT_NUMBER_INVALID" },
  });
  expect(JSON.stringify(outcome)).not.toContain("secret");
});
