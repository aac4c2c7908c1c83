import { describe, expect, it } from "vitest";
import { encodeSnapshot } from "../../src/domain/snapshot.ts";
import { beginStep } from "../../src/engine/decisions/attempts.ts";
import { laneOf } from "../../src/repository/job.ts";
import { claimOf, LEASE_MS } from "../repository/fixtures.ts";
import { Bench } from "./bench.ts";
import { settle } from "./fake-clock.ts";

describe("the executor", () => {
  it("knows its room, and stops when what runs has ended", async () => {
    const bench = await Bench.open();
    let arrive = () => {};
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    bench.processor.script.push({ accepts: true, meanwhile: () => held });
    const payout = await bench.create();
    const { executor } = bench.process();
    const [job] = await bench.world.repository.jobs.claimDue(1, LEASE_MS);
    if (job === undefined) throw new Error("no job");
    const run = executor.runPayout(job);
    await settle();
    expect(executor.room()).toBe(99);
    let stopped = false;
    const stop = executor.stop().then(() => {
      stopped = true;
    });
    await settle();
    expect(executor.room()).toBe(0);
    expect(stopped).toBe(false);
    arrive();
    await Promise.all([run, stop]);
    expect((await bench.stored(payout)).payout.status).toBe("PENDING");
  });

  it("bounds what runs of one merchant at one connector, and counts it down again", async () => {
    const bench = await Bench.open();
    let arrive = () => {};
    const held = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    for (let index = 0; index < 50; index += 1) {
      bench.processor.script.push({ accepts: true, meanwhile: () => held });
      await bench.create();
    }
    const process = bench.process();
    const { merchantId } = bench.world;
    const lane = { merchantId, connector: "double" };
    await process.work();
    expect(process.executor.reserve(lane)).toBeNull();
    const elsewhere = process.executor.reserve({ ...lane, connector: "other" });
    expect(elsewhere).not.toBeNull();
    elsewhere?.free();
    expect(process.executor.fullLanes()).toEqual([laneOf(lane)]);
    arrive();
    await process.executor.stop();
    expect(process.executor.fullLanes()).toEqual([]);
  });

  it("gives a job back after a fault of ours, and the payout is neither lost nor failed", async () => {
    const bench = await Bench.open();
    const payout = await bench.create(["transfer"], { connector: "gone" });
    const process = bench.process();
    await process.work();
    const found = await bench.stored(payout);
    expect(found.payout.status).toBe("REQUIRES_CREATION");
    expect(found.job).toMatchObject({ runAt: bench.clock.time + 30_000, tries: 1, lease: null });
    expect(process.executor.room()).toBe(100);
  });

  it("begins nothing of a payout whose data cannot be read: it can still be stopped here", async () => {
    const bench = await Bench.open();
    const input = bench.world.newPayout();
    const { repository } = bench.world;
    await repository.payouts.create({ ...input, destination: null });
    const { payout } = input.aggregate;
    await bench.process().work();
    expect(bench.processor.calls).toEqual([]);
    const found = await bench.stored(payout);
    expect(found.attempts[0]?.steps[0]).toMatchObject({ outcome: null, tries: 0 });
    expect(found.job).toMatchObject({ runAt: bench.clock.time + 30_000, lease: null });
  });

  it("leaves a job whose lease was lost alone", async () => {
    const bench = await Bench.open();
    const payout = await bench.create();
    const { jobs } = bench.world.repository;
    const old = await jobs.claim("payout", payout.payoutId, LEASE_MS);
    await bench.clock.advance(LEASE_MS);
    await jobs.claim("payout", payout.payoutId, LEASE_MS);
    const before = await bench.stored(payout);
    const { merchantId, payoutId: subjectId } = payout;
    const token = old?.token ?? "";
    await bench
      .process()
      .run({ kind: "payout", connector: "scripted", merchantId, subjectId, token });
    expect(await bench.stored(payout)).toEqual(before);
    expect(bench.processor.log).toEqual([]);
  });

  it("ends quietly for a payout that is not there", async () => {
    const bench = await Bench.open();
    const subjectId = bench.world.id("payout");
    const { merchantId } = bench.world;
    await bench.process().executor.runPayout({
      kind: "payout",
      connector: "scripted",
      merchantId,
      subjectId,
      token: "none",
    });
  });

  it("closes the caller's record with the first outcome of the call that was begun", async () => {
    const bench = await Bench.open();
    const claim = claimOf("k");
    const lease = { token: "mine", until: bench.clock.time + LEASE_MS };
    const input = bench.world.newPayout();
    const job = { runAt: bench.clock.time, tries: 0, lease };
    const aggregate = { ...beginStep(input.aggregate, 0, bench.clock.time), job };
    const { payouts, idempotency } = bench.world.repository;
    await payouts.create({ ...input, aggregate, claim });
    const { merchantId, payoutId: subjectId } = aggregate.payout;
    await bench
      .process()
      .executor.runPayout(
        { kind: "payout", connector: "scripted", merchantId, subjectId, token: "mine" },
        { begun: 0, close: { claim, answer: ({ payout }) => payout } },
      );
    const { payout: first } = await bench.stored(aggregate.payout);
    expect(first.status).toBe("PENDING");
    expect((await idempotency.find(merchantId, claim))?.answer).toBe(encodeSnapshot(first));
    await bench.finish(first);
    expect((await idempotency.find(merchantId, claim))?.answer).toBe(encodeSnapshot(first));
    expect(bench.processor.calls).toHaveLength(1);
  });

  it("hands a payout that wants move after move back to the table", async () => {
    const bench = await Bench.open();
    bench.processor.acceptedStatus = "INITIATED";
    bench.processor.status = "INITIATED";
    const steps = Array.from({ length: 40 }, (_, index) => `step-${index}`);
    const payout = await bench.create(steps);
    await bench.process().work();
    expect(bench.processor.ledger).toHaveLength(32);
    expect((await bench.stored(payout)).job?.lease).toBeNull();
    await bench.toNext();
    await bench.process().work();
    expect(bench.processor.ledger.map(({ step }) => step)).toEqual(steps);
  });
});
