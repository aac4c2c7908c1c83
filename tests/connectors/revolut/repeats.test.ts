import { describe, expect, it } from "vitest";
import type { Fault } from "../../processors/support/faults.ts";
import { Course, IBAN, onlyPayment, openRig, sentTo } from "./rig.ts";

const DAY = 24 * 3_600_000;

describe.each(["answered", "refused"] as const)("a repeated request id that is %s", (repeats) => {
  it("is the payment that it made, wherever that is by now", async () => {
    const rig = await openRig({ repeats });
    const course = new Course(rig);
    await course.create();
    const { id } = onlyPayment(rig);
    for (const [move, status] of [
      ["pending", "PENDING"],
      ["completed", "SUCCESS"],
      ["reverted", "REVERSED"],
    ] as const) {
      rig.fake.move(id, move);
      expect(await course.call("pay")).toMatchObject({
        kind: "accepted",
        value: { status, connectorPayoutId: id },
      });
    }
    expect(onlyPayment(rig).requestId).toBe(course.keys["pay"]);
    const bodies = sentTo(rig, "POST", "/pay").map(({ raw }) => raw.toString());
    expect(new Set(bodies).size).toBe(1);
  });

  it("is FAILED with the reason where the payment was declined", async () => {
    const rig = await openRig({ repeats });
    const course = new Course(rig);
    await course.create();
    rig.fake.decline(onlyPayment(rig).id, "account_closed");
    expect(await course.call("pay")).toMatchObject({
      kind: "accepted",
      value: { status: "FAILED", error: { reason: "ACCOUNT_CLOSED" } },
    });
  });

  it("is known by a look-up alone, once its two weeks are over", async () => {
    const rig = await openRig({ repeats });
    const course = new Course(rig);
    await course.create();
    const lost = { ...course.keys };
    rig.clock.advance(14 * DAY);
    const again = new Course(rig);
    Object.assign(again.keys, lost);
    expect(await again.lookup("pay")).toMatchObject({
      kind: "found",
      value: { status: "PENDING" },
    });
    // The engine repeats nothing after this, since Revolut would pay again.
    expect(rig.module.manifest.idempotency.windowMs).toBeLessThan(14 * DAY);
  });
});

describe("a request id that is refused as used", () => {
  it.each<Fault>([
    { kind: "reset-after-read" },
    { kind: "status-503-after-act" },
    { kind: "empty-2xx" },
    { kind: "drift", change: () => [] },
    { kind: "drift", change: () => ({}) },
    { kind: "rate-limited", retryAfterSeconds: 1 },
  ])("is unknown while the payment cannot be read: %o", async (fault) => {
    const rig = await openRig({ repeats: "refused" });
    const course = new Course(rig);
    await course.create();
    rig.fake.http.faults.next({ method: "GET", path: "/api/1.0/transactions" }, fault);
    expect(await course.call("pay")).toMatchObject({ kind: "unknown" });
    expect(await course.call("pay")).toMatchObject({ kind: "accepted" });
  });

  it("is another's while no payment has our key", async () => {
    const rig = await openRig({ repeats: "refused" });
    const course = new Course(rig);
    await course.create();
    // A list that does not heed its filter.
    const change = (list: object[]) => list.map((each) => ({ ...each, request_id: "another" }));
    const path = "/api/1.0/transactions";
    rig.fake.http.faults.next({ method: "GET", path }, { kind: "drift", change });
    expect(await course.call("pay")).toMatchObject({ kind: "unknown" });
  });
});

it("a key of 40 characters is sent whole", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  await course.upToPay();
  course.keys["pay"] = "k".repeat(40);
  await course.go(["pay"]);
  expect(onlyPayment(rig).requestId).toBe("k".repeat(40));
});

describe("a counterparty that is there already", () => {
  it("serves, whoever has added it", async () => {
    const rig = await openRig();
    const first = new Course(rig);
    await first.create();
    const course = new Course(rig);
    await course.go(course.plan("create").slice(0, 2));
    expect(course.references).toEqual(first.references.slice(0, 1));
    expect(rig.fake.counterparties.listed()).toHaveLength(1);
  });

  it("is unknown while it cannot be read", async () => {
    const rig = await openRig();
    await new Course(rig).create();
    const course = new Course(rig);
    course.plan("create");
    const path = "/api/1.0/counterparty/{counterparty_id}";
    rig.fake.http.faults.next({ method: "GET", path }, { kind: "status-500-before-act" });
    expect(await course.call("counterparty")).toMatchObject({ kind: "unknown" });
    expect(await course.call("counterparty")).toMatchObject({ kind: "accepted" });
  });

  it.each<object>([{ iban: IBAN.replace("06", "07") }, { currency: "GBP" }])(
    "is not paid when its account is another: %j",
    async (other) => {
      const rig = await openRig();
      await new Course(rig).create();
      const course = new Course(rig);
      course.plan("create");
      const path = "/api/1.0/counterparty/{counterparty_id}";
      const change = (body: { accounts: object[] }) => ({
        ...body,
        accounts: body.accounts.map((each) => ({ ...each, ...other })),
      });
      rig.fake.http.faults.next({ method: "GET", path }, { kind: "drift", change });
      expect(await course.call("counterparty")).toMatchObject({
        kind: "rejected",
        error: { reason: "ACCOUNT_EXISTS", connectorCode: "3012" },
      });
    },
  );
});
