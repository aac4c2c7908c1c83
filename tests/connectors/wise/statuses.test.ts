import { describe, expect, it } from "vitest";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { Course, openRig } from "./rig.ts";

async function status(course: Course): Promise<PayoutStatus | string> {
  const result = await course.lookup();
  return result.kind === "found" ? result.value.status : result.kind;
}

describe("a funded transfer's word", () => {
  it.each<[string, PayoutStatus]>([
    ["incoming_payment_waiting", "INITIATED"],
    ["incoming_payment_initiated", "INITIATED"],
    ["processing", "PENDING"],
    ["funds_converted", "PENDING"],
    ["outgoing_payment_sent", "SUCCESS"],
    ["bounced_back", "PENDING"],
    ["cancelled", "PENDING"],
    ["funds_refunded", "REVERSED"],
    ["charged_back", "REVERSED"],
    ["waiting_recipient_input_to_proceed", "REQUIRES_PAYOUT_METHOD_DATA"],
    ["unknown", "PENDING"],
    ["awaiting_partner_release", "PENDING"],
    ["constructor", "PENDING"],
  ])("%s is %s", async (word, wanted) => {
    const rig = await openRig();
    const course = new Course(rig);
    await course.go("quote", "account", "transfer", "fund");
    rig.fake.move(course.transfer.id, word);
    expect(await course.lookup()).toMatchObject({ value: { status: wanted, rawStatus: word } });
    // It has been funded, whatever it is called: the fund step is found, and not repeated.
    expect(await course.lookup("fund")).toMatchObject({ kind: "found" });
    rig.fake.http.assertClean();
  });
});

describe("an unfunded transfer", () => {
  it("waits for its fund step, or is held, and is CANCELLED when it lapses", async () => {
    const rig = await openRig();
    const course = new Course(rig, { fulfillment: "MANUAL" });
    await course.go("quote", "account", "transfer");
    expect(await status(course)).toBe("REQUIRES_FULFILLMENT");
    course.plan("transfer");
    expect(await status(course)).toBe("REQUIRES_CREATION");
    rig.clock.advance(15 * 24 * 3_600_000);
    expect(await status(course)).toBe("CANCELLED");
    expect(await course.lookup("fund")).toMatchObject({ value: { status: "CANCELLED" } });
    expect(await course.call("fund")).toMatchObject({ value: { status: "CANCELLED" } });
    rig.fake.http.assertClean();
  });
});

it("a bounce ends with the refund, and not while the transfer is cancelled", async () => {
  const rig = await openRig();
  const course = new Course(rig);
  await course.go("quote", "account", "transfer", "fund");
  const { id } = course.transfer;
  const seen: string[] = [];
  for (const word of [
    "funds_converted",
    "outgoing_payment_sent",
    "bounced_back",
    "processing",
    "cancelled",
    "funds_refunded",
  ]) {
    rig.fake.move(id, word);
    seen.push(await status(course));
  }
  expect(seen).toEqual(["PENDING", "SUCCESS", "PENDING", "PENDING", "PENDING", "REVERSED"]);
  expect(await course.lookup()).toMatchObject({
    value: { error: { category: "CONNECTOR_DECLINED", reason: "RETURNED" } },
  });
  expect(rig.fake.balances.available("GBP")).toBe(1_000_000n);
  rig.fake.http.assertClean();
});
