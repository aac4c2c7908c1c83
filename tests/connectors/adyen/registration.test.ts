import { describe, expect, it } from "vitest";
import type { Person } from "../../../src/domain/person.ts";
import {
  ACH,
  accountInput,
  BACS,
  IBAN,
  openRig,
  recipientInput,
  register,
  SEPA,
  ZOE,
} from "./rig.ts";

const COMPANY: Person = {
  type: "COMPANY",
  organization: { legalName: "Acme GmbH", registrationNumber: "HRB 12345", taxId: "DE123456789" },
  email: "pay@example.com",
  phone: "+4930123456",
  address: { lines: ["Weg 1"], city: "Berlin", region: "Berlin", country: "DE" },
};

describe("a recipient", () => {
  it("is a legal entity, which Adyen checks", async () => {
    const rig = await openRig();
    const input = recipientInput(rig);
    const outcome = await rig.module.registerRecipient?.(input);
    expect(outcome).toMatchObject({
      kind: "accepted",
      value: { connectorRecipientId: expect.stringMatching(/^LE/), status: "PENDING" },
    });
    const [request] = rig.fake.http.requestsTo("POST", "/lem/v4/legalEntities");
    expect(request?.headers["idempotency-key"]).toBe(input.processorKey);
    expect(request?.body).toEqual({
      type: "individual",
      individual: {
        name: { firstName: "Zoë", lastName: "Hopper" },
        residentialAddress: {
          country: "NL",
          city: "Oss",
          postalCode: "1011DJ",
          street: "Keizersgracht 6",
          street2: "2 hoog",
        },
        email: "zoe@example.com",
        phone: { number: "+31858888138" },
        birthData: { dateOfBirth: "1990-06-21" },
        identificationData: { type: "nationalIdNumber", number: "999-88-7777" },
      },
      capabilities: { sendToTransferInstrument: { requested: true } },
      reference: "rcp_1",
    });
  });

  it.each<[Person, object]>([
    [
      COMPANY,
      {
        legalName: "Acme GmbH",
        // Without a postal code a city is not taken.
        registeredAddress: { country: "DE" },
        email: "pay@example.com",
        phone: { number: "+4930123456" },
        registrationNumber: "HRB 12345",
        taxInformation: [{ country: "DE", number: "DE123456789" }],
      },
    ],
    [
      {
        type: "NON_PROFIT",
        organization: { legalName: "Good" },
        address: {
          lines: ["1 A"],
          city: "Sydney",
          region: "nsw",
          postalCode: "1122",
          country: "AU",
        },
      },
      {
        legalName: "Good",
        registeredAddress: {
          country: "AU",
          city: "Sydney",
          postalCode: "1122",
          street: "1 A",
          stateOrProvince: "NSW",
        },
        type: "nonProfit",
      },
    ],
  ])("may be an organization", async (person, organization) => {
    const rig = await openRig();
    await rig.module.registerRecipient?.(recipientInput(rig, { person }));
    const [request] = rig.fake.http.requestsTo("POST", "/lem/v4/legalEntities");
    const capabilities = { sendToTransferInstrument: { requested: true } };
    const reference = "rcp_1";
    const body = { type: "organization", organization, capabilities, reference };
    expect(request?.body).toEqual(body);
  });

  it("is read again, with what is missing", async () => {
    const rig = await openRig();
    const { recipientId: connectorRecipientId } = await register(rig, SEPA, false);
    const look = () => rig.module.lookupRecipient?.(recipientInput(rig, { connectorRecipientId }));
    expect(await look()).toMatchObject({ value: { status: "PENDING", requirements: [] } });
    rig.fake.verify(connectorRecipientId, "invalid");
    expect(await look()).toMatchObject({
      value: { status: "ACTION_REQUIRED", requirements: ["Add 'birthData' to legal entity"] },
    });
    rig.fake.verify(connectorRecipientId, "rejected");
    expect(await look()).toMatchObject({
      value: { status: "REJECTED", requirements: ["The checks were rejected."] },
    });
    rig.fake.verify(connectorRecipientId);
    expect(await look()).toMatchObject({ value: { status: "ACTIVE", connectorRecipientId } });
  });

  it("of unknown id cannot be found, and one that is not there is not", async () => {
    const rig = await openRig();
    expect(await rig.module.lookupRecipient?.(recipientInput(rig))).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toEqual([]);
    const input = recipientInput(rig, { connectorRecipientId: "LE000" });
    expect(await rig.module.lookupRecipient?.(input)).toEqual({ kind: "not_found" });
  });

  it("under a key that Adyen does not take is refused before anything is sent", async () => {
    const rig = await openRig();
    const input = recipientInput(rig, { processorKey: "k".repeat(65) });
    expect(await rig.module.registerRecipient?.(input)).toMatchObject({
      kind: "rejected",
      error: { reason: "PROCESSOR_KEY_UNUSABLE" },
    });
    expect(rig.fake.http.requests).toEqual([]);
  });

  it("without an address is refused before anything is sent", async () => {
    const rig = await openRig();
    const { address: _, ...person } = ZOE;
    expect(await rig.module.registerRecipient?.(recipientInput(rig, { person }))).toMatchObject({
      kind: "rejected",
      error: { category: "VALIDATION", reason: "RECIPIENT_ADDRESS_REQUIRED" },
    });
    expect(rig.fake.http.requests).toEqual([]);
  });
});

