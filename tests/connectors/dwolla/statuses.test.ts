import { describe, expect, it } from "vitest";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { Course, openRig, type Rig, recipientInput, registered } from "./rig.ts";

/** Makes the fake show a word that it does not know by itself. */
function show({ fake }: Rig, path: string, word: string): void {
  const change = (body: object) => ({ ...body, status: word });
  fake.http.faults.next({ method: "GET", path }, { kind: "drift", change });
}

async function paid() {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) });
  await course.go();
  return { rig, course };
}

describe("a mass payment's word", () => {
  it.each<[string, PayoutStatus]>([
    ["deferred", "REQUIRES_CONFIRMATION"],
    ["pending", "INITIATED"],
    ["processing", "PENDING"],
    ["cancelled", "CANCELLED"],
    ["paused", "PENDING"],
    ["constructor", "PENDING"],
  ])("%s is %s", async (word, wanted) => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) }, "stage");
    await course.go();
    show(rig, "/mass-payments/{id}", word);
    expect(await course.lookup()).toMatchObject({ value: { status: wanted, rawStatus: word } });
  });

  it("complete says nothing before its item does", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) }, "stage");
    await course.go();
    show(rig, "/mass-payments/{id}", "complete");
    expect(await course.lookup()).toMatchObject({
      value: { status: "PENDING", rawStatus: "complete" },
    });
  });
});

describe("a return", () => {
  it.each([
    ["R01", "INSUFFICIENT_FUNDS"],
    ["R02", "ACCOUNT_CLOSED"],
    ["R03", "ACCOUNT_NOT_FOUND"],
    ["R04", "ACCOUNT_NUMBER_INVALID"],
    ["R16", "ACCOUNT_FROZEN"],
    ["R20", "ACCOUNT_RESTRICTED"],
    ["R23", "BANK_DECLINED"],
  ])(
    "%s before it was paid is FAILED, after that REVERSED, with the code",
    async (code, reason) => {
      const error = { reason, connectorCode: code, category: "CONNECTOR_DECLINED" };
      const early = await paid();
      early.rig.fake.fail(early.course.transfer.id, code);
      expect(await early.course.lookup()).toMatchObject({ value: { status: "FAILED", error } });

      const late = await paid();
      late.rig.fake.process(late.course.transfer.id);
      expect(await late.course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
      late.rig.fake.return(late.course.transfer.id, code);
      expect(await late.course.lookup()).toMatchObject({ value: { status: "REVERSED", error } });
      expect(late.rig.fake.balanceCents).toBe(1_000_000n);
    },
  );

  it("is looked at again where its reason cannot be read, and is none the less there without one", async () => {
    const { rig, course } = await paid();
    rig.fake.fail(course.transfer.id, "R03");
    const failure = { method: "GET", path: "/transfers/{id}/failure" };
    rig.fake.http.faults.next(failure, { kind: "unparseable-2xx" });
    expect((await course.lookup()).kind).toBe("unreachable");
    expect(await course.lookup()).toMatchObject({ value: { error: { connectorCode: "R03" } } });
  });
});

describe("a recipient's word", () => {
  it.each([
    ["unverified", "ACTIVE", []],
    ["verified", "ACTIVE", []],
    ["retry", "ACTION_REQUIRED", ["verification.retry"]],
    ["kba", "ACTION_REQUIRED", ["verification.kba"]],
    ["document", "ACTION_REQUIRED", ["verification.document"]],
    ["suspended", "REJECTED", []],
    ["deactivated", "REJECTED", []],
    ["constructor", "PENDING", []],
  ])("%s is %s", async (word, status, requirements) => {
    const rig = await openRig();
    show(rig, "/customers/{id}", word);
    const outcome = await rig.module.registerRecipient?.(recipientInput(rig));
    expect(outcome).toMatchObject({ kind: "accepted", value: { status, requirements } });
  });

  it.each(["retry", "kba", "document"])("%s makes a payout wait for it", async (word) => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) });
    show(rig, "/customers/{id}", word);
    expect(await course.call("check")).toMatchObject({
      kind: "not_sent",
      later: { status: "REQUIRES_VENDOR_ACCOUNT_CREATION" },
      error: { reason: "RECIPIENT_NOT_READY", connectorCode: word },
    });
    await course.go();
    expect(course.transfer.status).toBe("pending");
  });

  it.each(["suspended", "deactivated"])("%s makes a payout ineligible", async (word) => {
    const rig = await openRig();
    const known = await registered(rig);
    rig.fake.setCustomerStatus(known.recipientId, word);
    const course = new Course(rig, { registered: known });
    expect(await course.call("check")).toMatchObject({
      kind: "accepted",
      value: { status: "INELIGIBLE", error: { reason: "RECIPIENT_REFUSED", connectorCode: word } },
    });
  });
});
