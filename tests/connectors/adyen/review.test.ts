import { describe, expect, it } from "vitest";
import type { Fault } from "../../processors/support/faults.ts";
import { Course, newKey, openRig } from "./rig.ts";

const APPROVE = { method: "POST", path: "/btl/v4/transfers/approve" };
const CANCEL = { method: "POST", path: "/btl/v4/transfers/cancel" };

async function staged() {
  const rig = await openRig();
  const course = await Course.run(rig, {}, "stage");
  return { rig, course, fake: rig.fake, id: course.transfer.id };
}

describe("a staged payout", () => {
  it("is reviewed at the processor, and nothing is reserved", async () => {
    const { course, fake } = await staged();
    expect(course.sent.body).toMatchObject({ review: { numberOfApprovalsRequired: 1 } });
    expect(course.transfer.status).toBe("approvalPending");
    expect(fake.books.registers(fake.balanceAccountId, "EUR")).toMatchObject({ reserved: 0n });
  });

  it("says REQUIRES_CONFIRMATION although its reply says received", async () => {
    const rig = await openRig();
    const course = new Course(rig, {}, "stage");
    await course.go("route");
    expect(await course.go("staged_transfer")).toMatchObject({
      status: "REQUIRES_CONFIRMATION",
      rawStatus: "received",
    });
  });

  it("pays once it is approved, and the approval is found by what came of it", async () => {
    const { course, fake, id } = await staged();
    course.plan("transfer");
    expect(await course.go("approve")).toEqual({
      status: "INITIATED",
      references: [{ kind: "transfer", id }],
      connectorPayoutId: id,
    });
    expect(await course.lookup("approve")).toEqual({ kind: "not_found" });
    fake.decideReview(id);
    expect(await course.lookup("approve")).toMatchObject({ value: { status: "PENDING" } });
    // Made again, it finds the transfer past its review.
    expect(await course.go("approve")).toMatchObject({ status: "PENDING" });
    expect(course.transfer.approvalsGiven).toBe(1);
  });

  it("is not approved by a second call while the first is worked on", async () => {
    const { course, fake, id } = await staged();
    course.plan("transfer");
    await course.go("approve");
    await course.go("approve");
    expect(course.transfer.approvalsGiven).toBe(1);
    // Under a key of its own the second call is refused, and did nothing.
    course.plan("transfer");
    expect(await course.call("approve")).toMatchObject({ kind: "rejected" });
    fake.decideReview(id);
    expect(await course.call("approve")).toMatchObject({ kind: "accepted" });
  });

  it("whose review has not begun is asked again later", async () => {
    const { course, fake, id } = await staged();
    fake.say(id, "received");
    course.plan("transfer");
    const later = { kind: "not_sent", error: { reason: "REVIEW_NOT_BEGUN" }, later: {} };
    expect(await course.call("approve")).toMatchObject(later);
    expect(await course.void()).toMatchObject(later);
    expect(fake.http.requestsTo("POST", APPROVE.path)).toEqual([]);
    expect(fake.http.requestsTo("POST", CANCEL.path)).toEqual([]);
  });

  it("is approved by somebody else between our look and our call", async () => {
    const { course, fake, id } = await staged();
    course.plan("transfer");
    const gate = fake.http.gates.next(APPROVE);
    const call = course.call("approve");
    await gate.arrived;
    fake.say(id, "authorised");
    gate.open();
    expect(await call).toMatchObject({ kind: "accepted", value: { status: "PENDING" } });
  });

  it("is not approved while it cannot be read", async () => {
    const { course, fake } = await staged();
    course.plan("transfer");
    fake.http.faults.next({ method: "GET" }, { kind: "status-500-before-act" });
    expect(await course.call("approve")).toMatchObject({ kind: "not_sent" });
    expect(fake.http.requestsTo("POST", APPROVE.path)).toEqual([]);
  });

  it("that is not there cannot be approved", async () => {
    const rig = await openRig();
    const course = new Course(rig, {}, "stage");
    course.plan("transfer");
    expect(await course.call("approve")).toMatchObject({
      kind: "not_sent",
      error: { reason: "TRANSFER_NOT_FOUND" },
    });
    course.references = [{ kind: "transfer", id: "NOBODY" }];
    expect(await course.call("approve")).toMatchObject({ kind: "rejected" });
  });
});

