import { expect, it } from "vitest";
import type { Payout } from "../../../src/domain/payout.ts";
import { beginStep, newStep, withAttempt } from "../../../src/engine/decisions/attempts.ts";
import { requestVoid } from "../../../src/engine/decisions/record-void.ts";
import { currentAttempt } from "../../../src/repository/payout-aggregate.ts";
import { EngineStage } from "./support/engine-stage.ts";
import { COMPANY, SEPA } from "./support/people.ts";

const DAY = 24 * 60 * 60_000;

it("pays a recipient whom Stripe knows", async () => {
  const stage = await EngineStage.open();
  const known = await stage.rig.registered();
  const registered = [{ connector: "stripe/cacct_test", ...known }];
  const payout = await stage.create({}, { registered });
  const begun = await stage.run(payout, ({ status }) => status === "INITIATED");
  expect(begun.attempts[0]?.steps.map(({ name }) => name)).toEqual(["check", "transfer", "payout"]);
  const { payout: paid } = await stage.run(payout);
  expect(paid).toMatchObject({ status: "SUCCESS", error: null, waitingFor: null });
  expect(paid.connectorPayoutId).toMatch(/^po_/);
  expect(paid.connectorReferences.map(({ kind }) => kind)).toEqual([
    "account",
    "bank_account",
    "transfer",
    "payout",
  ]);
  const { books } = stage.rig.fake;
  expect(books.balance(known.accountId as `ba_${string}`, "usd")).toBe(1050n);
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
});

it("registers whom a payout names, and pays them", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create();
  const { payout: paid, attempts } = await stage.run(payout);
  expect(paid.status).toBe("SUCCESS");
  expect(attempts[0]?.steps.map(({ name }) => name)).toEqual([
    "account",
    "bank_account",
    "check",
    "transfer",
    "payout",
  ]);
  const made = stage.rig.fake.http.requestsTo("POST", "/v1/accounts")[0]?.body;
  expect(made).toMatchObject({
    type: "custom",
    country: "US",
    business_type: "individual",
    individual: { first_name: "Wilhelmina", dob: { year: "1984", month: "2", day: "9" } },
    settings: { payouts: { schedule: { interval: "manual" } } },
    metadata: { payout_id: payout.payoutId },
  });
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
});

it("pays a company in euros", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create(
    { amount: { minorAmount: 99n, currency: "EUR" }, destinationCurrency: "EUR" },
    { method: SEPA, person: COMPANY },
  );
  expect((await stage.run(payout)).payout.status).toBe("SUCCESS");
  const token = stage.rig.fake.http.requestsTo("POST", "/v1/tokens")[0]?.body;
  expect(token).toMatchObject({
    bank_account: { country: "DE", currency: "eur", account_holder_type: "company" },
  });
});

it("waits for a recipient of whom Stripe needs more, and says what", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create({ metadata: {} });
  const waiting = await stage.run(
    payout,
    ({ status }) => status === "REQUIRES_VENDOR_ACCOUNT_CREATION",
  );
  expect(waiting.payout.error).toMatchObject({
    category: "VALIDATION",
    reason: "RECIPIENT_NOT_READY",
    connectorMessage: "Stripe still needs: tos_acceptance.date, tos_acceptance.ip.",
  });
  for (let hour = 0; hour < 3; hour += 1) {
    stage.leap(DAY);
    await stage.work();
  }
  expect(stage.sent).toEqual({ transfers: [], payouts: [] });
  const { connectorReferences } = waiting.payout;
  const account = connectorReferences.find(({ kind }) => kind === "account")?.id ?? "";
  stage.rig.fake.accounts.completeOnboarding(account);
  expect((await stage.run(payout)).payout).toMatchObject({ status: "SUCCESS", error: null });
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
});

it("does not pay whom Stripe has refused", async () => {
  const stage = await EngineStage.open();
  const known = await stage.rig.registered();
  stage.rig.fake.accounts.reject(known.recipientId, "fraud");
  const payout = await stage.create(
    {},
    { registered: [{ connector: "stripe/cacct_test", ...known }] },
  );
  expect((await stage.run(payout)).payout).toMatchObject({
    status: "INELIGIBLE",
    error: { reason: "RECIPIENT_REFUSED", connectorCode: "rejected.fraud" },
  });
  expect(stage.sent).toEqual({ transfers: [], payouts: [] });
});

