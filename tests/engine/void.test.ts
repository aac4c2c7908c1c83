import { describe, expect, it } from "vitest";
import type { Payout } from "../../src/domain/payout.ts";
import { requestVoid } from "../../src/engine/decisions/record-void.ts";
import { makeDue, settleUnleased } from "../../src/engine/decisions/schedule.ts";
import { LEASE_MS, newKey } from "../repository/fixtures.ts";
import { Bench } from "./bench.ts";
import { type Behaviour, error } from "./processor-double.ts";

const LOST: Behaviour = { accepts: false, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };

/** A caller's wish, stored as the service stores it. */
async function wish(bench: Bench, payout: Payout): Promise<string> {
  const processorKey = newKey();
  await bench.world.repository.payouts.change(payout, {}, (current) => {
    const now = bench.clock.time;
    return settleUnleased(requestVoid(current, { processorKey, reason: "wrong" }, now), now);
  });
  return processorKey;
}

/** A payout that is with the processor, PENDING. */
async function pending() {
  const bench = await Bench.open();
  bench.processor.status = "PENDING";
  const payout = await bench.create();
  const process = bench.process();
  await process.work();
  return { bench, payout, process };
}

describe("a wish to stop a payout", () => {
  it("of which nothing was sent ends it here, without a word to the processor", async () => {
    const bench = await Bench.open();
    const payout = await bench.create();
    await wish(bench, payout);
    const end = await bench.stored(payout);
    expect(end.payout).toMatchObject({ status: "CANCELLED", error: null, waitingFor: null });
    expect(end.job).toBeNull();
    expect(end.attempts[0]?.state).toBe("DEAD");
    expect(await bench.process().work()).toEqual([]);
    expect(bench.processor.log).toEqual([]);
  });

  it("of which nothing surely arrived ends it here", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(NOT_SENT);
    const payout = await bench.create();
    await bench.process().work();
    await wish(bench, payout);
    expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
    expect(bench.processor.log).toEqual(["call transfer"]);
  });

  it("says which steps surely have not been done: what only prepares one may have been", async () => {
    const bench = await Bench.open({ moves: (step) => step === "transfer" });
    bench.processor.acceptedStatus = "REQUIRES_CREATION";
    bench.processor.script.push({ accepts: true }, NOT_SENT);
    const payout = await bench.create(["quote", "transfer"]);
    const process = bench.process();
    await process.work();
    await wish(bench, payout);
    await process.work();
    expect(bench.processor.log.slice(0, 2)).toEqual(["call quote", "call transfer"]);
    expect(bench.processor.notDone).toEqual([["transfer"]]);
  });

  it("of which a call may have arrived is put to the processor", async () => {
    for (const script of [[LOST], [LOST, NOT_SENT]] as const) {
      const bench = await Bench.open();
      bench.processor.script.push(...script);
      const payout = await bench.create();
      const process = bench.process();
      await process.work();
      if (script.length > 1) {
        await bench.toNext();
        await process.work();
      }
      const key = await wish(bench, payout);
      expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("VOID_REQUESTED");
      await process.work();
      expect(bench.processor.voidKeys).toEqual([key]);
      expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
    }
  });

  it("whose call never turned up goes to review, and nobody who looks sends it after that", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST);
    for (let i = 0; i < 1000; i += 1) bench.processor.voidScript.push({ kind: "not_found" });
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    await wish(bench, payout);
    const reviewed = await bench.finish(payout, process);
    expect(reviewed.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    // The daily look, long inside the key's window: a repeat would be safe, and is not wanted.
    await bench.world.repository.payouts.change(payout, {}, (current) =>
      makeDue(current, bench.clock.time),
    );
    await process.work();
    expect(bench.processor.log.filter((line) => line === "call transfer")).toHaveLength(1);
    expect(bench.processor.ledger).toEqual([]);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("REVIEW");
  });

  it("is told to whoever looks once it may have been heard", async () => {
    const { bench, payout, process } = await pending();
    const { stopAsked, voidScript } = bench.processor;
    const look = async () => {
      await bench.toNext();
      await process.work();
      return stopAsked.splice(0);
    };
    expect(await look()).toEqual([false]);
    voidScript.push({ kind: "not_sent", error: error("DOWN") });
    await wish(bench, payout);
    await process.work();
    expect([stopAsked.splice(0), await look()]).toEqual([[false], [false]]);
    voidScript.push({ kind: "refused", error: error("TOO_LATE") });
    await wish(bench, payout);
    await process.work();
    expect([stopAsked.splice(0), await look()]).toEqual([[false], [false]]);
    // The answer is lost, and the repeat says that it cannot be stopped: perhaps since it was.
    voidScript.push({ kind: "unknown", error: error("LOST") });
    voidScript.push({ kind: "refused", error: error("TOO_LATE") });
    await wish(bench, payout);
    await process.work();
    expect(stopAsked.splice(0)).toEqual([false]);
    expect(await look()).toEqual([true, true]);
    expect(await look()).toEqual([true]);
  });

  it("ends it when the processor does so", async () => {
    const { bench, payout, process } = await pending();
    await wish(bench, payout);
    await process.work();
    const end = await bench.stored(payout);
    expect(end.payout).toMatchObject({ status: "CANCELLED", waitingFor: null });
    expect(end).toMatchObject({ voidRequest: null, job: null });
  });

  it("leaves it as it was when the processor refuses, and a new wish has a new key", async () => {
    const { bench, payout, process } = await pending();
    const before = (await bench.stored(payout)).payout;
    bench.processor.voidScript.push({ kind: "refused", error: error("TOO_LATE") });
    const first = await wish(bench, payout);
    await process.work();
    const refused = await bench.stored(payout);
    expect(refused.payout.status).toBe(before.status);
    expect(refused.payout.error).toBeNull();
    expect(refused.payout.waitingFor?.reason).toBe("SETTLEMENT");
    expect(refused.voidRequest).toMatchObject({ state: "REFUSED", error: { reason: "TOO_LATE" } });
    const second = await wish(bench, payout);
    await process.work();
    expect(bench.processor.voidKeys).toEqual([first, second]);
  });

  it("leaves what is not known not known when the processor refuses", async () => {
    const bench = await Bench.open();
    bench.processor.script.push({ accepts: true, reply: "unknown" });
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    bench.processor.voidScript.push({ kind: "refused", error: error("NOT_FOUND") });
    await wish(bench, payout);
    await process.work();
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "PENDING",
      error: { category: "OUTCOME_UNKNOWN" },
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
    });
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
  });

  it("waits for the processor's word when it was taken, and joins a second wish", async () => {
    const { bench, payout, process } = await pending();
    bench.processor.voidScript.push({ kind: "requested" });
    await wish(bench, payout);
    await process.work();
    await wish(bench, payout);
    for (let turn = 0; turn < 3; turn += 1) {
      await bench.toNext();
      await process.work();
      expect((await bench.stored(payout)).payout).toMatchObject({
        status: "PENDING",
        waitingFor: { reason: "VOID_REQUESTED" },
      });
    }
    expect(bench.processor.voidKeys).toHaveLength(1);
    bench.processor.status = "CANCELLED";
    expect((await bench.finish(payout)).payout.status).toBe("CANCELLED");
  });

  it("that was taken stops everything that was not sent yet", async () => {
    const bench = await Bench.open();
    bench.processor.acceptedStatus = "INITIATED";
    bench.processor.status = "INITIATED";
    bench.processor.script.push({ accepts: true }, NOT_SENT);
    const payout = await bench.create(["transfer", "payout"]);
    const process = bench.process();
    await process.work();
    bench.processor.voidScript.push({ kind: "requested" });
    await wish(bench, payout);
    for (let turn = 0; turn < 5; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect(bench.processor.ledger.map(({ step }) => step)).toEqual(["transfer"]);
    bench.processor.status = "CANCELLED";
    expect((await bench.finish(payout)).payout.status).toBe("CANCELLED");
  });

  it("that was taken does not repeat a call that may have been lost", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST);
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    bench.processor.voidScript.push({ kind: "requested" });
    await wish(bench, payout);
    for (let turn = 0; turn < 5; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect(bench.processor.calls).toHaveLength(1);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("VOID_REQUESTED");
  });

  it("whose answer was lost is asked again under its key, after a look", async () => {
    const { bench, payout, process } = await pending();
    bench.processor.voidScript.push({ kind: "unknown", error: error("LOST") }, { kind: "done" });
    const key = await wish(bench, payout);
    await process.work();
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "PENDING",
      waitingFor: { reason: "VOID_REQUESTED" },
    });
    await bench.toNext();
    await process.work();
    expect(bench.processor.voidKeys).toEqual([key, key]);
    expect(bench.processor.log.slice(-3)).toEqual(["void", "lookup null", "void"]);
    expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
  });

  it("whose answer was lost stays in doubt when the repeat was surely not sent", async () => {
    const { bench, payout, process } = await pending();
    const lost = { kind: "unknown", error: error("LOST") } as const;
    bench.processor.voidScript.push(lost, { kind: "not_sent", error: error("DOWN") });
    const key = await wish(bench, payout);
    await process.work();
    await bench.toNext();
    await process.work();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "PENDING", waitingFor: { reason: "VOID_REQUESTED" } },
      voidRequest: { state: "UNKNOWN" },
    });
    expect((await bench.finish(payout)).payout.status).toBe("CANCELLED");
    expect(bench.processor.voidKeys).toEqual([key, key, key]);
  });

  it("whose answer is lost every time does not hide how the payout ends", async () => {
    for (const status of ["SUCCESS", "CANCELLED", "FAILED"] as const) {
      const { bench, payout, process } = await pending();
      const lost = { kind: "unknown", error: error("LOST") } as const;
      bench.processor.voidScript.push(...Array.from({ length: 100 }, () => lost));
      await wish(bench, payout);
      await process.work();
      bench.processor.status = status;
      const end = await bench.finish(payout);
      expect(end.payout.status).toBe(status);
      expect(bench.processor.voidKeys).toHaveLength(1);
    }
  });

  it("that could not be sent leaves it as it was, and is not sent later by itself", async () => {
    const { bench, payout, process } = await pending();
    bench.processor.voidScript.push({ kind: "not_sent", error: error("DOWN") });
    await wish(bench, payout);
    await process.work();
    const told = await bench.stored(payout);
    expect(told.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "SETTLEMENT" } });
    expect(told.voidRequest?.state).toBe("NOT_SENT");
    bench.processor.status = "SUCCESS";
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
    expect(bench.processor.voidKeys).toHaveLength(1);
  });

  it("never fails a payout: a connector that throws, or cannot, leaves it as it was", async () => {
    const { bench, payout, process } = await pending();
    bench.processor.voidScript.push(async () => {
      throw new Error("a connector with a fault");
    });
    await wish(bench, payout);
    await process.work();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "PENDING" },
      voidRequest: { state: "UNKNOWN" },
    });
  });

  it("that comes while the payout is being sent waits for that, and is carried out at once then", async () => {
    for (const reply of ["accepted", "unknown", "not_sent"] as const) {
      const bench = await Bench.open();
      const payout = await bench.create();
      const accepts = reply !== "not_sent";
      bench.processor.script.push({
        accepts,
        reply,
        meanwhile: async () => void (await wish(bench, payout)),
      });
      await bench.process().work();
      const end = await bench.stored(payout);
      expect(end.payout.status).toBe("CANCELLED");
      expect(end.job).toBeNull();
      expect(bench.processor.voidKeys).toHaveLength(reply === "not_sent" ? 0 : 1);
    }
  });

  it("that comes while a held payout is looked at does not wait for the next look", async () => {
    const bench = await Bench.open({ moves: (step) => step !== "hold" });
    bench.processor.acceptedStatus = "REQUIRES_FULFILLMENT";
    bench.processor.status = "REQUIRES_FULFILLMENT";
    const payout = await bench.create(["hold"]);
    const process = bench.process();
    await process.work();
    await bench.toNext();
    bench.processor.beforeLookup = async () => void (await wish(bench, payout));
    await process.work();
    expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
  });

  it("that comes between a look-up that found nothing and the repeat stops the repeat", async () => {
    const bench = await Bench.open();
    bench.processor.script.push(LOST);
    const payout = await bench.create();
    const process = bench.process();
    await process.work();
    bench.processor.beforeLookup = async () => void (await wish(bench, payout));
    await bench.toNext();
    await process.work();
    expect(bench.processor.log).toEqual(["call transfer", "lookup transfer", "void"]);
    expect(bench.processor.ledger).toEqual([]);
    expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
  });

  it("is not put to the processor when the payout has ended meanwhile", async () => {
    const { bench, payout, process } = await pending();
    const lost = { kind: "unknown", error: error("LOST") } as const;
    bench.processor.voidScript.push(lost);
    await wish(bench, payout);
    await process.work();
    bench.processor.status = "SUCCESS";
    await bench.clock.advance(LEASE_MS);
    await process.work();
    expect(bench.processor.voidKeys).toHaveLength(1);
    expect((await bench.stored(payout)).payout.status).toBe("SUCCESS");
  });

  it("survives a crash at any point, under one key", async () => {
    const trial = async (seam: number, when: "before" | "after") => {
      const { bench, payout } = await pending();
      const key = await wish(bench, payout);
      const first = bench.process({ seam, when });
      await first.work();
      await bench.clock.advance(LEASE_MS);
      const end = await bench.finish(payout);
      expect(end.payout.status, `dead ${when} seam ${seam}`).toBe("CANCELLED");
      expect(new Set(bench.processor.voidKeys)).toEqual(new Set([key]));
      return first.isDead;
    };
    for (let seam = 1; (await trial(seam, "before")) && (await trial(seam, "after")); seam += 1);
  });
});
