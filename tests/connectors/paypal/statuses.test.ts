import { describe, expect, it } from "vitest";
import { itemStatus } from "../../../src/connectors/paypal/item-state.ts";
import { type BatchBody, Course, DAY, drift, openRig, settled } from "./rig.ts";

it("a batch goes its way, and its item is known as soon as PayPal has got to it", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  expect(await course.lookup()).toEqual({ kind: "not_found" });
  expect(await course.call()).toEqual({
    kind: "accepted",
    value: {
      status: "INITIATED",
      rawStatus: "PENDING",
      references: [{ kind: "batch", id: course.batch.id }],
      connectorPayoutId: course.batch.id,
    },
  });
  expect(await course.state()).toMatchObject({ status: "INITIATED" });
  expect(course.idOf("item")).toBe("");
  rig.clock.advance(1_000);
  expect(await course.state()).toMatchObject({ status: "PENDING", rawStatus: "PENDING" });
  rig.clock.advance(4_000);
  const [item] = course.batch.items;
  expect(await course.state()).toEqual({
    status: "SUCCESS",
    rawStatus: "SUCCESS",
    references: [
      { kind: "batch", id: course.batch.id },
      { kind: "item", id: item?.id },
      { kind: "transaction", id: item?.transactionId },
    ],
    connectorPayoutId: course.batch.id,
    destinationAmount: { minorAmount: 1_234n, currency: "USD" },
    sequence: rig.clock.now(),
  });
});

it.each([
  ["refunded", "REFUNDED"],
  ["reversed", "TAKEN_BACK"],
])("%s after it was paid is REVERSED, which only a look-up tells", async (word, reason) => {
  const { rig, course } = await settled(word);
  rig.clock.advance(DAY);
  expect(await course.state()).toMatchObject({ status: "REVERSED", error: { reason } });
});

it("says why an item failed, without the receiver's address", async () => {
  const { rig, course } = await settled("failed");
  expect((await course.state()).error).toMatchObject({
    category: "CONNECTOR_DECLINED",
    reason: "ACCOUNT_UNUSABLE",
    connectorCode: "RECEIVER_ACCOUNT_INVALID",
    connectorMessage: "Receiver's account is invalid.",
  });
  drift(rig, ({ batch_header, items }) => ({
    batch_header,
    items: [{ ...items[0], errors: { name: "NEWS", message: "no failed@example.com here" } }],
  }));
  const state = await course.state();
  expect(state.error).toMatchObject({ reason: "CONNECTOR_FAILURE", connectorCode: "NEWS" });
  expect(state.error).not.toHaveProperty("connectorMessage");
});

describe("a returned item", () => {
  it("was not claimed in time when it came back after 30 days", async () => {
    const { rig, course } = await settled("unclaimed");
    rig.clock.advance(30 * DAY);
    expect(await course.state()).toMatchObject({
      status: "EXPIRED",
      rawStatus: "RETURNED",
      error: { reason: "NOT_CLAIMED_IN_TIME" },
    });
  });

  it("that came back before may be anything, and is REVERSED, whenever that is asked", async () => {
    const { rig, course } = await settled("unclaimed");
    rig.clock.advance(10 * DAY);
    rig.fake.become(course.idOf("item"), "RETURNED");
    for (const days of [0, 60]) {
      rig.clock.advance(days * DAY);
      expect(await course.state()).toMatchObject({
        status: "REVERSED",
        error: { reason: "RETURNED" },
      });
    }
  });

  it.each(["time_processed", "time_created"])("without its %s is REVERSED", async (name) => {
    const { rig, course } = await settled("unclaimed");
    rig.clock.advance(30 * DAY);
    drift(rig, ({ batch_header, items }) => ({
      batch_header: { ...batch_header, [name]: undefined },
      items: [{ ...items[0], [name]: undefined }],
    }));
    expect(await course.state()).toMatchObject({ status: "REVERSED" });
  });

  it("that is known to have been cancelled is CANCELLED", () => {
    expect(itemStatus("RETURNED", "cancelled")).toBe("CANCELLED");
  });

  it("that we may have cancelled is CANCELLED, unless its time had run out", async () => {
    for (const [days, status] of [
      [10, "CANCELLED"],
      [30, "EXPIRED"],
    ] as const) {
      const { rig, course } = await settled("unclaimed");
      course.stopAsked = true;
      expect(await course.state()).toMatchObject({ status: "REQUIRES_PAYOUT_METHOD_DATA" });
      rig.clock.advance(days * DAY);
      rig.fake.become(course.idOf("item"), "RETURNED");
      expect(await course.state()).toMatchObject({ status, rawStatus: "RETURNED" });
      course.references = course.references.filter(({ kind }) => kind === "item");
      expect(await course.state()).toMatchObject({ status: "CANCELLED" });
    }
  });
});

