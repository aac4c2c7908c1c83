import { describe, expect, it } from "vitest";
import { Course, openRig, registered } from "./rig.ts";

const MASS_PAYMENT = { method: "POST", path: "/mass-payments/{id}" };

async function paid() {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) });
  await course.go();
  return { rig, course };
}

async function staged() {
  const rig = await openRig();
  const course = new Course(rig, { registered: await registered(rig) }, "stage");
  await course.go();
  return { rig, course };
}

async function released() {
  const { rig, course } = await staged();
  course.plan("transfer");
  await course.go("release");
  return { rig, course };
}

describe("a void", () => {
  it("of a pending transfer is done, and its money is back", async () => {
    const { rig, course } = await paid();
    const references = [{ kind: "transfer", id: course.transfer.id }];
    expect(await course.void()).toEqual({ kind: "done", references });
    // As after a lost answer.
    expect(await course.void()).toEqual({ kind: "done", references });
    expect(rig.fake.http.requestsTo("POST", "/transfers/{id}")).toHaveLength(1);
    expect(await course.lookup()).toMatchObject({ value: { status: "CANCELLED" } });
    expect(rig.fake.balanceCents).toBe(1_000_000n);
  });

  it("of a transfer that the bank has is too late, and leaves the payout as it was", async () => {
    const { rig, course } = await paid();
    rig.fake.send(course.transfer.id);
    expect(await course.void()).toMatchObject({
      kind: "refused",
      error: { reason: "TOO_LATE", connectorCode: "NotAllowed" },
    });
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    rig.fake.process(course.transfer.id);
    expect(await course.void()).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
    rig.fake.return(course.transfer.id);
    expect(await course.void()).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
  });

  it("of a transfer whose answer was lost finds it by the key", async () => {
    const rig = await openRig();
    const course = new Course(rig, { registered: await registered(rig) });
    await course.go("check");
    rig.fake.http.faults.next(
      { method: "POST", path: "/transfers" },
      { kind: "status-503-after-act" },
    );
    expect((await course.call("transfer")).kind).toBe("unknown");
    expect(await course.void()).toMatchObject({ kind: "done" });
    expect(course.transfer.status).toBe("cancelled");
  });

  it("before there is anything is done when surely nothing was sent, and finds nothing otherwise", async () => {
    const rig = await openRig();
    for (const operation of ["create", "stage"] as const) {
      const course = new Course(rig, { registered: await registered(rig) }, operation);
      await course.go("check");
      expect(await course.void()).toEqual({ kind: "not_found" });
      expect(await course.void(["transfer", "hold"])).toEqual({ kind: "done" });
    }
  });

  it("of a staged payout ends its mass payment", async () => {
    const { rig, course } = await staged();
    const references = [{ kind: "mass_payment", id: course.massPayment.id }];
    expect(await course.void()).toEqual({ kind: "done", references });
    expect(await course.void()).toEqual({ kind: "done", references });
    expect(await course.lookup()).toMatchObject({ value: { status: "CANCELLED" } });
    // Nobody can release it any more.
    course.plan("transfer");
    expect(await course.call("release")).toMatchObject({ value: { status: "CANCELLED" } });
    expect(rig.fake.transfers).toHaveLength(0);
  });

  it("of a released one waits for the transfer, and then cancels that", async () => {
    const { rig, course } = await released();
    expect(await course.void()).toMatchObject({
      kind: "not_sent",
      later: {},
      error: { reason: "BEING_RELEASED" },
    });
    rig.fake.completeMassPayment(course.massPayment.id);
    expect(await course.void()).toEqual({
      kind: "done",
      references: [{ kind: "transfer", id: course.transfer.id }],
    });
    expect(await course.lookup()).toMatchObject({ value: { status: "CANCELLED" } });
    expect(rig.fake.balanceCents).toBe(1_000_000n);
  });

  it("of one whose item has failed is too late", async () => {
    const { rig, course } = await released();
    rig.fake.fund(-rig.fake.balanceCents);
    rig.fake.completeMassPayment(course.massPayment.id);
    expect(await course.void()).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
  });

  it("that meets a release on its way never leaves both", async () => {
    const { rig, course } = await staged();
    course.plan("transfer");
    const gate = rig.fake.http.gates.next(MASS_PAYMENT);
    const releasing = course.call("release");
    await gate.arrived;
    expect(await course.void()).toMatchObject({ kind: "done" });
    gate.open();
    // The release was refused, since there was nothing left to release: that is how the payout stands.
    expect(await releasing).toMatchObject({ kind: "accepted", value: { status: "CANCELLED" } });
    expect(rig.fake.transfers).toHaveLength(0);
  });

  it.each(["reset-after-read", "status-503-after-act", "unparseable-2xx", "empty-2xx"] as const)(
    "of a staged payout whose answer is lost (%s) is unknown, and done when it is asked again",
    async (kind) => {
      const { rig, course } = await staged();
      rig.fake.http.faults.next(MASS_PAYMENT, { kind });
      expect((await course.void()).kind).toBe("unknown");
      expect((await course.void()).kind).toBe("done");
    },
  );
});

describe("taking a hold back", () => {
  it("ends the mass payment, once", async () => {
    const { rig, course } = await staged();
    expect(rig.module.undoOf?.("hold")).toBe("cancel_hold");
    expect(rig.module.effectOf("hold")).toBe("HOLD");
    expect(await course.lookup("cancel_hold")).toEqual({ kind: "not_found" });
    await course.go("cancel_hold", "cancel_hold");
    expect(course.massPayment.status).toBe("cancelled");
    expect(rig.fake.http.requestsTo("POST", "/mass-payments/{id}")).toHaveLength(1);
    expect(await course.lookup("cancel_hold")).toMatchObject({
      kind: "found",
      value: { status: "CANCELLED" },
    });
  });

  it("is refused while what was released may still be paid", async () => {
    const { rig, course } = await released();
    expect(await course.call("cancel_hold")).toMatchObject({
      kind: "rejected",
      error: { reason: "TOO_LATE" },
    });
    rig.fake.completeMassPayment(course.massPayment.id);
    expect((await course.call("cancel_hold")).kind).toBe("rejected");
    rig.fake.fail(course.transfer.id);
    expect(await course.call("cancel_hold")).toMatchObject({
      kind: "accepted",
      value: { status: "FAILED" },
    });
  });
});
