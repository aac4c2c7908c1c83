import { describe, expect, it } from "vitest";
import { answering, Course, forgetReplies, onlyPayment, openRig } from "./rig.ts";

const TRANSACTION = { method: "GET", path: "/api/1.0/transaction/{id}" };

async function paid() {
  const rig = await openRig();
  const course = new Course(rig);
  await course.create();
  return { rig, course, id: onlyPayment(rig).id };
}

describe("why a payment failed", () => {
  it.each([
    ["declined", "insufficient_balance", "INSUFFICIENT_FUNDS"],
    ["failed", "account_closed", "ACCOUNT_CLOSED"],
    ["failed", "wrong_receiver_details", "ACCOUNT_UNUSABLE"],
    ["declined", "blocked_beneficiary", "ACCOUNT_RESTRICTED"],
    ["declined", "a_new_reason", "CONNECTOR_FAILURE"],
    ["failed", "constructor", "CONNECTOR_FAILURE"],
  ])("%s for %s is %s", async (word, code, reason) => {
    const { rig, course, id } = await paid();
    rig.fake.move(id, word, code);
    expect(await course.lookup()).toMatchObject({
      value: { status: "FAILED", rawStatus: word, error: { reason, connectorCode: code } },
    });
  });

  it("is asked for when the very answer says so, which has no room for it", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    rig.fake.next("declined", "blocked_beneficiary");
    expect(await course.create()).toMatchObject({
      status: "FAILED",
      rawStatus: "declined",
      error: { reason: "ACCOUNT_RESTRICTED" },
      connectorPayoutId: onlyPayment(rig).id,
    });
  });

  it("stays open where it cannot be asked for, and the failure is told all the same", async () => {
    const rig = await openRig();
    const course = new Course(rig);
    rig.fake.next("failed", "account_closed");
    rig.fake.http.faults.next(TRANSACTION, { kind: "status-500-before-act" });
    expect(await course.create()).toMatchObject({
      status: "FAILED",
      error: { reason: "CONNECTOR_FAILURE", connectorCode: "failed" },
    });
  });

  it("is asked for by id where a list leaves it out", async () => {
    const { rig, course, id } = await paid();
    rig.fake.fail(id, "account_closed");
    course.references = [];
    const change = (list: object[]) => list.map((each) => ({ ...each, reason_code: undefined }));
    const match = { method: "GET", path: "/api/1.0/transactions" };
    rig.fake.http.faults.next(match, { kind: "drift", change });
    expect(await course.lookup()).toMatchObject({ value: { error: { reason: "ACCOUNT_CLOSED" } } });
  });
});

it("money that came back says so", async () => {
  const { rig, course, id } = await paid();
  rig.fake.complete(id);
  rig.fake.revert(id);
  expect(await course.lookup()).toMatchObject({
    value: { status: "REVERSED", error: { reason: "RETURNED", connectorCode: "reverted" } },
  });
});

describe("a payment", () => {
  it("under another key is not ours, whatever its id", async () => {
    const { course, rig } = await paid();
    const other = new Course(rig);
    other.plan("create");
    other.references = course.references;
    expect((await other.lookup()).kind).toBe("unreachable");
  });

  it("of an id that the processor does not know is not found", async () => {
    const rig = await openRig();
    const id = "00000000-0000-4000-8000-000000000000";
    const course = new Course(rig, { references: [{ kind: "transaction", id }] });
    expect(await course.lookup()).toEqual({ kind: "not_found" });
    // A page in between says 404 for reasons of its own.
    const change = () => "<html>";
    rig.fake.http.faults.next(TRANSACTION, { kind: "drift", change });
    expect((await course.lookup()).kind).toBe("unreachable");
  });

  it("is not missing where the list of payments cannot be read", async () => {
    const { rig, course } = await paid();
    course.references = [];
    const answer = answering(rig, "/transactions");
    for (const body of ["[ not JSON", "[{", "null", '"[]"', "{}"]) {
      answer.reply = { status: 200, body };
      expect([body, (await course.lookup("pay")).kind]).toEqual([body, "unreachable"]);
    }
    answer.reply = { status: 200, body: " [ ] " };
    expect(await course.lookup("pay")).toEqual({ kind: "not_found" });
    forgetReplies(rig);
  });

  it("whose key somebody used again counts as the one that has not failed", async () => {
    const { rig, course, id } = await paid();
    const { account, receiver, minor, currency, price, requestId } = onlyPayment(rig);
    const order = { account, receiver, minor, currency, price, requestId, reference: undefined };
    const again = { ...order, hold: undefined, state: "failed", reason: "account_closed" };
    rig.fake.transactions.create(again);
    course.references = [];
    expect(await course.lookup("pay")).toMatchObject({
      value: { status: "PENDING", connectorPayoutId: id },
    });
  });
});
