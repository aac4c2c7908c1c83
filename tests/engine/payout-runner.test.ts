import { describe, expect, it, vi } from "vitest";
import type { ProcessorState } from "../../src/connectors/connector.ts";
import type { Payout } from "../../src/domain/payout.ts";
import { beginStep, newStep, withAttempt } from "../../src/engine/decisions/attempts.ts";
import { currentAttempt, type PayoutAggregate } from "../../src/repository/payout-aggregate.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { LEASE_MS, newKey } from "../repository/fixtures.ts";
import { Bench, CONNECTOR_TIMEOUT_MS } from "./bench.ts";
import { settle } from "./fake-clock.ts";
import { type Behaviour, WINDOW_MS } from "./processor-double.ts";

const LOST: Behaviour = { accepts: false, reply: "unknown" };
const ACCEPTED_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };

/** News of a step, as the service takes it in. */
async function news(bench: Bench, payout: Payout, ordinal: number, state: ProcessorState) {
  const { payoutId } = payout;
  const step = currentAttempt(await bench.stored(payout))?.steps[ordinal];
  const processorKey = step?.processorKey ?? "";
  const { context } = bench.process();
  await recordNews(context, { connector: "scripted", processorKey, payoutId, state });
}

/** A second step for a payout that is held, as Transfer adds it. */
function release(current: PayoutAggregate, now: number): PayoutAggregate {
  const attempt = currentAttempt(current);
  if (attempt === undefined) throw new Error("no attempt");
  const steps = [...attempt.steps, newStep(attempt.steps.length, "release", newKey())];
  const released = withAttempt(current, { ...attempt, state: "RUNNING", endTime: null, steps });
  const payout: Payout = {
    ...current.payout,
    status: "INITIATED",
    waitingFor: { reason: "EXECUTION", since: now },
  };
  return { ...released, payout, job: { runAt: now, tries: 0, lease: null } };
}

