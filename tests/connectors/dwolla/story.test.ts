import { expect, it } from "vitest";
import { halType } from "../../processors/dwolla/hal.ts";
import { Course, openRig, registered } from "./rig.ts";

it("pays somebody whom Dwolla does not know", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  expect(Object.keys(course.keys)).toEqual(["customer", "funding_source", "check", "transfer"]);
  expect((await course.go("customer", "funding_source", "check")).status).toBe("REQUIRES_CREATION");
  expect(await course.go("transfer")).toEqual({
    status: "INITIATED",
    references: [{ kind: "transfer", id: course.transfer.id }],
    connectorPayoutId: course.transfer.id,
  });
  expect(await course.lookup()).toMatchObject({
    value: { status: "PENDING", rawStatus: "pending" },
  });
  rig.fake.process(course.transfer.id);
  expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
  expect(rig.fake.balanceCents).toBe(995_800n);
  const [customer] = rig.fake.http.requestsTo("POST", "/customers");
  expect(customer?.headers["content-type"]).toBe(halType);
  const [transfer] = rig.fake.http.requestsTo("POST", "/transfers");
  expect(transfer?.headers).toMatchObject({
    accept: halType,
    "content-type": "application/json",
    "idempotency-key": course.keys["transfer"],
  });
  expect(transfer?.body).toEqual({
    _links: {
      source: { href: rig.fake.href(`funding-sources/${rig.fake.balanceSourceId}`) },
      destination: { href: rig.fake.href(`funding-sources/${course.transfer.destination.id}`) },
    },
    amount: { currency: "USD", value: "42.00" },
    metadata: { payoutId: "po_1" },
    correlationId: course.keys["transfer"],
  });
});

it("pays whom it knows without registering anybody", async () => {
  const rig = await openRig();
  const known = await registered(rig);
  const { plan } = rig.module;
  const recipient = { ...known, accountId: null };
  expect(plan("create", new Course(rig, { registered: recipient }).payout)).toEqual([
    "funding_source",
    "check",
    "transfer",
  ]);
  const course = new Course(rig, { registered: known, person: null });
  await course.go("check", "transfer");
  expect(course.transfer.destination.id).toBe(known.accountId);
});

it("keeps a payout with MANUAL fulfillment here, checked, until it is transferred", async () => {
  const rig = await openRig();
  const course = new Course(rig, { fulfillment: "MANUAL" });
  expect((await course.go()).status).toBe("REQUIRES_FULFILLMENT");
  expect(rig.fake.transfers).toHaveLength(0);
  expect(rig.fake.massPayments).toHaveLength(0);
  // The hourly look finds nothing, which changes nothing.
  expect(await course.lookup()).toEqual({ kind: "not_found" });
  expect(await course.void()).toEqual({ kind: "done" });
  expect(course.plan("transfer")).toEqual(["transfer"]);
  await course.go("transfer");
  expect(course.transfer.cents).toBe(4_200n);
});

it("stages by a deferred mass payment, which Transfer releases", async () => {
  const rig = await openRig();
  const course = new Course(rig, {}, "stage");
  expect(Object.keys(course.keys)).toEqual(["customer", "funding_source", "check", "hold"]);
  // A payout that is being staged could not come back from REQUIRES_CREATION.
  for (const step of ["customer", "funding_source", "check"]) {
    expect((await course.go(step)).status).toBe("REQUIRES_CONFIRMATION");
  }
  expect(await course.go("hold")).toMatchObject({
    status: "REQUIRES_CONFIRMATION",
    connectorPayoutId: course.massPayment.id,
  });
  expect(await course.lookup()).toMatchObject({
    value: { status: "REQUIRES_CONFIRMATION", rawStatus: "deferred" },
  });
  expect(rig.fake.balanceCents).toBe(1_000_000n);

  expect(course.plan("transfer")).toEqual(["release"]);
  // Asked for already: it must not be confirmed once more.
  expect(await course.lookup()).toMatchObject({ value: { status: "REQUIRES_CREATION" } });
  expect(await course.lookup("release")).toEqual({ kind: "not_found" });
  expect(await course.go("release")).toMatchObject({ status: "INITIATED", rawStatus: "pending" });
  rig.fake.startMassPayment(course.massPayment.id);
  expect(await course.lookup("release")).toMatchObject({ value: { rawStatus: "processing" } });
  rig.fake.completeMassPayment(course.massPayment.id);
  // The item is a success, and nobody has been paid yet.
  expect(course.massPayment.items[0]?.status).toBe("success");
  expect(await course.lookup()).toMatchObject({
    value: { status: "PENDING", connectorPayoutId: course.transfer.id },
  });
  rig.fake.process(course.transfer.id);
  expect(await course.lookup()).toMatchObject({ value: { status: "SUCCESS" } });
  expect(course.transfer.correlationId).toBe(course.keys["hold"]);
});

it("releases once, however often it is asked to", async () => {
  const rig = await openRig();
  const course = new Course(rig, {}, "stage");
  await course.go();
  course.plan("transfer");
  await course.go("release", "release");
  rig.fake.completeMassPayment(course.massPayment.id);
  expect(await course.go("release")).toMatchObject({ connectorPayoutId: course.transfer.id });
  expect(rig.fake.http.requestsTo("POST", "/mass-payments/{id}")).toHaveLength(1);
});

it("an item that could not be paid fails the payout, though the mass payment is complete", async () => {
  const rig = await openRig();
  const course = new Course(rig, {}, "stage");
  await course.go();
  course.plan("transfer");
  await course.go("release");
  rig.fake.fund(-rig.fake.balanceCents);
  rig.fake.completeMassPayment(course.massPayment.id);
  expect(await course.lookup()).toMatchObject({
    value: {
      status: "FAILED",
      rawStatus: "complete",
      error: { reason: "INSUFFICIENT_FUNDS", connectorCode: "InsufficientFunds" },
    },
  });
  // Nothing is left to be taken back, so the undoing step has nothing to do.
  expect(await course.call("cancel_hold")).toMatchObject({
    kind: "accepted",
    value: { status: "FAILED" },
  });
});

it("goes by same-day ACH or the instant networks where the priority says so", async () => {
  const rig = await openRig();
  const known = await registered(rig);
  await new Course(rig, { registered: known, priority: "FAST" }).go();
  expect(rig.fake.http.requestsTo("POST", "/transfers")[0]?.body).toMatchObject({
    clearing: { destination: "next-available" },
  });
  await new Course(rig, { registered: known, priority: "FAST" }, "stage").go();
  expect(rig.fake.http.requestsTo("POST", "/mass-payments")[0]?.body).toMatchObject({
    items: [{ clearing: { destination: "next-available" } }],
  });

  const instant = new Course(rig, { registered: known, priority: "INSTANT" });
  expect(await instant.call("check")).toMatchObject({
    value: { status: "INELIGIBLE", error: { reason: "METHOD_UNSUPPORTED" } },
  });
  const change = (body: object) => ({ ...body, channels: ["ach", "real-time-payments"] });
  rig.fake.http.faults.next(
    { method: "GET", path: "/funding-sources/{id}" },
    { kind: "drift", change },
  );
  await instant.go();
  expect(rig.fake.http.requestsTo("POST", "/transfers")[1]?.body).toMatchObject({
    processingChannel: { destination: "instant" },
  });
});
