import { describe, expect, it } from "vitest";
import type { PayoutInstruction } from "../../../src/connectors/connector.ts";
import { Course, openRig, type Rig, register, ZOE } from "./rig.ts";

const CALCULATE = "/bcl/v2/transferRoutes/calculate";

/** Makes the fake offer routes with these requirements, one each. */
function offer({ fake }: Rig, ...requirements: readonly object[]): void {
  const change = () => ({
    transferRoutes: requirements.map((requirement) => ({
      category: "bank",
      country: "NL",
      currency: "EUR",
      priority: "regular",
      requirements: [requirement],
    })),
  });
  fake.http.faults.next({ path: CALCULATE }, { kind: "drift", change });
}

describe("a route check", () => {
  it("that finds a way leaves the payout where it is", async () => {
    const rig = await openRig();
    expect(await new Course(rig).call("route")).toEqual({
      kind: "accepted",
      value: { status: "REQUIRES_CREATION", references: [] },
    });
    expect(await new Course(rig, {}, "stage").go("route")).toMatchObject({
      status: "REQUIRES_CONFIRMATION",
    });
    const [request] = rig.fake.http.requestsTo("POST", CALCULATE);
    expect(request?.body).toMatchObject({
      balancePlatform: rig.fake.owner.balancePlatform,
      balanceAccountId: rig.fake.balanceAccountId,
      currency: "EUR",
    });
    expect(JSON.stringify(request?.body)).not.toContain("Hopper");
  });

  it("that finds none is INELIGIBLE, and another connector may pay", async () => {
    const rig = await openRig();
    rig.fake.routes = [];
    expect(await new Course(rig).call("route")).toMatchObject({
      kind: "accepted",
      value: { status: "INELIGIBLE", error: { reason: "DESTINATION_UNSUPPORTED" } },
    });
    expect(rig.fake.transfers).toEqual([]);
  });

  it.each<[string, object, string | null, Partial<PayoutInstruction>?]>([
    ["a largest amount", { type: "amountMinMaxRequirement", max: 1233 }, "LIMIT_EXCEEDED"],
    ["a smallest amount", { type: "amountMinMaxRequirement", min: "1235" }, "AMOUNT_TOO_SMALL"],
    ["bounds that hold", { type: "amountMinMaxRequirement", min: 1234, max: 1234 }, null],
    ["bounds that cannot be read", { type: "amountMinMaxRequirement", max: "many" }, null],
    ["whole amounts", { type: "amountNonZeroDecimalsRequirement" }, "AMOUNT_UNSUPPORTED"],
    [
      "whole amounts, of one",
      { type: "amountNonZeroDecimalsRequirement" },
      null,
      { amount: { minorAmount: 1200n, currency: "EUR" } },
    ],
    [
      "another form of account",
      {
        type: "bankAccountIdentificationTypeRequirement",
        bankAccountIdentificationTypes: ["numberAndBic"],
      },
      "METHOD_UNSUPPORTED",
    ],
    [
      "this form of account",
      {
        type: "bankAccountIdentificationTypeRequirement",
        bankAccountIdentificationTypes: ["numberAndBic", "iban"],
      },
      null,
    ],
    [
      "IBANs of elsewhere",
      { type: "ibanAccountIdentificationRequirement", ibanPrefixes: ["DE"] },
      "DESTINATION_UNSUPPORTED",
    ],
    [
      "IBANs of here",
      { type: "ibanAccountIdentificationRequirement", ibanPrefixes: ["DE", "NL"] },
      null,
    ],
    [
      "an address that is not whole",
      { type: "addressRequirement", requiredAddressFields: ["city", "stateOrProvince"] },
      "RECIPIENT_ADDRESS_REQUIRED",
    ],
    [
      "an address that is there",
      { type: "addressRequirement", requiredAddressFields: ["city", "country", "line1"] },
      null,
    ],
    [
      "an address of nobody",
      { type: "addressRequirement", requiredAddressFields: ["country"] },
      "RECIPIENT_ADDRESS_REQUIRED",
      { person: null },
    ],
    ["what is not known", { type: "moonPhaseRequirement", phase: "full" }, null],
    ["what has no type", {}, null],
  ])(
    "holds a route that wants %s against the payout",
    async (_name, requirement, reason, changes) => {
      const rig = await openRig();
      offer(rig, requirement);
      const value =
        reason === null
          ? { status: "REQUIRES_CREATION" }
          : { status: "INELIGIBLE", error: { reason } };
      expect(await new Course(rig, changes).call("route")).toMatchObject({
        kind: "accepted",
        value,
      });
    },
  );

  it("is content with one way that is open", async () => {
    const rig = await openRig();
    offer(rig, { type: "amountMinMaxRequirement", max: 1 }, { type: "addressRequirement" });
    expect(await new Course(rig).go("route")).toMatchObject({ status: "REQUIRES_CREATION" });
  });

  it("answered with something else is unknown", async () => {
    const rig = await openRig();
    const change = () => ({ hello: "world" });
    rig.fake.http.faults.next({ path: CALCULATE }, { kind: "drift", change });
    expect(await new Course(rig).call("route")).toMatchObject({ kind: "unknown" });
  });

  it("is not looked up: it is made again", async () => {
    const rig = await openRig();
    expect(await new Course(rig).lookup("route")).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toEqual([]);
  });
});

describe("a registered account", () => {
  it("that is not verified yet holds the payout until it is", async () => {
    const rig = await openRig();
    const registered = await register(rig, undefined, false);
    const course = new Course(rig, { registered });
    expect(await course.call("route")).toMatchObject({
      kind: "not_sent",
      error: { reason: "RECIPIENT_NOT_READY", connectorCode: "pending" },
      later: { status: "REQUIRES_VENDOR_ACCOUNT_CREATION" },
    });
    // A payout that waits for its confirmation goes on waiting for that.
    const staged = await new Course(rig, { registered }, "stage").call("route");
    expect(staged).toMatchObject({ kind: "not_sent", later: {} });
    expect(staged).not.toHaveProperty("later.status");
    rig.fake.verify(registered.recipientId, "invalid");
    expect(await course.call("route")).toMatchObject({ error: { connectorCode: "invalid" } });
    rig.fake.verify(registered.recipientId);
    await course.go("route");
    await course.go("transfer");
    rig.fake.credit(course.transfer.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
  });

  it("that Adyen has refused, or does not know, is INELIGIBLE", async () => {
    const rig = await openRig();
    const registered = await register(rig, undefined, false);
    rig.fake.verify(registered.recipientId, "rejected");
    expect(await new Course(rig, { registered }).go("route")).toMatchObject({
      status: "INELIGIBLE",
      error: { reason: "ACCOUNT_REFUSED" },
    });
    const unknown = { recipientId: registered.recipientId, accountId: "SE000" };
    expect(await new Course(rig, { registered: unknown, person: ZOE }).go("route")).toMatchObject({
      status: "INELIGIBLE",
      error: { reason: "ACCOUNT_NOT_FOUND" },
    });
  });
});
