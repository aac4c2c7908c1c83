import { describe, expect, it } from "vitest";
import type { AccountInput } from "../../../src/connectors/connector.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import { halType } from "../../processors/dwolla/hal.ts";
import { accountInput, ach, ada, Course, openRig, type Rig, recipientInput } from "./rig.ts";

const CUSTOMERS = { method: "POST", path: "/customers" };

async function registerRecipient(rig: Rig, changes: Parameters<typeof recipientInput>[1] = {}) {
  const outcome = await rig.module.registerRecipient?.(recipientInput(rig, changes));
  if (outcome === undefined) throw new Error("no registration");
  return outcome;
}

async function registerAccount(rig: Rig, connectorRecipientId: string, method = ach) {
  const input = accountInput(rig, { connectorRecipientId, method });
  return { input, outcome: await rig.module.registerAccount?.(input) };
}

async function customer(rig: Rig): Promise<string> {
  const outcome = await registerRecipient(rig);
  if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
  return outcome.value.connectorRecipientId;
}

const company: Person = {
  type: "COMPANY",
  organization: { legalName: "Engines Inc." },
  email: "pay@engines.example",
};
const contact = { dwolla_contact_given_name: "Charles", dwolla_contact_family_name: "Babbage" };

describe("a recipient", () => {
  it("is a customer who only receives", async () => {
    const rig = await openRig();
    const id = await customer(rig);
    const [request] = rig.fake.http.requestsTo("POST", "/customers");
    expect(request?.headers["content-type"]).toBe(halType);
    expect(request?.body).toEqual({
      firstName: "Ada",
      lastName: "Lovelace",
      email: "ada@example.com",
      type: "receive-only",
      correlationId: "rcp_1",
    });
    expect(rig.fake.customer(id).type).toBe("receive-only");
  });

  it("is the one who is there already, when the names are the same", async () => {
    const rig = await openRig();
    const id = await customer(rig);
    const again = await registerRecipient(rig, { recipientId: "rcp_2" });
    expect(again).toMatchObject({ kind: "accepted", value: { connectorRecipientId: id } });
    const other: Person = { ...ada, individual: { givenName: "Annabella", familyName: "Byron" } };
    expect(await registerRecipient(rig, { person: other })).toMatchObject({
      kind: "rejected",
      error: { reason: "RECIPIENT_EMAIL_TAKEN", category: "VALIDATION" },
    });
  });

  it("that is an organization needs somebody to talk to, and an e-mail address", async () => {
    const rig = await openRig();
    const before = rig.fake.http.requests.length;
    expect(await registerRecipient(rig, { person: company })).toMatchObject({
      kind: "rejected",
      error: { reason: "RECIPIENT_CONTACT_REQUIRED" },
    });
    const { email: _, ...nameless } = ada;
    expect(await registerRecipient(rig, { person: nameless })).toMatchObject({
      kind: "rejected",
      error: { reason: "RECIPIENT_EMAIL_REQUIRED" },
    });
    expect(rig.fake.http.requests).toHaveLength(before);
    const made = await registerRecipient(rig, { person: company, metadata: contact });
    expect(made).toMatchObject({ kind: "accepted", value: { status: "ACTIVE" } });
    expect(rig.fake.http.requestsTo("POST", "/customers")[0]?.body).toMatchObject({
      firstName: "Charles",
      lastName: "Babbage",
      businessName: "Engines Inc.",
    });
    // Whoever speaks for it is somebody else.
    const speaker: Person = {
      type: "INDIVIDUAL",
      individual: { givenName: "Charles", familyName: "Babbage" },
      email: company.email ?? "",
    };
    expect(await registerRecipient(rig, { person: speaker })).toMatchObject({ kind: "rejected" });
    // The company counts, whoever speaks for it.
    const person = { ...company, email: ada.email ?? "" };
    await customer(rig);
    expect(await registerRecipient(rig, { person, metadata: contact })).toMatchObject({
      kind: "rejected",
    });
  });

  it("whose answer was lost is found by the e-mail address, and later by the id", async () => {
    const rig = await openRig();
    const input = recipientInput(rig);
    expect(await rig.module.lookupRecipient?.(input)).toEqual({ kind: "not_found" });
    rig.fake.http.faults.next(CUSTOMERS, { kind: "reset-after-read" });
    expect(await rig.module.registerRecipient?.(input)).toMatchObject({ kind: "unknown" });
    const found = await rig.module.lookupRecipient?.(input);
    expect(found).toMatchObject({ kind: "found", value: { status: "ACTIVE" } });
    if (found?.kind !== "found") throw new Error("not found");
    const { connectorRecipientId } = found.value;
    rig.fake.setCustomerStatus(connectorRecipientId, "suspended");
    expect(await rig.module.lookupRecipient?.({ ...input, connectorRecipientId })).toMatchObject({
      value: { status: "REJECTED", connectorRecipientId },
    });
    const other: Person = { ...ada, individual: { givenName: "Annabella", familyName: "Byron" } };
    const stranger = await rig.module.lookupRecipient?.({ ...input, person: other });
    expect(stranger).toEqual({ kind: "not_found" });
  });

  it("is registered where only its state could not be read", async () => {
    const rig = await openRig();
    const state = { method: "GET", path: "/customers/{id}" };
    rig.fake.http.faults.next(state, { kind: "status-500-before-act" });
    expect(await registerRecipient(rig)).toMatchObject({
      kind: "accepted",
      value: { status: "PENDING" },
    });
  });

  it("is asked for again when it is not known whose the address is", async () => {
    const rig = await openRig();
    await customer(rig);
    const state = { method: "GET", path: "/customers/{id}" };
    rig.fake.http.faults.next(state, { kind: "rate-limited", retryAfterSeconds: 3 });
    expect(await registerRecipient(rig)).toMatchObject({
      kind: "not_sent",
      later: { afterMs: 3_000 },
    });
  });
});

