import { describe, expect, it } from "vitest";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { Course, openRig } from "./rig.ts";

async function status(course: Course): Promise<PayoutStatus | string> {
  const result = await course.lookup();
  return result.kind === "found" ? result.value.status : result.kind;
}

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
