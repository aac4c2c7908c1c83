import { describe, expect, it } from "vitest";
import { BATCH, Course, DAY, openRig, PAYOUTS } from "./rig.ts";

/** A payout whose answer was lost. */
async function lost() {
  const rig = await openRig();
  const course = new Course(rig);
  rig.fake.http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "reset-after-read" });
  expect((await course.call()).kind).toBe("unknown");
  return { rig, course };
}

/** The refusal of a repeat, changed. */
async function repeatedWith(change: (body: Record<string, unknown>) => object) {
  const { rig, course } = await lost();
  rig.fake.http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "drift", change });
  return { rig, course, outcome: await course.call() };
}

function details(link: unknown, more: object = { field: "SENDER_BATCH_ID" }) {
  return (body: Record<string, unknown>) => ({ ...body, details: [{ issue: "x", link, ...more }] });
}

describe("a repeat", () => {
  it("finds the batch of the call before it, by the link of its refusal", async () => {
    const { rig, course } = await lost();
    // No look-up could: only a repeat tells the id.
    expect(await course.lookup("payout")).toEqual({ kind: "not_found" });
    rig.clock.advance(5_000);
    expect(await course.call()).toMatchObject({
      kind: "accepted",
      value: { status: "SUCCESS", connectorPayoutId: course.batch.id },
    });
    expect(rig.fake.funds.sent("USD")).toBe(1_234n + 25n);
    const keys = rig.fake.http
      .requestsTo("POST", PAYOUTS)
      .map(({ body }) => (body as { sender_batch_header: unknown }).sender_batch_header);
    expect(keys).toEqual([
      { sender_batch_id: course.keys["payout"] },
      { sender_batch_id: course.keys["payout"] },
    ]);
    // The link's own host was not asked.
    expect(rig.count("GET", BATCH)).toBe(1);
  });

  it("is told how a batch ended that was denied meanwhile", async () => {
    const { rig, course } = await lost();
    rig.fake.settle(course.batch.id);
    rig.fake.http.faults.next(
      { method: "GET", path: BATCH },
      {
        kind: "drift",
        change: (body: { batch_header: object }) => ({
          batch_header: { ...body.batch_header, batch_status: "DENIED" },
          items: [],
        }),
      },
    );
    expect(await course.call()).toMatchObject({
      kind: "accepted",
      value: { status: "FAILED", error: { reason: "BATCH_DENIED" } },
    });
  });

  it.each([
    ["no link", undefined],
    ["a link without an address", [{ rel: "self" }]],
    ["a link to something else", [{ href: "https://api.paypal.com/v1/payments/payouts-item/ABC" }]],
    ["a link out of its place", [{ href: "https://api.paypal.com/v1/payments/payouts/../x" }]],
  ])("with %s is in doubt, and never a refusal", async (_name, link) => {
    const { outcome } = await repeatedWith(details(link));
    expect(outcome.kind).toBe("unknown");
  });

  it("without any details is in doubt", async () => {
    const { outcome } = await repeatedWith((body) => ({ ...body, details: [] }));
    expect(outcome.kind).toBe("unknown");
  });

  it("that is refused under another name is one all the same", async () => {
    const { outcome } = await repeatedWith((body) => ({ ...body, name: "DUPLICATE_REQUEST_ID" }));
    expect(outcome.kind).toBe("accepted");
  });

  it("that is refused for another field is refused", async () => {
    const { outcome } = await repeatedWith(details(undefined, { field: "items[0].receiver" }));
    expect(outcome.kind).toBe("rejected");
  });

  it.each(["/v1/payments/payouts/ID", "https://evil.example/v1/payments/payouts/ID?a=1"])(
    "follows only the id of %s",
    async (href) => {
      const { rig, course } = await lost();
      const link = [{ href: href.replace("ID", course.batch.id), rel: "self" }];
      rig.fake.http.faults.next(
        { method: "POST", path: PAYOUTS },
        { kind: "drift", change: details(link) },
      );
      expect(await course.call()).toMatchObject({ kind: "accepted" });
      expect(course.idOf("batch")).toBe(course.batch.id);
    },
  );

  it("takes no batch of another key for its own", async () => {
    const { rig, course } = await lost();
    const other = new Course(rig);
    await other.call();
    const link = [{ href: `/v1/payments/payouts/${other.idOf("batch")}`, rel: "self" }];
    rig.fake.http.faults.next(
      { method: "POST", path: PAYOUTS },
      { kind: "drift", change: details(link) },
    );
    expect((await course.call()).kind).toBe("unknown");
  });

  it("whose original cannot be read now is in doubt, and found the next time", async () => {
    const { rig, course } = await lost();
    rig.fake.http.faults.next({ method: "GET", path: BATCH }, { kind: "status-500-before-act" });
    expect((await course.call()).kind).toBe("unknown");
    expect(await course.call()).toMatchObject({ kind: "accepted", value: { status: "INITIATED" } });
    expect(rig.fake.batches.all).toHaveLength(1);
  });

  it("is safe for as long as the manifest says, and no longer than PayPal does", async () => {
    const { rig, course } = await lost();
    const { windowMs, maxKeyLength } = rig.module.manifest.idempotency;
    expect(windowMs).toBeLessThan(30 * DAY);
    expect(maxKeyLength).toBe(256);
    rig.clock.advance(windowMs);
    expect((await course.call()).kind).toBe("accepted");
    expect(rig.fake.batches.all).toHaveLength(1);
  });
});

it("an answer with another key than ours is in doubt", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  const change = (body: { batch_header: object }) => ({
    batch_header: { ...body.batch_header, sender_batch_header: { sender_batch_id: "other" } },
  });
  rig.fake.http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "drift", change });
  expect((await course.call()).kind).toBe("unknown");
});