describe("a call whose outcome is not known", () => {
  it.each(["throw", "unknown", "hang"] as const)("is never failed: %s", async (reply) => {
    const bench = await Bench.open();
    bench.processor.script.push({ accepts: true, reply });
    const payout = await bench.create();
    await bench.process().work();
    await bench.clock.advance(CONNECTOR_TIMEOUT_MS + 1000);
    const told = await bench.stored(payout);
    expect(told.payout).toMatchObject({
      status: "PENDING",
      error: { category: "OUTCOME_UNKNOWN" },
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
    });
    expect(told.job?.lease).toBeNull();
    const { payout: end } = await bench.finish(payout);
    expect(end).toMatchObject({ status: "SUCCESS", error: null });
    expect(bench.processor.log).toEqual(["call transfer", "lookup transfer"]);
  });

  it("is looked up before it is repeated, under the key of before", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST, LOST);
    const payout = await bench.create();
    await bench.finish(payout);
    expect(bench.processor.log.slice(0, 5)).toEqual([
      "call transfer",
      "lookup transfer",
      "call transfer",
      "lookup transfer",
      "call transfer",
    ]);
    const keys = new Set(bench.processor.calls.map(({ processorKey }) => processorKey));
    expect(keys.size).toBe(1);
    expect(bench.processor.ledger).toHaveLength(1);
  });

  it("is not repeated while it cannot be looked up", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(ACCEPTED_BUT_LOST);
    bench.processor.lookupFails = true;
    const payout = await bench.create();
    const process = bench.process();
    for (let turn = 0; turn < 20; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect(bench.processor.calls).toHaveLength(1);
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "PENDING", waitingFor: { reason: "OUTCOME_UNKNOWN" } },
    });
    bench.processor.lookupFails = false;
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
  });

  it("does not count as a change while nothing new is learnt", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(ACCEPTED_BUT_LOST);
    bench.processor.lookupFails = true;
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    const { version, updateTime } = (await bench.stored(payout)).payout;
    for (let turn = 0; turn < 5; turn += 1) {
      await bench.toNext();
      await process.work();
    }
    expect((await bench.stored(payout)).payout).toMatchObject({ version, updateTime });
  });

  it("outside the key's window goes to review when not found, and is never sent again", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST);
    bench.processor.lookupFails = true;
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    await bench.clock.advance(WINDOW_MS);
    bench.processor.forgetKeys();
    bench.processor.lookupFails = false;
    await process.work();
    const reviewed = await bench.stored(payout);
    expect(reviewed.payout).toMatchObject({
      status: "PENDING",
      error: { category: "OUTCOME_UNKNOWN" },
      waitingFor: { reason: "REVIEW" },
    });
    // Looked at once a day, reachable or not, it stays under the review that began then.
    for (const fails of [false, true, false]) {
      bench.processor.lookupFails = fails;
      await bench.toNext();
      await process.work();
      const { payout: now, job } = await bench.stored(payout);
      expect(now.waitingFor).toEqual(reviewed.payout.waitingFor);
      expect(job?.runAt).toBe(bench.clock.time + WINDOW_MS);
    }
    expect(bench.processor.calls).toHaveLength(1);
    expect(bench.processor.ledger).toHaveLength(0);
  });

  it("under review ends when it is found after all", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST);
    bench.processor.lookupFails = true;
    const payout = await bench.create();
    await bench.process().work();
    await bench.clock.advance(WINDOW_MS);
    bench.processor.lookupFails = false;
    expect((await bench.finish(payout)).payout.waitingFor?.reason).toBe("REVIEW");
    // It was under way all the time.
    const key = currentAttempt(await bench.stored(payout))?.steps[0]?.processorKey ?? "";
    bench.processor.ledger.push({ key, payoutId: payout.payoutId, step: "transfer" });
    await bench.toNext();
    expect((await bench.finish(payout)).payout).toMatchObject({ status: "SUCCESS", error: null });
  });

  it("inside the window is repeated to the last moment, counted from the first call", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST, LOST);
    bench.processor.lookupFails = true;
    const payout = await bench.create();
    await bench.process().work();
    await bench.clock.advance(WINDOW_MS - 1);
    bench.processor.lookupFails = false;
    await bench.process().work();
    expect(bench.processor.calls).toHaveLength(2);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("OUTCOME_UNKNOWN");
    await bench.toNext();
    await bench.process().work();
    expect(bench.processor.calls).toHaveLength(2);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("REVIEW");
  });
});

