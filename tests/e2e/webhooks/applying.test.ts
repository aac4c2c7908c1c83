import { expect, test } from "vitest";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { limits } from "../../../src/limits.ts";
import { bodyOf, SHARED, signatureOf } from "../../service/webhooks/echo.ts";
import { PERSON } from "../faces/shop.ts";
import { type Account, Stage } from "./support/stage.ts";

const { method } = PayoutService;
const DAY = 24 * 60 * 60_000;

let count = 0;
function eventId(): string {
  count += 1;
  return `event-${count}`;
}

const byKey = (processorKey: string) => ({ eventId: eventId(), about: { processorKey } });
const byReference = (id: string, kind = "transfer") => ({
  eventId: eventId(),
  about: { reference: { kind, id } },
});

/** Moves the clock until nothing waits for a time that is near. */
async function retried(stage: Stage): Promise<void> {
  stage.app.clock.advance(limits.webhooks.retry.maxMs * 2);
  await stage.settled();
}

test("an event ends its payout, by the key of its step and by the processor's id", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const [one, two] = [await stage.payout(account), await stage.payout(account)];
  expect(stage.status(one.payoutId)).toBe("PENDING");
  await stage.tell(account, { ...byKey(one.key), state: { status: "SUCCESS" } });
  await stage.reaches(one.payoutId, "SUCCESS");
  await stage.tell(account, { ...byReference(two.transfer.id), state: { status: "SUCCESS" } });
  await stage.reaches(two.payoutId, "SUCCESS");
  expect(stage.echo.lookups).toEqual([]);
});

test("money that comes back after it had arrived is told: by a state, and by a look", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  for (const state of [{ status: "REVERSED" } as const, null]) {
    const { payoutId, key, transfer } = await stage.payout(account);
    transfer.state = { status: "SUCCESS" };
    await stage.tell(account, { ...byKey(key), state: transfer.state });
    await stage.reaches(payoutId, "SUCCESS");
    transfer.state = { status: "REVERSED" };
    await stage.tell(account, { ...byReference(transfer.id), state });
    await stage.reaches(payoutId, "REVERSED");
    const jobs = stage.query((database) =>
      database.prepare("SELECT count(*) FROM jobs WHERE subject_id = ?").pluck().get(payoutId),
    );
    expect(jobs).toBe(0);
  }
});

test("a thousand copies have one effect", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const { payoutId, key } = await stage.payout(account);
  const body = Buffer.from(bodyOf({ ...byKey(key), state: { status: "SUCCESS" } }));
  const senders = Array.from({ length: 20 }, async () => {
    for (let sent = 0; sent < 50; sent += 1) {
      expect(await stage.send(account.path, body, signatureOf(body))).toMatchObject({
        status: 200,
      });
    }
  });
  await Promise.all(senders);
  await stage.reaches(payoutId, "SUCCESS");
  expect(stage.states()).toMatchObject({ NEW: 0, WAITING: 0, APPLIED: 1 });
  const events = stage.query((database) =>
    database
      .prepare("SELECT count(*) FROM events WHERE object_id = ? AND type = 'payout.succeeded'")
      .pluck()
      .get(payoutId),
  );
  expect(events).toBe(1);
});

test("an event of one account never touches another account's payouts", async () => {
  const stage = await Stage.open();
  const [mine, second] = [await stage.account(), await stage.account()];
  const strange = await stage.account(stage.stranger);
  const { payoutId, key, transfer } = await stage.payout(mine);
  transfer.state = { status: "FAILED", error: FAILED };
  const state = transfer.state;
  for (const account of [second, strange]) {
    for (const about of [byKey(key), byReference(transfer.id)]) {
      await stage.tell(account, { ...about, state });
      await stage.tell(account, { ...about, eventId: eventId(), state: null });
    }
    await stage.tell(account, { ...byReference(SHARED.id, SHARED.kind), state: null });
  }
  await stage.settled();
  expect(stage.states()).toMatchObject({ WAITING: 10, APPLIED: 0 });
  expect(stage.status(payoutId)).toBe("PENDING");
  expect(stage.echo.lookups).toEqual([]);
  // The same words of its own account's.
  await stage.tell(mine, { ...byKey(key), state });
  await stage.reaches(payoutId, "FAILED");
});

const FAILED = { category: "CONNECTOR_DECLINED", reason: "NO", message: "a constant" } as const;

test("an event that only says that something has changed is looked into", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const { payoutId, key, transfer } = await stage.payout(account);
  stage.echo.isDown = true;
  transfer.state = { status: "SUCCESS" };
  await stage.tell(account, { ...byKey(key), state: null });
  await stage.settled();
  expect(stage.states()).toMatchObject({ WAITING: 1 });
  expect(stage.status(payoutId)).toBe("PENDING");
  stage.echo.isDown = false;
  await retried(stage);
  await stage.reaches(payoutId, "SUCCESS");
});

test("what could not be looked into for a day is kept for people", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const { key } = await stage.payout(account);
  stage.echo.isDown = true;
  await stage.tell(account, { ...byKey(key), state: null });
  await stage.settled();
  stage.app.clock.advance(DAY);
  await expect.poll(() => stage.states().REVIEW, { timeout: 10_000 }).toBe(1);
});

