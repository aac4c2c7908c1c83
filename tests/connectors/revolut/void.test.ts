import { describe, expect, it } from "vitest";
import { Course, onlyPayment, openRig } from "./rig.ts";

describe("a Void", () => {
  it("before the payment is done at once: a counterparty and a quote pay nobody", async () => {
    const rig = await openRig();
    const held = new Course(rig, { fulfillment: "MANUAL" });
    await held.create();
    const before = rig.fake.http.requests.length;
    expect(await held.void()).toEqual({ kind: "done" });
    const refused = new Course(rig);
    refused.plan("create");
    expect(await refused.void(["indicative_quote", "pay"])).toEqual({ kind: "done" });
    expect(rig.fake.http.requests).toHaveLength(before);
  });

  it("of a payment that may be on its way is not found, and no more than that", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.upToPay();
    expect(await course.void()).toEqual({ kind: "not_found" });
  });

  it.each(["pending", "completed", "failed"])("of one that is %s is refused", async (state) => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.create();
    rig.fake.move(onlyPayment(rig).id, state);
    const refused = { kind: "refused", error: { reason: "TOO_LATE", connectorCode: state } };
    expect(await course.void()).toMatchObject(refused);
    // What the engine has not heard of yet is looked up by its key, whatever it takes for undone.
    const unheard = new Course(rig);
    Object.assign(unheard.keys, course.keys);
    expect(await unheard.void()).toMatchObject(refused);
    unheard.references = course.references;
    expect(await unheard.void(["pay"])).toMatchObject(refused);
  });

  it("that cannot ask was not sent", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.create();
    await rig.fake.http.closePort();
    expect(await course.void()).toMatchObject({ kind: "not_sent" });
  });
});