describe("a lease", () => {
  it("that is lost while calling: the stale result is not recorded", async () => {
    for (const stale of ["rejected", "unknown", "not_sent"] as const) {
      const bench = await Bench.open();
      let arrive = () => {};
      const meanwhile = () =>
        new Promise<void>((resolve) => {
          arrive = resolve;
        });
      bench.processor.script.push({ accepts: true, reply: stale, meanwhile });
      const payout = await bench.create();
      const paused = bench.process();
      await paused.work();
      paused.pause();
      await bench.clock.advance(LEASE_MS);
      const { payout: end } = await bench.finish(payout);
      expect(end.status).toBe("SUCCESS");
      const events = await bench.world.eventsOf(payout.payoutId);
      arrive();
      paused.resume();
      await settle();
      await bench.clock.advance(LEASE_MS);
      expect((await bench.stored(payout)).payout).toEqual(end);
      expect(await bench.world.eventsOf(payout.payoutId)).toEqual(events);
      expect(bench.processor.ledger).toHaveLength(1);
    }
  });

  it("that is lost before what was begun is sent: it is not sent", async () => {
    const bench = await Bench.open();
    const { payouts, jobs } = bench.world.repository;
    const payout = await bench.create();
    const old = await jobs.claim("payout", payout.payoutId, LEASE_MS);
    const lease = old?.token ?? "";
    await payouts.change(payout, { lease }, (current) => beginStep(current, 0, bench.clock.time));
    await bench.clock.advance(LEASE_MS);
    const late = bench.process();
    // The one who took over was told a definite no; the processor would take the key again.
    bench.processor.script.push({ accepts: false, reply: "rejected" });
    expect((await bench.finish(payout)).payout.status).toBe("FAILED");
    const { merchantId, payoutId: subjectId } = payout;
    const job = {
      kind: "payout",
      connector: "scripted",
      merchantId,
      subjectId,
      token: lease,
    } as const;
    await late.executor.runPayout(job, { begun: 0 });
    expect(bench.processor.calls).toHaveLength(1);
    expect(bench.processor.ledger).toHaveLength(0);
  });

  it("that ran out between storing and sending, while the process was stopped: nothing is sent", async () => {
    const bench = await Bench.open();
    const payout = await bench.create();
    const stopped = bench.process();
    const { payouts } = stopped.context.repository;
    const change = payouts.change.bind(payouts);
    // The machine is suspended right after the commit: time passes, and nothing of it runs.
    const once = vi.spyOn(payouts, "change").mockImplementationOnce(async (...args) => {
      const changed = await change(...args);
      bench.clock.time += 2 * LEASE_MS;
      return changed;
    });
    await stopped.work();
    expect(once).toHaveBeenCalled();
    expect(bench.processor.calls).toHaveLength(0);
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
    expect(bench.processor.ledger).toHaveLength(1);
  });

  it("is extended while a call is slow", async () => {
    const bench = await Bench.open();
    bench.processor.script.push({ accepts: true, reply: "slow" });
    bench.processor.slowMs = CONNECTOR_TIMEOUT_MS;
    const payout = await bench.create();
    const [first, second] = [bench.process(), bench.process()];
    await first.work();
    const until = (await bench.stored(payout)).job?.lease?.until ?? 0;
    await bench.clock.advance(CONNECTOR_TIMEOUT_MS - 1);
    expect((await bench.stored(payout)).job?.lease?.until).toBeGreaterThan(until);
    expect(await second.work()).toEqual([]);
    await bench.clock.advance(1);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("SETTLEMENT");
    const extended = await bench.stored(payout);
    await bench.clock.advance(LEASE_MS);
    expect(await bench.stored(payout)).toEqual(extended);
  });
});

