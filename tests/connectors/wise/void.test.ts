import { describe, expect, it } from "vitest";
import { Course, openRig } from "./rig.ts";

async function created(word?: string, ...more: readonly string[]) {
  const rig = await openRig();
  const course = new Course(rig);
  await course.go("quote", "account", "transfer", ...more);
  if (word !== undefined) rig.fake.move(course.transfer.id, word);
  return { rig, course };
}

describe("a void", () => {
  it("of an unfunded transfer is done", async () => {
    const { rig, course } = await created();
    const references = [{ kind: "transfer", id: String(course.transfer.id) }];
    expect(await course.void()).toEqual({ kind: "done", references });
    // As after a lost answer.
    expect(await course.void()).toMatchObject({ kind: "done" });
    expect(await course.lookup()).toMatchObject({ value: { status: "CANCELLED" } });
    rig.fake.http.assertClean();
  });

  it("of a funded one is answered by its refund", async () => {
    const { rig, course } = await created(undefined, "fund");
    expect(await course.void()).toEqual({ kind: "requested" });
    expect(await course.lookup()).toMatchObject({ value: { status: "PENDING" } });
    expect(await course.void()).toEqual({ kind: "requested" });
    rig.fake.refund(course.transfer.id);
    expect(await course.lookup()).toMatchObject({ value: { status: "REVERSED" } });
    expect(rig.fake.balances.available("GBP")).toBe(1_000_000n);
    rig.fake.http.assertClean();
  });

  it.each([
    "funds_converted",
    "outgoing_payment_sent",
    "bounced_back",
    "funds_refunded",
    "charged_back",
    "waiting_recipient_input_to_proceed",
    "unknown",
    "a_new_word",
  ])("after %s is too late", async (word) => {
    const { rig, course } = await created(word, "fund");
    expect(await course.void()).toMatchObject({
      kind: "refused",
      error: { reason: "TOO_LATE", connectorCode: "transfer.cancellation.not.allowed" },
    });
    expect(course.transfer.status).toBe(word);
    rig.fake.http.assertClean();
  });

  it("of a transfer that was never made finds none", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    expect(await course.void()).toEqual({ kind: "not_found" });
    await course.go("quote", "account");
    expect(await course.void()).toEqual({ kind: "not_found" });
  });

  it("of a transfer that surely was never made is done without a call", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account");
    const before = rig.fake.http.requests.length;
    expect(await course.void(["transfer", "fund"])).toEqual({ kind: "done" });
    expect(rig.fake.http.requests).toHaveLength(before);
    await course.go("transfer");
    expect(await course.void(["fund"])).toMatchObject({ kind: "done" });
    expect(course.transfer.status).toBe("cancelled");
  });

  it("finds a transfer whose answer was lost", async () => {
    const { rig, course } = await created();
    course.references = course.references.filter(({ kind }) => kind !== "transfer");
    expect(await course.void()).toMatchObject({ kind: "done" });
    rig.fake.http.assertClean();
  });

  it("is not sent while the transfer cannot be read", async () => {
    const { rig, course } = await created();
    rig.fake.http.faults.next({ method: "GET" }, { kind: "status-500-before-act" });
    expect(await course.void()).toMatchObject({ kind: "not_sent" });
    expect(course.transfer.status).toBe("incoming_payment_waiting");
  });
});
