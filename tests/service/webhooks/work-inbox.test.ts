import { describe, expect, it } from "vitest";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { limits } from "../../../src/limits.ts";
import { workInboxEntry } from "../../../src/service/webhooks/work-inbox.ts";
import { LEASE_MS } from "../../repository/fixtures.ts";
import { Stand } from "./stand.ts";

const { retry, giveUpMs, shared } = limits.webhooks;
const SUCCESS = { status: "SUCCESS" } as const;

describe("an event of the inbox", () => {
  it("that comes before its payout waits, longer each time, and is applied once it is there", async () => {
    const stand = await Stand.open();
    const attempt = stand.world.attempt(["transfer"]);
    const key = attempt.steps[0]?.processorKey ?? "";
    const [inboxId] = await stand.store({
      eventId: "a",
      about: { processorKey: key },
      state: SUCCESS,
    });
    const pauses: number[] = [];
    for (let tries = 0; tries < 12; tries += 1) {
      await stand.work();
      expect(await stand.stateOf(inboxId)).toBe("WAITING");
      const next = (await stand.world.repository.inbox.nextClaimableAt()) ?? 0;
      pauses.push(next - stand.clock.time);
      await stand.clock.advance(next - stand.clock.time);
    }
    const doubled = pauses.map((_, index) => Math.min(retry.maxMs, retry.firstMs * 2 ** index));
    expect(pauses).toEqual(doubled);
    const input = stand.world.newPayout({ connector: stand.ref });
    const attempts = [{ ...attempt, connector: stand.ref }];
    await stand.world.repository.payouts.create({
      ...input,
      aggregate: { ...input.aggregate, attempts },
    });
    await stand.work();
    expect(await stand.stateOf(inboxId)).toBe("APPLIED");
    expect(await stand.status(input.aggregate.payout.payoutId)).toBe("SUCCESS");
  });

  it("is applied by the next process when one dies with it, before or after", async () => {
    const stand = await Stand.open();
    const { payoutId, key } = await stand.create();
    const [inboxId] = await stand.store({
      eventId: "a",
      about: { processorKey: key },
      state: SUCCESS,
    });
    const { inbox } = stand.world.repository;
    // The first dies with nothing done, the second with everything done and nothing recorded.
    await inbox.claimDue(1, LEASE_MS);
    await stand.clock.advance(LEASE_MS);
    const [second] = await inbox.claimDue(1, LEASE_MS);
    if (second === undefined) throw new Error("it was lost");
    const dying: EngineContext = {
      ...stand.context,
      repository: {
        ...stand.world.repository,
        inbox: { ...inbox, finish: () => Promise.reject(new Error("died")) },
      },
    };
    await workInboxEntry(dying, second);
    expect(await stand.status(payoutId)).toBe("SUCCESS");
    expect(await stand.stateOf(inboxId)).toBe("NEW");
    await stand.work();
    expect(await stand.stateOf(inboxId)).toBe("NEW");
    await stand.clock.advance(LEASE_MS);
    await stand.work();
    expect(await stand.stateOf(inboxId)).toBe("APPLIED");
    const events = await stand.world.eventsOf(payoutId);
    expect(events.filter(({ type }) => type === "payout.succeeded")).toHaveLength(1);
  });

  it("that meets a fault of ours is tried again, and kept for people after a day", async () => {
    const stand = await Stand.open();
    const { key } = await stand.create();
    const [inboxId] = await stand.store({
      eventId: "a",
      about: { processorKey: key },
      state: null,
    });
    const broken: EngineContext = {
      ...stand.context,
      repository: {
        ...stand.world.repository,
        payouts: {
          ...stand.world.repository.payouts,
          findByProcessorKey: () => Promise.reject(new Error("a fault")),
        },
      },
    };
    await stand.work(broken);
    expect(await stand.stateOf(inboxId)).toBe("WAITING");
    await stand.clock.advance(giveUpMs);
    await stand.work(broken);
    expect(await stand.stateOf(inboxId)).toBe("REVIEW");
  });

  it("of an attempt that is over, at another account now, changes nothing", async () => {
    const stand = await Stand.open();
    const { payoutId, key } = await stand.create();
    const { payouts } = stand.world.repository;
    const ref = { merchantId: stand.world.merchantId, payoutId };
    await payouts.change(ref, {}, (current) => {
      const [first] = current.attempts;
      if (first === undefined) throw new Error("no attempt");
      const connector = "echo/cacct_other";
      const next = { ...stand.world.attempt(["transfer"], 2), connector };
      return {
        ...current,
        payout: { ...current.payout, connector },
        attempts: [{ ...first, state: "DEAD" }, next],
      };
    });
    const about = { processorKey: key };
    await stand.store(
      { eventId: "a", about, state: SUCCESS },
      { eventId: "b", about, state: null },
    );
    await stand.work();
    expect(await stand.status(payoutId)).toBe("REQUIRES_CREATION");
    expect(stand.echo.lookups).toEqual([]);
    expect(await stand.world.repository.inbox.nextClaimableAt()).toBeNull();
  });

  it("about an id that payouts share has so many of the newest looked at, and no more", async () => {
    const stand = await Stand.open();
    const reference = { kind: "account", id: "shared" };
    const made: string[] = [];
    for (let index = 0; index < shared.lookups + 10; index += 1) {
      await stand.clock.advance(1);
      made.push((await stand.create({ connectorReferences: [reference] })).payoutId);
    }
    const [inboxId] = await stand.store({ eventId: "a", about: { reference }, state: SUCCESS });
    await stand.work();
    expect(await stand.stateOf(inboxId)).toBe("APPLIED");
    const due = await stand.world.repository.jobs.claimDue(made.length, LEASE_MS);
    expect(due.map(({ subjectId }) => subjectId).sort()).toEqual(
      made.slice(-shared.lookups).sort(),
    );
    for (const payoutId of made) expect(await stand.status(payoutId)).toBe("REQUIRES_CREATION");
  });

  it("about a recipient has the payouts tried at once that wait for them, registered by themselves too", async () => {
    const stand = await Stand.open();
    const connectorReferences = [{ kind: "account", id: "acct_1" }];
    const waits = await stand.create({ connectorReferences });
    await stand.create({ connectorReferences });
    const ref = { merchantId: stand.world.merchantId, payoutId: waits.payoutId };
    await stand.world.repository.payouts.change(ref, {}, (current) => ({
      ...current,
      payout: { ...current.payout, status: "REQUIRES_VENDOR_ACCOUNT_CREATION" },
    }));
    const said = (registration: string) => ({
      eventId: registration,
      about: { registration },
      state: null,
    });
    const [known, unknown] = await stand.store(said("acct_1"), said("acct_2"));
    await stand.work();
    expect(await stand.stateOf(known)).toBe("APPLIED");
    expect(await stand.stateOf(unknown)).toBe("WAITING");
    const due = await stand.world.repository.jobs.claimDue(5, LEASE_MS);
    expect(due.map(({ subjectId }) => subjectId)).toEqual([waits.payoutId]);
  });

  it("has a call that could not be made tried at once", async () => {
    const stand = await Stand.open();
    const { payoutId, key } = await stand.create();
    const { payouts, jobs } = stand.world.repository;
    await payouts.change({ merchantId: stand.world.merchantId, payoutId }, {}, (current) => ({
      ...current,
      attempts: current.attempts.map((attempt) => ({
        ...attempt,
        steps: attempt.steps.map((step) => ({ ...step, outcome: "NOT_SENT" as const })),
      })),
    }));
    expect(await jobs.claimDue(1, LEASE_MS)).toEqual([]);
    await stand.store({ eventId: "a", about: { processorKey: key }, state: null });
    await stand.work();
    expect((await jobs.claimDue(1, LEASE_MS))[0]?.subjectId).toBe(payoutId);
  });
});