describe("a held transfer is taken back", () => {
  async function undone() {
    const rig = await openRig();
    const course = await Course.run(rig, { fulfillment: "MANUAL" });
    expect(rig.module.undoOf?.("held_transfer")).toBe("cancel");
    course.keys["cancel"] = newKey();
    return { rig, course, fake: rig.fake, id: course.transfer.id };
  }

  it("once it has ended, and not when that was asked for", async () => {
    const { course, fake, id } = await undone();
    expect(await course.call("cancel")).toMatchObject({ kind: "unknown" });
    expect(await course.lookup("cancel")).toEqual({ kind: "not_found" });
    expect(await course.call("cancel")).toMatchObject({ kind: "unknown" });
    fake.decideReview(id);
    expect(await course.lookup("cancel")).toMatchObject({ value: { status: "CANCELLED" } });
    expect(await course.go("cancel")).toMatchObject({ status: "CANCELLED" });
  });

  it("also when it has ended by itself", async () => {
    const { course, fake, id } = await undone();
    fake.refuse(id);
    expect(await course.go("cancel")).toMatchObject({ status: "FAILED" });
  });

  it("not after it was approved", async () => {
    const { course, fake, id } = await undone();
    await course.call("cancel");
    fake.overruleCancel(id);
    expect(await course.lookup("cancel")).toEqual({ kind: "not_found" });
    expect(await course.call("cancel")).toMatchObject({
      kind: "rejected",
      error: { reason: "TOO_LATE" },
    });
  });

  it("not proven by the refusal of a second request", async () => {
    const { course } = await undone();
    await course.void();
    expect(await course.call("cancel")).toMatchObject({ kind: "unknown" });
  });
});

describe("a void", () => {
  it("under review is answered later", async () => {
    const { course, fake, id } = await staged();
    expect(await course.void()).toEqual({ kind: "requested" });
    expect(await course.lookup()).toMatchObject({ value: { status: "REQUIRES_CONFIRMATION" } });
    fake.decideReview(id);
    expect(await course.lookup()).toMatchObject({ value: { status: "CANCELLED" } });
    // As after a lost answer.
    const references = [{ kind: "transfer", id }];
    expect(await course.void()).toEqual({ kind: "done", references });
  });

  it("that Adyen overrules ends in the payment", async () => {
    const { course, fake, id } = await staged();
    await course.void();
    fake.overruleCancel(id);
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    expect(await course.void()).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
  });

  it("is too late without a review, while an approval is worked on, and after an end", async () => {
    const rig = await openRig();
    const course = await Course.run(rig);
    const refused = { kind: "refused", error: { reason: "TOO_LATE" } };
    for (const word of ["received", "authorised", "booked", "credited", "failed", "newWord"]) {
      if (word === "newWord") rig.fake.invent(course.transfer.id, word);
      else rig.fake.say(course.transfer.id, word);
      expect([word, await course.void()]).toMatchObject([word, refused]);
    }
    expect(rig.fake.http.requestsTo("POST", CANCEL.path)).toEqual([]);
    const other = await staged();
    other.course.plan("transfer");
    await other.course.go("approve");
    expect(await other.course.void()).toMatchObject(refused);
  });

  it("of a transfer that was never made is done only when that is sure", async () => {
    const rig = await openRig();
    const course = new Course(rig, {}, "stage");
    expect(await course.void(["route", "staged_transfer"])).toEqual({ kind: "done" });
    expect(rig.fake.http.requests).toEqual([]);
    expect(await course.void(["route"])).toEqual({ kind: "not_found" });
  });

  it("finds a transfer whose answer was lost", async () => {
    const { course } = await staged();
    course.references = [];
    expect(await course.void()).toEqual({ kind: "requested" });
  });

  it.each<[Fault, string]>([
    [{ kind: "reset-before-read" }, "unknown"],
    [{ kind: "reset-after-read" }, "unknown"],
    [{ kind: "half-body" }, "unknown"],
    [{ kind: "status-500-before-act" }, "unknown"],
    [{ kind: "status-503-after-act" }, "unknown"],
    [{ kind: "unparseable-2xx" }, "unknown"],
    [{ kind: "empty-2xx" }, "requested"],
    [{ kind: "rate-limited", retryAfterSeconds: 3 }, "not_sent"],
  ])("that meets %j is %s, and requested when it is asked again", async (fault, kind) => {
    const { course, fake, id } = await staged();
    fake.http.faults.next(CANCEL, fault);
    const key = newKey();
    expect(await course.void([], key)).toMatchObject({
      kind,
      ...(kind === "not_sent" && { later: { afterMs: 3_000 } }),
    });
    expect(await course.void([], key)).toEqual({ kind: "requested" });
    fake.decideReview(id);
    expect(course.transfer.status).toBe("cancelled");
  });

  it("under a key that Adyen does not take is refused before it is sent", async () => {
    const { course, fake } = await staged();
    const before = fake.http.requests.length;
    expect(await course.void([], "k".repeat(65))).toMatchObject({ kind: "refused" });
    expect(fake.http.requests).toHaveLength(before);
  });

  it("is not sent while the transfer cannot be read", async () => {
    const { course, fake } = await staged();
    fake.http.faults.next({ method: "GET" }, { kind: "status-500-before-act" });
    expect(await course.void()).toMatchObject({ kind: "not_sent" });
    expect(fake.http.requestsTo("POST", CANCEL.path)).toEqual([]);
  });
});