describe("an account", () => {
  it.each([SEPA, BACS, ACH])("($kind) is an instrument of the legal entity", async (method) => {
    const rig = await openRig();
    const { recipientId: connectorRecipientId, accountId } = await register(rig, method, false);
    const look = () =>
      rig.module.lookupAccount?.(accountInput(rig, { connectorRecipientId, method }));
    const value = { connectorAccountId: accountId, status: "PENDING_VERIFICATION" };
    expect(await look()).toEqual({ kind: "found", value });
    rig.fake.verify(connectorRecipientId, "invalid");
    expect(await look()).toEqual({ kind: "found", value });
    rig.fake.verify(connectorRecipientId, "rejected");
    expect(await look()).toMatchObject({ value: { status: "REJECTED" } });
    rig.fake.verify(connectorRecipientId);
    expect(await look()).toMatchObject({ value: { status: "VERIFIED" } });
  });

  it("is found by all of its numbers, and not by the last ones", async () => {
    const rig = await openRig();
    const { recipientId: connectorRecipientId } = await register(rig);
    const iban = `NL20INGB000123${IBAN.slice(-4)}`;
    const input = accountInput(rig, { connectorRecipientId, method: { ...SEPA, iban } as never });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
    const made = await rig.module.registerAccount?.(input);
    const id = made?.kind === "accepted" ? made.value.connectorAccountId : "";
    expect(await rig.module.lookupAccount?.(input)).toMatchObject({
      value: { connectorAccountId: id },
    });
  });

  it("whose numbers are told masked is not taken for the same", async () => {
    const rig = await openRig();
    const { recipientId: connectorRecipientId } = await register(rig);
    const masked = { type: "iban", iban: `NL**ABNA******${IBAN.slice(-4)}` };
    const change = (body: Record<string, unknown>) => ({
      ...body,
      bankAccount: { accountIdentification: masked },
    });
    const path = "/lem/v4/transferInstruments/{id}";
    rig.fake.http.faults.next({ path }, { kind: "drift", change });
    const input = accountInput(rig, { connectorRecipientId });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
  });

  it("is read by its id once that is known", async () => {
    const rig = await openRig();
    const { accountId: connectorAccountId } = await register(rig);
    const found = await rig.module.lookupAccount?.(accountInput(rig, { connectorAccountId }));
    expect(found).toMatchObject({ kind: "found", value: { connectorAccountId } });
    const input = accountInput(rig, { connectorAccountId: "SE000" });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requestsTo("GET", "/lem/v4/legalEntities/{id}")).toEqual([]);
  });

  it("that cannot be read leaves the search open", async () => {
    const rig = await openRig();
    const { recipientId: connectorRecipientId } = await register(rig);
    for (const path of ["/lem/v4/legalEntities/{id}", "/lem/v4/transferInstruments/{id}"]) {
      rig.fake.http.faults.next({ path }, { kind: "status-500-before-act" });
      const input = accountInput(rig, { connectorRecipientId });
      expect(await rig.module.lookupAccount?.(input)).toMatchObject({ kind: "unreachable" });
    }
  });

  it("that the platform has made itself is only read", async () => {
    const rig = await openRig();
    const { instrumentId: pspToken } = rig.fake.register({ type: "iban", iban: IBAN });
    const method = { kind: "passthrough", pspToken, tokenKind: "transfer_instrument" } as const;
    const value = { connectorAccountId: pspToken, status: "VERIFIED" };
    const input = accountInput(rig, { method });
    expect(await rig.module.registerAccount?.(input)).toEqual({ kind: "accepted", value });
    expect(await rig.module.lookupAccount?.(input)).toEqual({ kind: "found", value });
    const unknown = accountInput(rig, { method: { ...method, pspToken: "SE000" } });
    expect(await rig.module.registerAccount?.(unknown)).toMatchObject({
      kind: "rejected",
      error: { reason: "ACCOUNT_NOT_FOUND" },
    });
    expect(await rig.module.lookupAccount?.(unknown)).toEqual({ kind: "not_found" });
  });

  it("waits for its recipient, and is refused where Adyen pays to none such", async () => {
    const rig = await openRig();
    const nobody = accountInput(rig);
    expect(await rig.module.registerAccount?.(nobody)).toMatchObject({
      kind: "not_sent",
      error: { reason: "RECIPIENT_NOT_REGISTERED" },
      later: {},
    });
    expect(await rig.module.lookupAccount?.(nobody)).toEqual({ kind: "not_found" });
    const method = { kind: "paypal", email: "a@example.com" } as never;
    expect(await rig.module.registerAccount?.(accountInput(rig, { method }))).toMatchObject({
      kind: "rejected",
      error: { reason: "METHOD_UNSUPPORTED" },
    });
    expect(rig.fake.http.requests).toEqual([]);
  });
});
