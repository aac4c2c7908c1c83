import { afterEach, beforeEach, expect, it } from "vitest";
import { checkingIsOn } from "../support/specs-folder.ts";
import { Client } from "./client.ts";
import { FakeAdyen } from "./fake.ts";
import { strangeWords } from "./status-words.ts";

let fake: FakeAdyen;
let client: Client;

beforeEach(async () => {
  fake = await FakeAdyen.open();
  fake.fund("EUR", 10_000n);
  client = new Client(fake);
});

afterEach(() => fake.http.close());

async function look(id: string): Promise<Record<string, unknown>> {
  const { body } = await client.get(id);
  return { status: body.status, reason: body.reason, tracking: body.tracking };
}

function registers(): unknown {
  return fake.books.registers(fake.balanceAccountId, "EUR");
}

type Path = readonly [string, (id: string) => void, Record<string, unknown>, bigint];

const kept = 10_000n;
const gone = 8_766n;
const credited = { type: "confirmation", status: "credited" };
const inReview = { type: "internalReview", status: "pending" };
const failedReview = { type: "internalReview", status: "failed" };

const paths: readonly Path[] = [
  ["booked", (id) => fake.book(id), { status: "booked", reason: "approved" }, gone],
  ["held", (id) => fake.hold(id), { status: "pending", tracking: inReview }, gone],
  ["credited", (id) => fake.credit(id), { status: "credited", tracking: credited }, gone],
  ["tracked", (id) => fake.credit(id, "tracking"), { status: "booked", tracking: credited }, gone],
  [
    "accepted",
    (id) => fake.accept(id),
    { status: "booked", tracking: { status: "accepted" } },
    gone,
  ],
  [
    "estimated",
    (id) => fake.estimate(id),
    { status: "booked", tracking: { type: "estimation" } },
    gone,
  ],
  ["refused", (id) => fake.refuse(id), { status: "refused", reason: "amountLimitExceeded" }, kept],
  ["no route", (id) => fake.noRoute(id), { status: "refused", reason: "routeNotFound" }, kept],
  ["expired", (id) => fake.expire(id), { status: "expired", reason: "approvalExpired" }, kept],
  ["rejected", (id) => fake.reject(id), { status: "rejected" }, kept],
  [
    "failed",
    (id) => fake.fail(id),
    { status: "failed", reason: "counterpartyAccountNotFound" },
    kept,
  ],
  ["error", (id) => fake.error(id), { status: "error" }, kept],
  [
    "review failed",
    (id) => fake.failReview(id),
    { status: "failed", tracking: failedReview },
    kept,
  ],
  [
    "returned",
    (id) => fake.return(id),
    { status: "returned", reason: "counterpartyAccountClosed" },
    kept,
  ],
  ["reversed", (id) => fake.reverse(id), { status: "reversed" }, kept],
];

it.each(paths)("%s", async (_name, steer, expected, balance) => {
  const id = await client.payId();
  steer(id);
  expect(await look(id)).toMatchObject(expected);
  expect(registers()).toEqual({ balance, reserved: 0n, received: 0n });
  fake.http.assertClean();
});

it("moves money from received to reserved to gone, and back when it is returned", async () => {
  const id = await client.payId();
  expect(registers()).toEqual({ balance: 10_000n, reserved: 0n, received: -1_234n });
  fake.authorise(id);
  expect(registers()).toEqual({ balance: 10_000n, reserved: -1_234n, received: 0n });
  fake.credit(id);
  fake.return(id);
  const { body } = await client.get(id);
  expect(
    body.events.map((each: { status: string; type: string }) => [each.type, each.status]),
  ).toEqual([
    ["accounting", "received"],
    ["accounting", "authorised"],
    ["accounting", "booked"],
    ["tracking", "credited"],
    ["accounting", "returned"],
  ]);
  expect(body.events[2]).toMatchObject({ mutations: [{ balance: -1234, reserved: 1234 }] });
  expect(registers()).toEqual({ balance: 10_000n, reserved: 0n, received: 0n });
  fake.http.assertClean();
});

it("refuses for want of funds, later or already in the reply", async () => {
  const amount = { currency: "EUR", value: 6_000 };
  const [first, second] = [await client.payId({ amount }), await client.payId({ amount })];
  fake.authorise(first);
  fake.authorise(second);
  expect(await look(second)).toMatchObject({ status: "refused", reason: "notEnoughBalance" });
  fake.decidesInReply = true;
  const third = await client.pay({ amount });
  expect([third.status, third.body.status]).toEqual([202, "refused"]);
  expect((await client.pay()).body.status).toBe("authorised");
  fake.http.assertClean();
});

it("waits for as many approvals as were asked for, and then for the decision", async () => {
  const made = await client.pay({ review: { numberOfApprovalsRequired: 2 } });
  const { id } = made.body;
  expect(made.body.status).toBe("received");
  expect(await look(id)).toMatchObject({ status: "approvalPending", reason: "pendingApproval" });
  expect((await client.review("approve", id)).body).toEqual({});
  expect(() => fake.decideReview(id)).toThrow("nothing was asked");
  await client.review("approve", id);
  expect(await look(id)).toMatchObject({ status: "approvalPending" });
  fake.decideReview(id);
  expect(await look(id)).toMatchObject({ status: "authorised" });
  const late = await client.review("cancel", id);
  expect([late.status, late.body.invalidFields[0].name]).toEqual([422, "transferIds"]);
  fake.http.assertClean();
});

it("cancels under review, all or none, or finds that it was too late", async () => {
  fake.reviewWord = "pendingApproval";
  const review = { numberOfApprovalsRequired: 1 };
  const [first, second] = [await client.payId({ review }), await client.payId({ review })];
  const other = await client.payId();
  expect((await client.review("cancel", first, other)).status).toBe(422);
  expect((await client.review("cancel", first, second)).status).toBe(200);
  expect(await look(first)).toMatchObject({ status: "pendingApproval" });
  fake.decideReview(first);
  fake.overruleCancel(second);
  expect(await look(first)).toMatchObject({ status: "cancelled" });
  expect(await look(second)).toMatchObject({ status: "authorised" });
  fake.http.assertClean();
});

it.each(strangeWords)("can say %s", async (word) => {
  const id = await client.payId();
  fake.say(id, word);
  expect(await look(id)).toMatchObject({ status: word });
  fake.http.assertClean();
});

it("can say a word that no document has, but only when a test wants that", async () => {
  const id = await client.payId();
  fake.invent(id, "teleported");
  expect(await look(id)).toMatchObject({ status: "teleported" });
  fake.http.assertClean();
});

it.runIf(checkingIsOn)("notices a word that no document has", async () => {
  fake.say(await client.payId(), "teleported");
  expect(() => fake.http.assertClean()).toThrow("enum");
});

it("does not take a step that cannot be reached any more", async () => {
  const id = await client.payId();
  fake.refuse(id);
  expect(() => fake.book(id)).toThrow("too late");
  expect(() => fake.credit(id)).toThrow("too late");
  expect(() => fake.transfer("none")).toThrow("no transfer");
});
