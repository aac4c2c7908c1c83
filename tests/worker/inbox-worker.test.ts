import { expect, it } from "vitest";
import { limits } from "../../src/limits.ts";
import type { ClaimedInboxEntry } from "../../src/repository/inbox.ts";
import { Signals, signalling } from "../../src/service/signals.ts";
import { InboxWorker } from "../../src/worker/inbox-worker.ts";
import { settle } from "../engine/fake-clock.ts";
import { LEASE_MS, MESSAGE, ROOM } from "../repository/fixtures.ts";
import { Stand } from "../service/webhooks/stand.ts";

const { running, runningPerAccount, perClaim } = limits.webhooks;
const POLL_MS = 60 * 60_000;

/** A worker whose entries run until the test ends them. */
async function opened() {
  const stand = await Stand.open();
  const { clock, log } = stand.context;
  const signals = new Signals(clock, 10);
  const { inbox } = signalling(stand.world.repository, signals);
  const begun: ClaimedInboxEntry[] = [];
  const ends: (() => void)[] = [];
  const worker = new InboxWorker({
    signals,
    clock,
    log,
    pollMs: POLL_MS,
    inbox,
    leaseMs: LEASE_MS,
    apply: async (entry) => {
      begun.push(entry);
      await new Promise<void>((resolve) => ends.push(resolve));
      await inbox.finish(entry.inboxId, entry.token, { state: "APPLIED" });
    },
  });
  let made = 0;
  return {
    stand,
    worker,
    inbox,
    ends,
    /** How many entries of an account have been begun. */
    begunOf: (id: string) => begun.filter((each) => each.connectorAccountId === id).length,
    add: async (connectorAccountId: string, count: number) => {
      const { merchantId } = stand.world;
      const entries = Array.from({ length: count }, () => {
        made += 1;
        return { eventId: `e-${made}`, state: "NEW" as const, content: MESSAGE };
      });
      const address = { merchantId, connectorAccountId, connector: "echo" };
      await inbox.add(address, entries, { ...ROOM, entries: 1000 });
    },
  };
}

async function quiet(): Promise<void> {
  for (let turn = 0; turn < 50; turn += 1) await settle();
}

it("begins what is stored at once, and an account that hangs holds up no other", async () => {
  const { worker, add, begunOf, ends } = await opened();
  worker.start();
  await quiet();
  await add("cacct_hangs", 5 * runningPerAccount);
  await quiet();
  const held = begunOf("cacct_hangs");
  expect(held).toBeGreaterThanOrEqual(runningPerAccount);
  expect(held).toBeLessThan(runningPerAccount + perClaim);
  await add("cacct_other", 1);
  await quiet();
  expect(begunOf("cacct_other")).toBe(1);
  for (let round = 0; round < 100; round += 1) {
    for (const end of ends.splice(0)) end();
    await quiet();
  }
  expect(begunOf("cacct_hangs")).toBe(5 * runningPerAccount);
  await worker.stop();
  await worker.ended();
});

it("applies so many at once, and no more", async () => {
  const { worker, add, begunOf, ends } = await opened();
  const accounts = Array.from({ length: running }, (_, index) => `cacct_${index}`);
  for (const account of accounts) await add(account, 2);
  worker.start();
  await quiet();
  const all = () => accounts.reduce((sum, account) => sum + begunOf(account), 0);
  expect(all()).toBe(running);
  ends.shift()?.();
  await quiet();
  expect(all()).toBe(running + 1);
  await worker.stop();
  for (const end of ends.splice(0)) end();
  await worker.ended();
  expect(all()).toBe(running + 1);
});

it("forgets what is old once an hour, while there is nothing to do", async () => {
  const { worker, stand, inbox } = await opened();
  const { merchantId } = stand.world;
  const address = { merchantId, connectorAccountId: "cacct_one", connector: "echo" };
  const [inboxId] = await inbox.add(
    address,
    [{ eventId: "a", state: "IGNORED", content: null }],
    ROOM,
  );
  worker.start();
  await quiet();
  expect(await stand.stateOf(inboxId)).toBe("IGNORED");
  await stand.clock.advance(limits.webhooks.settledMs);
  await quiet();
  expect(await stand.stateOf(inboxId)).toBeUndefined();
  await worker.stop();
});