describe("what comes between", () => {
  it("news that ended the payout: a look-up that found nothing does not send it again", async () => {
    for (const status of ["SUCCESS", "FAILED", "CANCELLED"] as const) {
      const bench = await Bench.open();
      bench.processor.script.push(LOST);
      const payout = await bench.create();
      const process = bench.process();
      await process.work();
      bench.processor.beforeLookup = () => news(bench, payout, 0, { status });
      await bench.toNext();
      await process.work();
      expect(bench.processor.log).toEqual(["call transfer", "lookup transfer"]);
      const end = await bench.stored(payout);
      expect(end.payout).toMatchObject({ status, error: null, waitingFor: null });
      expect(end.job).toBeNull();
      expect(end.attempts[0]?.steps[0]).toMatchObject({ outcome: "ACCEPTED", tries: 1 });
    }
  });

  it("news by another step's key: a lost answer puts no error on a payout that has ended", async () => {
    for (const reply of ["unknown", "not_sent", "rejected"] as const) {
      const bench = await Bench.open({ moves: (step) => step !== "hold" });
      bench.processor.acceptedStatus = "REQUIRES_FULFILLMENT";
      bench.processor.status = "REQUIRES_FULFILLMENT";
      const payout = await bench.create(["hold"]);
      const process = bench.process();
      await process.work();
      expect((await bench.stored(payout)).payout.status).toBe("REQUIRES_FULFILLMENT");
      const { payouts } = bench.world.repository;
      await payouts.change(payout, {}, (current) => release(current, bench.clock.time));
      const meanwhile = () => news(bench, payout, 0, { status: "SUCCESS" });
      bench.processor.script.push({ accepts: true, reply, meanwhile });
      await process.work();
      const end = await bench.stored(payout);
      expect(end.payout).toMatchObject({ status: "SUCCESS", error: null, waitingFor: null });
      expect(end.job).toBeNull();
    }
  });

  it("news before the answer: an accepted answer adds nothing, and one event tells of each status", async () => {
    const bench = await Bench.open();
    const payout = await bench.create();
    const meanwhile = () => news(bench, payout, 0, { status: "SUCCESS", sequence: 2 });
    bench.processor.script.push({ accepts: true, meanwhile });
    await bench.process().work();
    const end = await bench.stored(payout);
    expect(end.payout.status).toBe("SUCCESS");
    expect(end.job).toBeNull();
    const types = (await bench.world.eventsOf(payout.payoutId)).map(({ type }) => type);
    expect(types).toEqual(["payout.created", "payout.succeeded"]);
  });

  it("an end that was missed: paid and returned while nobody looked", async () => {
    const bench = await Bench.open();
    const payout = await bench.create();
    bench.processor.status = "REVERSED";
    const crashed = bench.process({ seam: 4, when: "after" });
    await crashed.work();
    expect(bench.processor.ledger).toHaveLength(1);
    await bench.clock.advance(LEASE_MS);
    expect((await bench.finish(payout)).payout.status).toBe("REVERSED");
    const types = (await bench.world.eventsOf(payout.payoutId)).map(({ type }) => type);
    expect(types).toEqual(["payout.created", "payout.pending", "payout.reversed"]);
  });

  it.each([
    ["with a sequence", 3, 2],
    ["without one", undefined, undefined],
  ])("an end that was missed, told newest first: %s", async (_how, later, earlier) => {
    const bench = await Bench.open();
    const payout = await bench.create();
    const told = (status: "REVERSED" | "SUCCESS", sequence: number | undefined) =>
      news(bench, payout, 0, { status, ...(sequence === undefined ? {} : { sequence }) });
    await told("REVERSED", later);
    await told("SUCCESS", earlier);
    expect((await bench.finish(payout)).payout.status).toBe("REVERSED");
    const types = (await bench.world.eventsOf(payout.payoutId)).map(({ type }) => type);
    expect(types).toEqual(["payout.created", "payout.pending", "payout.reversed"]);
  });

  it("a review by the processor that is over: the payout goes on to its end", async () => {
    const bench = await Bench.open();
    bench.processor.acceptedStatus = "REQUIRES_VENDOR_ACCOUNT_CREATION";
    bench.processor.status = "REQUIRES_VENDOR_ACCOUNT_CREATION";
    const payout = await bench.create();
    await bench.process().work();
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("VENDOR_ACCOUNT");
    bench.processor.status = "SUCCESS";
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
    expect(bench.processor.calls).toHaveLength(1);
  });
});