it.each([
  // A denied batch takes along what has not gone anywhere yet.
  ["DENIED", "PENDING", "FAILED"],
  ["DENIED", "SUCCESS", "SUCCESS"],
  ["DENIED", "UNCLAIMED", "REQUIRES_PAYOUT_METHOD_DATA"],
  ["PROCESSING", "SUCCESS", "SUCCESS"],
  ["SUCCESS", "success", "PENDING"],
])("a batch that is %s with an item that is %s: %s", async (batch, item, status) => {
  const { rig, course } = await settled();
  drift(rig, ({ batch_header, items }) => ({
    batch_header: { ...batch_header, batch_status: batch },
    items: [{ ...items[0], transaction_status: item }],
  }));
  const rawStatus = status === "FAILED" ? batch : item;
  expect(await course.state()).toMatchObject({ status, rawStatus });
});

describe("a look-up", () => {
  it("by the item's id alone finds the batch as well", async () => {
    const { course } = await settled("unclaimed");
    const known = course.references;
    course.references = known.filter(({ kind }) => kind === "item");
    expect(await course.state()).toMatchObject({
      status: "REQUIRES_PAYOUT_METHOD_DATA",
      references: known,
      connectorPayoutId: course.batch.id,
    });
  });

  it.each(["batch", "item"])("of another's %s reads nothing", async (kind) => {
    const { rig, course } = await settled();
    const other = new Course(rig);
    other.references = course.references.filter((each) => each.kind === kind);
    expect((await other.lookup()).kind).toBe("unreachable");
  });

  it("of an id that PayPal does not know finds nothing", async () => {
    const { rig } = await settled();
    for (const kind of ["batch", "item"]) {
      const course = new Course(rig);
      course.references = [{ kind, id: "NOSUCH" }];
      expect(await course.lookup()).toEqual({ kind: "not_found" });
    }
  });

  it("of an id that is none asks nothing", async () => {
    const { rig } = await settled();
    const before = rig.fake.http.requests.length;
    const course = new Course(rig);
    course.references = [{ kind: "batch", id: "../../v1/oauth2/token" }];
    expect(await course.lookup()).toEqual({ kind: "not_found" });
    expect(rig.fake.http.requests).toHaveLength(before);
  });

  it.each<[string, (body: BatchBody) => unknown]>([
    ["two items", ({ batch_header, items }) => ({ batch_header, items: [...items, ...items] })],
    ["an item without an id", ({ batch_header }) => ({ batch_header, items: [{}] })],
    [
      "another batch",
      ({ batch_header, items }) => ({
        batch_header: { ...batch_header, payout_batch_id: "OTHER" },
        items,
      }),
    ],
    ["a list", () => []],
    ["nothing of a batch", () => ({ hello: "world" })],
  ])("that is answered with %s tells nothing", async (_name, change) => {
    const { rig, course } = await settled();
    drift(rig, change);
    expect((await course.lookup()).kind).toBe("unreachable");
  });

  it("reads what has drifted", async () => {
    const { rig, course } = await settled();
    drift(rig, ({ batch_header, items: [item] }) => ({
      batch_header: { ...batch_header, fees: 3, something: { new: [] } },
      items: [
        {
          ...item,
          payout_item: { amount: { currency: "USD", value: 12.34 } },
          errors: "none",
          time_processed: "2026-01-15T13:00:05.987+01:00",
        },
      ],
    }));
    expect(await course.state()).toMatchObject({
      status: "SUCCESS",
      destinationAmount: { minorAmount: 1_234n, currency: "USD" },
      sequence: Date.UTC(2026, 0, 15, 12, 0, 5),
    });
  });
});