describe("an account", () => {
  it("is a bank account of the customer, named by holder and key", async () => {
    const rig = await openRig();
    const id = await customer(rig);
    const long = "Augusta Ada King, Countess of Lovelace";
    const { input, outcome } = await registerAccount(rig, id, {
      ...ach,
      holderName: long,
    } as never);
    expect(outcome).toMatchObject({ kind: "accepted", value: { status: "VERIFIED" } });
    const [request] = rig.fake.http.requestsTo("POST", "/customers/{id}/funding-sources");
    expect(request?.headers["content-type"]).toBe(halType);
    expect(request?.body).toEqual({
      routingNumber: "222222226",
      accountNumber: "000123456789",
      bankAccountType: "checking",
      name: `Augusta Ada K ${input.processorKey}`,
    });
    expect(`Augusta Ada K ${input.processorKey}`).toHaveLength(50);
  });

  it("is the one that is there already, when it is of the same type and not removed", async () => {
    const rig = await openRig();
    const id = await customer(rig);
    const first = await registerAccount(rig, id);
    expect((await registerAccount(rig, id)).outcome).toEqual(first.outcome);
    const savings: PayoutMethod = { ...ach, accountType: "SAVINGS" } as PayoutMethod;
    expect((await registerAccount(rig, id, savings)).outcome).toMatchObject({
      kind: "rejected",
      error: { reason: "ACCOUNT_EXISTS" },
    });
    if (first.outcome?.kind !== "accepted") throw new Error("not accepted");
    rig.fake.removeBank(first.outcome.value.connectorAccountId);
    expect((await registerAccount(rig, id, savings)).outcome).toMatchObject({ kind: "accepted" });
  });

  it("whose answer was lost is found by its key, and told when it is removed", async () => {
    const rig = await openRig();
    const id = await customer(rig);
    await registerAccount(rig, id, { ...ach, accountNumber: "111111111" } as PayoutMethod);
    const input = accountInput(rig, { connectorRecipientId: id });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
    const match = { method: "POST", path: "/customers/{id}/funding-sources" };
    rig.fake.http.faults.next(match, { kind: "status-503-after-act" });
    expect(await rig.module.registerAccount?.(input)).toMatchObject({ kind: "unknown" });
    const found = await rig.module.lookupAccount?.(input);
    expect(found).toMatchObject({ kind: "found", value: { status: "VERIFIED" } });
    if (found?.kind !== "found") throw new Error("not found");
    rig.fake.removeBank(found.value.connectorAccountId);
    expect(await rig.module.lookupAccount?.(input)).toMatchObject({
      value: { status: "REJECTED" },
    });
  });

  it("that was there under another key is found by its id", async () => {
    const rig = await openRig();
    const connectorRecipientId = await customer(rig);
    const { outcome } = await registerAccount(rig, connectorRecipientId);
    if (outcome?.kind !== "accepted") throw new Error("not accepted");
    const { connectorAccountId } = outcome.value;
    const look = (changes: Partial<AccountInput>) =>
      rig.module.lookupAccount?.(accountInput(rig, { connectorRecipientId, ...changes }));
    expect(await look({})).toEqual({ kind: "not_found" });
    expect(await look({ connectorAccountId })).toEqual({ kind: "found", value: outcome.value });
    rig.fake.removeBank(connectorAccountId);
    expect(await look({ connectorAccountId })).toMatchObject({ value: { status: "REJECTED" } });
  });

  it("is looked for in a list, and in nothing else", async () => {
    const rig = await openRig();
    const input = accountInput(rig, { connectorRecipientId: await customer(rig) });
    const list = { method: "GET", path: "/customers/{id}/funding-sources" };
    for (const [change, kind] of [
      [() => ({ _embedded: { "funding-sources": [] } }), "not_found"],
      [() => ({ _embedded: {} }), "unreachable"],
      [() => ({ "funding-sources": "none" }), "unreachable"],
    ] as const) {
      rig.fake.http.faults.next(list, { kind: "drift", change });
      expect((await rig.module.lookupAccount?.(input))?.kind).toBe(kind);
    }
  });

  it("waits for its recipient", async () => {
    const rig = await openRig();
    const input = accountInput(rig);
    expect(await rig.module.registerAccount?.(input)).toMatchObject({
      kind: "not_sent",
      error: { reason: "RECIPIENT_NOT_REGISTERED" },
    });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toHaveLength(0);
  });
});

it("a payout goes on with a recipient and an account that are there already", async () => {
  const rig = await openRig();
  const id = await customer(rig);
  await registerAccount(rig, id);
  const course = new Course(rig);
  await course.go();
  expect(course.transfer.destination.customerId).toBe(id);
});