describe("a plan of two steps", () => {
  it("whose second is refused after money moved waits for review, whatever is heard, not FAILED", async () => {
    const bench = await Bench.open();
    bench.processor.acceptedStatus = "INITIATED";
    bench.processor.status = "INITIATED";
    bench.processor.script.push({ accepts: true }, { accepts: false, reply: "rejected" });
    const payout = await bench.create(["transfer", "payout"]);
    await bench.process().work();
    const reviewed = await bench.stored(payout);
    expect(reviewed.payout).toMatchObject({
      status: "INITIATED",
      error: { reason: "REJECTED" },
      waitingFor: { reason: "REVIEW" },
    });
    // The daily look and news of the first step say that it is still under way: no news at all.
    await bench.toNext();
    await bench.process().work();
    await news(bench, payout, 0, { status: "PENDING" });
    const later = await bench.stored(payout);
    expect(later.payout.waitingFor).toEqual(reviewed.payout.waitingFor);
    expect(later.payout.error).toEqual(reviewed.payout.error);
    expect(later.job).not.toBeNull();
    expect(bench.processor.calls).toHaveLength(2);
    bench.processor.status = "REVERSED";
    await bench.toNext();
    expect((await bench.finish(payout)).payout.status).toBe("REVERSED");
  });

  it("whose second is refused and nothing had moved is FAILED", async () => {
    const bench = await Bench.open({ moves: (step) => step === "fund" });
    bench.processor.acceptedStatus = "INITIATED";
    bench.processor.script.push({ accepts: true }, { accepts: false, reply: "rejected" });
    const payout = await bench.create(["quote", "fund"]);
    await bench.process().work();
    const end = await bench.stored(payout);
    expect(end.payout).toMatchObject({ status: "FAILED", error: { reason: "REJECTED" } });
    expect(end.attempts[0]?.state).toBe("DEAD");
  });

  it("sends the second under its own key, and only when the first is accepted", async () => {
    const bench = await Bench.open();
    bench.processor.acceptedStatus = "INITIATED";
    bench.processor.script.push(LOST);
    const payout = await bench.create(["transfer", "payout"]);
    const process = bench.process();
    await process.work();
    expect(bench.processor.log).toEqual(["call transfer"]);
    await bench.toNext();
    await process.work();
    expect(bench.processor.log).toEqual([
      "call transfer",
      "lookup transfer",
      "call transfer",
      "call payout",
    ]);
    const steps = currentAttempt(await bench.stored(payout))?.steps ?? [];
    expect(bench.processor.ledger.map(({ key }) => key)).toEqual(
      steps.map(({ processorKey }) => processorKey),
    );
  });
});

describe("a hold", () => {
  it("whose answer was lost can be released once it is found", async () => {
    const bench = await Bench.open({ moves: (step) => step !== "hold" });
    bench.processor.script.push(ACCEPTED_BUT_LOST);
    bench.processor.status = "REQUIRES_FULFILLMENT";
    const payout = await bench.create(["hold"], { fulfillment: "MANUAL" });
    const process = bench.process();
    await process.work();
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "REQUIRES_CREATION",
      error: { category: "OUTCOME_UNKNOWN" },
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
    });
    await bench.toNext();
    await process.work();
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "REQUIRES_FULFILLMENT",
      error: null,
      waitingFor: { reason: "FULFILLMENT" },
    });
    const { payouts } = bench.world.repository;
    await payouts.change(payout, {}, (current) => release(current, bench.clock.time));
    bench.processor.status = "SUCCESS";
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
  });
});

describe("a payout that nobody acts on", () => {
  it("expires at its time, and not when somebody acted in the last moment", async () => {
    const bench = await Bench.open();
    const input = bench.world.newPayout({ status: "REQUIRES_CONFIRMATION" });
    const job = { runAt: bench.clock.time + 1000, tries: 0, lease: null };
    const aggregate = { ...input.aggregate, attempts: [], job };
    const { payouts, jobs } = bench.world.repository;
    for (const acts of [false, true]) {
      const payout = { ...aggregate.payout, payoutId: bench.world.id("payout") };
      const runAt = bench.clock.time + 1000;
      await payouts.create({
        ...input,
        aggregate: { ...aggregate, payout, job: { ...job, runAt } },
      });
      await bench.clock.advance(1000);
      const lease = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      if (acts) {
        await payouts.change(payout, {}, (current) => ({
          ...current,
          payout: { ...current.payout, status: "REQUIRES_CREATION" },
          attempts: [bench.world.attempt(["transfer"])],
        }));
      }
      const { merchantId, payoutId: subjectId } = payout;
      const token = lease?.token ?? "";
      await bench
        .process()
        .run({ kind: "payout", connector: "scripted", merchantId, subjectId, token });
      const { status } = (await bench.stored(payout)).payout;
      expect(status).toBe(acts ? "PENDING" : "EXPIRED");
    }
  });
});