it("moves nothing of a payout that waits for its Transfer", async () => {
  const stage = await EngineStage.open();
  const known = await stage.rig.registered();
  const payout = await stage.create(
    { fulfillment: "MANUAL" },
    { registered: [{ connector: "stripe/cacct_test", ...known }] },
  );
  const held = await stage.run(payout, ({ status }) => status === "REQUIRES_FULFILLMENT");
  expect(held.payout.waitingFor?.reason).toBe("FULFILLMENT");
  expect(stage.sent).toEqual({ transfers: [], payouts: [] });
  // As the service's Transfer does it.
  const now = stage.context.clock.now();
  await stage.world.repository.payouts.change(payout, {}, (current) => {
    const attempt = currentAttempt(current);
    if (attempt === undefined) throw new Error("there is no attempt");
    const more = stage.rig.stripe
      .plan("transfer", stage.rig.payout({ fulfillment: "MANUAL" }))
      .map((name, index) => newStep(attempt.steps.length + index, name, `key-${name}`));
    const steps = [...attempt.steps, ...more];
    const running = withAttempt(current, { ...attempt, state: "RUNNING", endTime: null, steps });
    const initiated = { ...running.payout, status: "INITIATED" as const };
    const job = { runAt: now, tries: 0, lease: null };
    return beginStep({ ...running, payout: initiated, job }, attempt.steps.length, now);
  });
  expect((await stage.run(payout)).payout.status).toBe("SUCCESS");
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
});

it("fails with the bank's reason, and the next payout there is not begun", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create(
    {},
    { registered: [await registeredAt(stage, "000111111116")] },
  );
  const { payout: failed } = await stage.run(payout);
  expect(failed).toMatchObject({
    status: "FAILED",
    error: {
      category: "CONNECTOR_DECLINED",
      reason: "ACCOUNT_NOT_FOUND",
      connectorCode: "no_account",
      message: "Account not found.",
    },
  });
  // The bank account is unusable now: the next payout is refused before money moves.
  const { recipientId, accountId } = failedDestination(failed.connectorReferences);
  const registered = [{ connector: "stripe/cacct_test", recipientId, accountId }];
  const next = await stage.create({}, { registered });
  expect((await stage.run(next)).payout).toMatchObject({
    status: "INELIGIBLE",
    error: { reason: "ACCOUNT_UNUSABLE", connectorCode: "errored" },
  });
  expect(stage.sent.transfers).toHaveLength(1);
});

it("takes a failure that comes after success", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create({}, { registered: [await registeredAt(stage)] });
  const { payout: paid } = await stage.run(payout);
  expect(paid.status).toBe("SUCCESS");
  stage.rig.fake.webhooks.drop("all");
  stage.rig.fake.payouts.become(paid.connectorPayoutId ?? "", "failed", "account_closed");
  await stage.deliver();
  await stage.work();
  expect((await stage.stored(payout)).payout).toMatchObject({
    status: "FAILED",
    error: { reason: "ACCOUNT_CLOSED" },
  });
});

it("goes on by webhooks alone, in whatever order and however often they come", async () => {
  const stage = await EngineStage.open();
  const payout = await stage.create({}, { registered: [await registeredAt(stage)] });
  await stage.run(
    payout,
    ({ status, connectorPayoutId }) => status === "INITIATED" && connectorPayoutId !== null,
  );
  const { webhooks } = stage.rig.fake;
  stage.leap(3 * DAY);
  webhooks.duplicate("payout.paid");
  webhooks.reorder("reverse");
  await stage.deliver();
  expect((await stage.stored(payout)).payout.status).toBe("SUCCESS");
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
});

it("stops a payout that waits for its recipient, and one that is with Stripe", async () => {
  const stage = await EngineStage.open();
  const request = { processorKey: "key-void", reason: "" };
  const stop = async (payout: Payout) => {
    const now = stage.context.clock.now();
    await stage.world.repository.payouts.change(payout, {}, (current) =>
      requestVoid(current, request, now),
    );
    return (await stage.run(payout)).payout.status;
  };
  const waiting = await stage.create({ metadata: {} });
  await stage.run(waiting, ({ status }) => status === "REQUIRES_VENDOR_ACCOUNT_CREATION");
  expect(await stop(waiting)).toBe("CANCELLED");
  const pending = await stage.create({}, { registered: [await registeredAt(stage)] });
  await stage.run(pending, ({ connectorPayoutId }) => connectorPayoutId !== null);
  expect(await stop(pending)).toBe("CANCELLED");
  expect(stage.sent).toEqual({ transfers: [1050n], payouts: [1050n] });
  expect(stage.rig.fake.books.balance("platform", "usd")).toBe(1_000_000n);
});

async function registeredAt(stage: EngineStage, accountNumber?: string) {
  return { connector: "stripe/cacct_test", ...(await stage.rig.registered(accountNumber)) };
}

function failedDestination(references: readonly { kind: string; id: string }[]) {
  const idOf = (kind: string) => references.find((each) => each.kind === kind)?.id ?? "";
  return { recipientId: idOf("account"), accountId: idOf("bank_account") };
}