test("an event that comes before its payout's answer is stored waits, and is then applied", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const gate = Promise.withResolvers<void>();
  const arrived = Promise.withResolvers<void>();
  stage.echo.beforeAnswer = () => {
    arrived.resolve();
    return gate.promise;
  };
  const creating = stage.shop.payout({ connector: account.id });
  await arrived.promise;
  const [transfer] = stage.echo.transfers;
  await stage.tell(account, { ...byReference(transfer?.id ?? ""), state: { status: "SUCCESS" } });
  await stage.settled();
  expect(stage.states()).toMatchObject({ WAITING: 1 });
  gate.resolve();
  const payoutId = await creating;
  await retried(stage);
  await stage.reaches(payoutId, "SUCCESS");
});

test("webhooks.giveUpMs: an event about nothing that is here is tried for a day, and then ignored", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  await stage.tell(account, { ...byKey("nobody's"), state: null });
  await stage.settled();
  stage.app.clock.advance(limits.webhooks.giveUpMs - 60_000);
  const { WAITING } = stage.states();
  expect(WAITING).toBe(1);
  const triesOf = () =>
    stage.query((database) => database.prepare("SELECT tries FROM inbox").pluck().get() as number);
  await expect.poll(triesOf, { timeout: 10_000 }).toBe(2);
  expect(stage.states()).toMatchObject({ WAITING: 1 });
  stage.app.clock.advance(60_000);
  await expect.poll(() => stage.states().IGNORED, { timeout: 10_000 }).toBe(1);
  expect(stage.app.logs.join()).toContain("about nothing that is here");
  expect(limits.webhooks.giveUpMs).toBe(DAY);
});

test("what is stored when a process dies is applied by the next one", async () => {
  const stage = await Stage.open({ role: "api" });
  const account = await stage.account();
  const { payoutId, key } = await stage.payout(account);
  await stage.tell(account, { ...byKey(key), state: { status: "SUCCESS" } });
  expect(stage.states()).toMatchObject({ NEW: 1 });
  await stage.app.restart({ role: "worker" });
  await stage.settled();
  await stage.app.restart({ role: "all" });
  expect(stage.status(payoutId)).toBe("SUCCESS");
});

test("an id that payouts share has those looked at that are not settled", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const made = [];
  for (let index = 0; index < 3; index += 1) made.push(await stage.payout(account));
  const [settled, ...open] = made;
  await stage.tell(account, { ...byKey(settled?.key ?? ""), state: { status: "SUCCESS" } });
  await stage.reaches(settled?.payoutId ?? "", "SUCCESS");
  for (const { transfer } of open) transfer.state = { status: "SUCCESS" };
  // Whatever it says: it may be of any of them.
  const shared = byReference(SHARED.id, SHARED.kind);
  await stage.tell(account, { ...shared, state: { status: "REVERSED" } });
  for (const { payoutId } of open) await stage.reaches(payoutId, "SUCCESS");
  expect([...stage.echo.lookups].sort()).toEqual(open.map(({ payoutId }) => payoutId).sort());
  expect(stage.status(settled?.payoutId ?? "")).toBe("SUCCESS");
});

async function registered(stage: Stage, account: Account) {
  const { recipient } = await stage.shop.get(method.createRecipient, {
    ...PERSON,
    connector: account.id,
  });
  const { recipientId } = recipient as { recipientId: string };
  const read = () =>
    stage.query(
      (database) =>
        database
          .prepare("SELECT status FROM recipients WHERE recipient_id = ?")
          .pluck()
          .get(recipientId) as string,
    );
  return { recipientId, id: `at-echo-${recipientId}`, read };
}

test("an event about a registration has it looked up, one that nobody polls too", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const other = await stage.account();
  const { id, read, recipientId } = await registered(stage, account);
  expect(read()).toBe("ACTION_REQUIRED");
  stage.echo.recipients.set(id, "ACTIVE");
  const said = () => ({ eventId: eventId(), about: { registration: id }, state: null });
  await stage.tell(other, said());
  await stage.settled();
  expect(stage.states()).toMatchObject({ WAITING: 1, APPLIED: 0 });
  expect(stage.echo.lookups).toEqual([]);
  await stage.tell(account, said());
  await expect.poll(read, { timeout: 10_000 }).toBe("ACTIVE");
  expect(stage.echo.lookups).toEqual([recipientId]);
  const jobs = stage.query((database) =>
    database.prepare("SELECT count(*) FROM jobs").pluck().get(),
  );
  expect(jobs).toBe(0);
});

test("what is settled is forgotten after a month, and what is for people after three", async () => {
  const stage = await Stage.open();
  const account = await stage.account();
  const { key } = await stage.payout(account);
  await stage.tell(account, { ...byKey(key), state: { status: "SUCCESS" } });
  await stage.settled();
  const body = Buffer.from("unreadable");
  await stage.send(account.path, body, signatureOf(body));
  stage.app.clock.advance(30 * DAY - 60_000);
  await stage.app.restart();
  await expect.poll(() => stage.states()).toMatchObject({ APPLIED: 1, REVIEW: 1 });
  stage.app.clock.advance(60 * 60_000);
  await expect
    .poll(() => stage.states(), { timeout: 10_000 })
    .toMatchObject({ APPLIED: 0, REVIEW: 1 });
  stage.app.clock.advance(60 * DAY);
  await expect.poll(() => stage.states().REVIEW, { timeout: 10_000 }).toBe(0);
});
