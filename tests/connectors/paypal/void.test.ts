import { describe, expect, it } from "vitest";
import { BATCH, CANCEL, Course, DAY, drift, openRig, settled, to } from "./rig.ts";

describe("a Void", () => {
  it("takes back what nobody has claimed, and says so when it is asked twice", async () => {
    const { rig, course } = await settled("unclaimed");
    expect(await course.void()).toMatchObject({
      kind: "done",
      references: expect.arrayContaining([{ kind: "item", id: course.idOf("item") }]),
    });
    expect(rig.fake.funds.sent("USD")).toBe(0n);
    expect(await course.void()).toMatchObject({ kind: "done" });
    expect(rig.count("POST", CANCEL)).toBe(1);
  });

  it("whose answer was lost is done all the same", async () => {
    const { rig, course } = await settled("unclaimed");
    rig.fake.http.faults.next({ method: "POST", path: CANCEL }, { kind: "half-body" });
    expect(await course.void()).toMatchObject({ kind: "unknown" });
    expect(await course.void()).toMatchObject({ kind: "done" });
  });

  it("waits for a batch that PayPal still works on", async () => {
    const rig = await openRig();
    const course = new Course(rig, { method: to("unclaimed") });
    await course.call();
    for (const ms of [0, 1_000]) {
      rig.clock.advance(ms);
      expect(await course.void()).toMatchObject({
        kind: "not_sent",
        error: { reason: "NOT_CANCELLABLE_YET" },
        later: {},
      });
    }
    expect(rig.count("POST", CANCEL)).toBe(0);
    rig.clock.advance(4_000);
    expect(await course.void()).toMatchObject({ kind: "done" });
  });

  it("waits for it too where only the item is known", async () => {
    const rig = await openRig();
    const course = new Course(rig, { method: to("unclaimed") });
    await course.call();
    rig.clock.advance(1_000);
    await course.lookup();
    course.references = course.references.filter(({ kind }) => kind === "item");
    expect(await course.void()).toMatchObject({ kind: "not_sent", later: {} });
    expect(rig.count("POST", CANCEL)).toBe(1);
  });

  it.each(["pending", "success", "onhold"])("of an item that is %s is refused", async (word) => {
    const { course } = await settled(word);
    expect(await course.void()).toMatchObject({
      kind: "refused",
      error: { reason: "TOO_LATE", connectorCode: "ITEM_INCORRECT_STATUS" },
    });
  });

  it("of an item that is claimed at the last moment is refused", async () => {
    const { rig, course } = await settled("unclaimed");
    const gate = rig.fake.http.gates.next({ method: "POST", path: CANCEL });
    const late = course.void();
    await gate.arrived;
    rig.fake.become(course.idOf("item"), "SUCCESS");
    gate.open();
    expect(await late).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
  });

  it("of an item that somebody else cancels at the last moment is done", async () => {
    const { rig, course } = await settled("unclaimed");
    const gate = rig.fake.http.gates.next({ method: "POST", path: CANCEL });
    const late = course.void();
    await gate.arrived;
    rig.fake.become(course.idOf("item"), "RETURNED");
    gate.open();
    expect(await late).toMatchObject({ kind: "done" });
  });

  it("of an item of which PayPal says so, but that cannot be read, is in doubt", async () => {
    const { rig, course } = await settled("unclaimed");
    const gate = rig.fake.http.gates.next({ method: "POST", path: CANCEL });
    const late = course.void();
    await gate.arrived;
    rig.fake.become(course.idOf("item"), "RETURNED");
    rig.fake.http.faults.next({ method: "GET", path: BATCH }, { kind: "status-500-before-act" });
    gate.open();
    expect(await late).toMatchObject({ kind: "unknown" });
  });

  it("of an item whose time ran out is refused: it is EXPIRED", async () => {
    const { rig, course } = await settled("unclaimed");
    rig.clock.advance(30 * DAY);
    expect(await course.void()).toMatchObject({ kind: "refused" });
    expect(rig.count("POST", CANCEL)).toBe(1);
  });

  it("of a batch that was denied is refused, and cancels nothing", async () => {
    const { rig, course } = await settled("denied");
    drift(rig, ({ batch_header }) => ({ batch_header, items: [] }));
    expect(await course.void()).toMatchObject({ kind: "refused", error: { reason: "TOO_LATE" } });
    expect(rig.count("POST", CANCEL)).toBe(0);
  });

  it("that is answered with an item that is not back is in doubt", async () => {
    const { rig, course } = await settled("unclaimed");
    const change = (body: object) => ({ ...body, transaction_status: "UNCLAIMED" });
    rig.fake.http.faults.next({ method: "POST", path: CANCEL }, { kind: "drift", change });
    expect(await course.void()).toMatchObject({ kind: "unknown" });
  });

  it("of what was never sent is done, and of what may be on its way is not found", async () => {
    const rig = await openRig();
    const held = new Course(rig, { fulfillment: "MANUAL" });
    await held.call("check");
    expect(await held.void()).toEqual({ kind: "done" });
    const course = new Course(rig);
    expect(await course.void(["payout"])).toEqual({ kind: "done" });
    expect(await course.void()).toEqual({ kind: "not_found" });
  });

  it("of what PayPal does not know is not found", async () => {
    const { rig } = await settled("unclaimed");
    const course = new Course(rig);
    course.references = [{ kind: "batch", id: "NOSUCH" }];
    expect(await course.void()).toEqual({ kind: "not_found" });
  });

  it.each(["status-500-before-act", "half-body", "unparseable-2xx"] as const)(
    "that cannot read the payout first did nothing (%s)",
    async (kind) => {
      const { rig, course } = await settled("unclaimed");
      rig.fake.http.faults.next({ method: "GET", path: BATCH }, { kind });
      expect(await course.void()).toMatchObject({ kind: "not_sent" });
      expect(rig.count("POST", CANCEL)).toBe(0);
    },
  );

  it("that comes too often is told when to come again", async () => {
    const { rig, course } = await settled("unclaimed");
    for (const [method, path] of [
      ["GET", BATCH],
      ["POST", CANCEL],
    ] as const) {
      const fault = { kind: "rate-limited", retryAfterSeconds: 9 } as const;
      rig.fake.http.faults.next({ method, path }, fault);
      expect(await course.void()).toMatchObject({ kind: "not_sent", later: { afterMs: 9_000 } });
    }
  });
});
