import { describe, expect, it } from "vitest";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { Course, openRig } from "./rig.ts";

const DAY_MS = 24 * 60 * 60 * 1000;

async function paid(settings: Readonly<Record<string, string>> = {}) {
  const rig = await openRig(settings);
  const course = await Course.run(rig);
  return { rig, course, fake: rig.fake, id: course.transfer.id };
}

async function status(course: Course): Promise<PayoutStatus> {
  const result = await course.lookup();
  if (result.kind !== "found") throw new Error(JSON.stringify(result));
  return result.value.status;
}

describe("money that has left", () => {
  it("has arrived when the bank says so, by status or by tracking alone", async () => {
    const { course, fake, id } = await paid();
    fake.book(id);
    expect(await status(course)).toBe("PENDING");
    fake.credit(id, "tracking");
    expect(fake.transfer(id).status).toBe("booked");
    expect(await status(course)).toBe("SUCCESS");
    fake.credit(id);
    expect(await status(course)).toBe("SUCCESS");
  });

  it("that nobody confirms counts as arrived after its estimated arrival", async () => {
    const { course, fake, id, rig } = await paid();
    fake.estimate(id, rig.clock.now() + 2 * DAY_MS);
    rig.clock.advance(2 * DAY_MS - 1);
    expect(await status(course)).toBe("PENDING");
    rig.clock.advance(1);
    expect(await status(course)).toBe("SUCCESS");
  });

  it("of which nobody tells anything counts as arrived after a week", async () => {
    const { course, fake, id, rig } = await paid();
    rig.clock.advance(DAY_MS);
    fake.accept(id);
    rig.clock.advance(7 * DAY_MS - 1);
    expect(await status(course)).toBe("PENDING");
    rig.clock.advance(1);
    expect(await status(course)).toBe("SUCCESS");
  });

  it("counts as arrived at once where the account says so, unless Adyen looks at it", async () => {
    const { course, fake, id } = await paid({ settle_when_booked: "true" });
    fake.book(id);
    expect(await status(course)).toBe("SUCCESS");
    fake.hold(id);
    expect(await status(course)).toBe("PENDING");
    fake.say(id, "booked");
    expect(await status(course)).toBe("PENDING");
  });

  it("and comes back is REVERSED, also after it had arrived", async () => {
    const { course, fake, id } = await paid();
    fake.credit(id);
    fake.return(id);
    expect(await course.lookup()).toMatchObject({
      value: {
        status: "REVERSED",
        error: { reason: "ACCOUNT_CLOSED", connectorCode: "counterpartyAccountClosed" },
      },
    });
  });
});

it.each<[string, string]>([
  ["notEnoughBalance", "INSUFFICIENT_FUNDS"],
  ["amountLimitExceeded", "LIMIT_EXCEEDED"],
  ["routeNotFound", "DESTINATION_UNSUPPORTED"],
  ["counterpartyAccountNotFound", "ACCOUNT_NOT_FOUND"],
  ["declined", "TRANSFER_FAILED"],
])("a transfer refused for %s FAILED with %s", async (reason, ours) => {
  const { course, fake, id } = await paid();
  fake.refuse(id, reason);
  expect(await course.lookup()).toMatchObject({
    value: {
      status: "FAILED",
      rawStatus: "refused",
      error: { category: "CONNECTOR_DECLINED", reason: ours, connectorCode: reason },
    },
  });
});

it("a refusal already in the reply is one", async () => {
  const rig = await openRig();
  rig.fake.decidesInReply = true;
  const course = new Course(rig, { amount: { minorAmount: 99_999_999_999n, currency: "EUR" } });
  rig.fake.fund("EUR", -(10n ** 18n));
  await course.go("route");
  expect(await course.call("transfer")).toMatchObject({
    kind: "accepted",
    value: { status: "FAILED", error: { reason: "INSUFFICIENT_FUNDS" } },
  });
});

it("an older state has the lower sequence", async () => {
  const { course, fake, id } = await paid();
  expect(await course.lookup()).toMatchObject({ value: { sequence: 1 } });
  fake.book(id);
  expect(await course.lookup()).toMatchObject({ value: { sequence: 3 } });
});

describe("a transfer that waits for approval", () => {
  it.each(["approvalPending", "pendingApproval"] as const)(
    "(%s) waits for whom the payout waits for",
    async (word) => {
      const rig = await openRig();
      rig.fake.reviewWord = word;
      const staged = await Course.run(rig, {}, "stage");
      expect(await status(staged)).toBe("REQUIRES_CONFIRMATION");
      staged.plan("transfer");
      expect(await status(staged)).toBe("REQUIRES_CREATION");
      const held = await Course.run(rig, { fulfillment: "MANUAL" });
      expect(await status(held)).toBe("REQUIRES_FULFILLMENT");
      // By a rule of the platform's own, and for somebody on Adyen's pages.
      const paying = await Course.run(rig);
      rig.fake.say(paying.references.at(-1)?.id ?? "", word);
      expect(await status(paying)).toBe("INITIATED");
    },
  );

  it("shows a word that nobody knows, and can be released all the same", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, { fulfillment: "MANUAL" });
    rig.fake.invent(course.transfer.id, "reviewExtended");
    expect(await course.lookup()).toMatchObject({
      value: { status: "REQUIRES_FULFILLMENT", rawStatus: "reviewExtended" },
    });
    course.plan("transfer");
    expect(await course.lookup("approve")).toEqual({ kind: "not_found" });
    // Here it is not one of a review: what is refused says nothing of whether it pays.
    expect(await course.call("approve")).toMatchObject({ kind: "unknown" });
  });

  it("lapses after a while", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, { fulfillment: "MANUAL" });
    rig.fake.expire(course.transfer.id);
    expect(await course.lookup()).toMatchObject({
      value: { status: "EXPIRED", error: { reason: "APPROVAL_EXPIRED" } },
    });
  });

  it("and is refused before anybody confirmed it is INELIGIBLE", async () => {
    const rig = await openRig();
    const course = await Course.run(rig, {}, "stage");
    rig.fake.refuse(course.transfer.id, "routeNotFound");
    expect(await course.lookup()).toMatchObject({
      value: { status: "INELIGIBLE", error: { reason: "DESTINATION_UNSUPPORTED" } },
    });
    course.plan("transfer");
    expect(await status(course)).toBe("FAILED");
  });
});
