import { describe, expect, it } from "vitest";
import type { ProcessorState, StepEffect } from "../../src/connectors/connector.ts";
import type { Payout } from "../../src/domain/payout.ts";
import { requestVoid } from "../../src/engine/decisions/record-void.ts";
import { type Resolution, resolveReview } from "../../src/engine/decisions/resolve.ts";
import { makeDue, settleUnleased } from "../../src/engine/decisions/schedule.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { LEASE_MS, newKey } from "../repository/fixtures.ts";
import { Bench, type Process } from "./bench.ts";
import { type Behaviour, error, WINDOW_MS } from "./processor-double.ts";

const ACCEPTED: Behaviour = { accepts: true };
const LOST: Behaviour = { accepts: false, reply: "unknown" };
const DONE_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };
const REFUSED: Behaviour = {
  accepts: false,
  reply: { kind: "rejected", error: error("ACCOUNT_CLOSED") },
};

const EFFECTS: Readonly<Record<string, StepEffect>> = { quote: "NOTHING", hold: "HOLD" };
const UNDO: Readonly<Record<string, string>> = {
  hold: "unhold",
  transfer: "untransfer",
  second: "unsecond",
  quote: "unquote",
};
const options = {
  effectOf: (step: string) => EFFECTS[step] ?? "MONEY",
  undoOf: (step: string) => UNDO[step],
};
/** What stands at the processor, step by step, after what was taken back. */
const standing = ({ processor }: Bench) =>
  processor.ledger
    .map(({ step }) => step)
    .filter((step) => !step.startsWith("un") && processor.done(`un${step}`).length === 0);
const called = ({ processor }: Bench) => processor.log.filter((line) => line.startsWith("call"));

async function open(steps: readonly string[], script: readonly Behaviour[]) {
  const bench = await Bench.open(options);
  bench.processor.acceptedStatus = "REQUIRES_CREATION";
  bench.processor.script.push(...script);
  const payout = await bench.create(steps);
  return { bench, payout, process: bench.process() };
}

/** Transferred, and then refused, with the undoing as scripted. */
const refused = (...script: readonly Behaviour[]) =>
  open(["transfer", "payout"], [ACCEPTED, REFUSED, ...script]);

async function tell(
  { context }: Process,
  bench: Bench,
  payout: Payout,
  step: string,
  state: ProcessorState,
): Promise<void> {
  const { attempts } = await bench.stored(payout);
  const steps = attempts[0]?.steps ?? [];
  const { processorKey = "" } = steps.find(({ name }) => name === step) ?? {};
  const { payoutId } = payout;
  await recordNews(context, { connector: "double", processorKey, payoutId, state });
}

async function resolve(bench: Bench, payout: Payout, resolution: Resolution) {
  const { time: now } = bench.clock;
  await bench.world.repository.payouts.change(payout, {}, (current) =>
    settleUnleased(resolveReview(current, resolution, now), now),
  );
  return bench.stored(payout);
}

async function wish(bench: Bench, payout: Payout): Promise<void> {
  const { time: now } = bench.clock;
  await bench.world.repository.payouts.change(payout, {}, (current) =>
    settleUnleased(requestVoid(current, { processorKey: newKey(), reason: "" }, now), now),
  );
}

describe("a payout of which a later step is refused", () => {
  it("is FAILED once what was accepted has been taken back", async () => {
    const { bench, payout, process } = await refused();
    await process.work();
    const end = await bench.stored(payout);
    expect(end).toMatchObject({
      payout: { status: "FAILED", error: { reason: "ACCOUNT_CLOSED" }, waitingFor: null },
      job: null,
      attempts: [
        {
          state: "DEAD",
          steps: [
            { name: "transfer", outcome: "ACCEPTED", undoes: null },
            { name: "payout", outcome: "REJECTED", undoes: null },
            { name: "untransfer", outcome: "ACCEPTED", undoes: 0, tries: 1 },
          ],
        },
      ],
    });
    const keys = end.attempts[0]?.steps.map(({ processorKey }) => processorKey);
    expect(new Set(keys).size).toBe(3);
    expect(called(bench)).toEqual(["call transfer", "call payout", "call untransfer"]);
    expect(standing(bench)).toEqual([]);
  });

  it("shows why it failed, and that it is taken back, until it is", async () => {
    const { bench, payout, process } = await refused(NOT_SENT, LOST, NOT_SENT);
    await process.work();
    for (let turn = 0; turn < 3; turn += 1) {
      expect(await bench.stored(payout)).toMatchObject({
        payout: {
          status: "PENDING",
          error: { reason: "ACCOUNT_CLOSED" },
          waitingFor: { reason: "UNDOING" },
        },
        attempts: [{ state: "UNDOING", endTime: null }],
      });
      await bench.toNext();
      await process.work();
    }
    expect((await bench.finish(payout, process)).payout.status).toBe("FAILED");
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type)).toEqual([
      "payout.created",
      "payout.pending",
      "payout.failed",
    ]);
  });

  it("takes back the last first, and leaves what pays nobody", async () => {
    const steps = ["quote", "hold", "transfer", "second", "payout"];
    const { bench, payout } = await open(steps, [...Array(4).fill(ACCEPTED), REFUSED]);
    expect((await bench.finish(payout)).payout.status).toBe("FAILED");
    expect(called(bench).slice(5)).toEqual(["call unsecond", "call untransfer", "call unhold"]);
  });

  it("takes a hold back where only that stands", async () => {
    const { bench, payout } = await open(["hold", "payout"], [ACCEPTED, REFUSED]);
    expect((await bench.finish(payout)).payout.status).toBe("FAILED");
    expect(called(bench)).toEqual(["call hold", "call payout", "call unhold"]);
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type)).toEqual(["payout.created", "payout.failed"]);
  });

  it("waits for a person when any of the money cannot be taken back", async () => {
    const { bench, payout } = await open(
      ["transfer", "fee", "payout"],
      [ACCEPTED, ACCEPTED, REFUSED],
    );
    expect((await bench.finish(payout)).payout.waitingFor?.reason).toBe("REVIEW");
    expect(called(bench)).toHaveLength(3);
  });

  it("waits for a person when two steps would be taken back by calls of one name", async () => {
    const bench = await Bench.open({ ...options, undoOf: () => "undo" });
    bench.processor.acceptedStatus = "REQUIRES_CREATION";
    bench.processor.script.push(ACCEPTED, ACCEPTED, REFUSED);
    const payout = await bench.create(["transfer", "second", "payout"]);
    expect((await bench.finish(payout)).payout.waitingFor?.reason).toBe("REVIEW");
    expect(called(bench)).toHaveLength(3);
  });
});

describe("what takes a step back", () => {
  it("is looked up when its answer was lost, and not done twice", async () => {
    const { bench, payout } = await refused(DONE_BUT_LOST);
    expect((await bench.finish(payout)).payout.status).toBe("FAILED");
    expect(bench.processor.done("untransfer")).toHaveLength(1);
    expect(bench.processor.log.at(-1)).toBe("lookup untransfer");
  });

  it("is repeated under its key when it never arrived", async () => {
    const { bench, payout } = await refused(LOST, LOST, NOT_SENT);
    expect((await bench.finish(payout)).payout.status).toBe("FAILED");
    const keys = bench.processor.calls.slice(2).map(({ processorKey }) => processorKey);
    expect(keys.length).toBe(4);
    expect(new Set(keys).size).toBe(1);
  });

  it("goes to a person past its key's window, and is called no more", async () => {
    const { bench, payout, process } = await refused(LOST);
    await process.work();
    await bench.clock.advance(WINDOW_MS);
    const end = await bench.finish(payout, process);
    expect(end.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    for (let day = 0; day < 3; day += 1) {
      await bench.toNext();
      await process.work();
    }
    expect(called(bench)).toHaveLength(3);
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("REVIEW");
  });

  it.each([
    ["PAID", "SUCCESS", null],
    ["NOT_PAID", "FAILED", "RESOLVED_AS_NOT_PAID"],
  ] as const)("goes to a person when it is refused, whose word %s ends it", async (...word) => {
    const [resolution, status, reason] = word;
    const { bench, payout, process } = await refused(REFUSED);
    const held = await bench.finish(payout, process);
    expect(held.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    expect(held.attempts[0]?.steps[2]).toMatchObject({ outcome: "REJECTED" });
    await bench.toNext();
    await process.work();
    expect(called(bench)).toHaveLength(3);
    const end = await resolve(bench, payout, resolution);
    expect(end.payout).toMatchObject({ status, waitingFor: null });
    expect(end.payout.error?.reason ?? null).toBe(reason);
    expect(end).toMatchObject({
      job: null,
      attempts: [{ state: status === "SUCCESS" ? "ACCEPTED" : "DEAD" }],
    });
  });

  it("goes to a person when its repeat is refused and that proves nothing", async () => {
    const bench = await Bench.open({
      ...options,
      manifest: {
        idempotency: {
          repeat: "REPLAYED",
          maxKeyLength: 36,
          keyPattern: /^.*$/,
          windowMs: WINDOW_MS,
          keepsRefusals: false,
        },
      },
    });
    bench.processor.acceptedStatus = "REQUIRES_CREATION";
    bench.processor.script.push(ACCEPTED, REFUSED, LOST, REFUSED);
    const payout = await bench.create(["transfer", "payout"]);
    const end = await bench.finish(payout);
    expect(end.payout.waitingFor?.reason).toBe("REVIEW");
    expect(end.attempts[0]?.steps[2]?.outcome).toBe("UNKNOWN");
  });

  it("survives a crash at any point, and is done once", { timeout: 60_000 }, async () => {
    let crashes = 0;
    for (let seam = 1; seam < 40; seam += 1) {
      for (const when of ["before", "after"] as const) {
        const { bench, payout } = await open(["transfer", "payout"], []);
        bench.processor.refused.add("payout");
        bench.processor.status = "PENDING";
        const first = bench.process({ seam, when });
        await first.work();
        if (first.isDead) crashes += 1;
        first.kill();
        await bench.clock.advance(LEASE_MS);
        const end = await bench.finish(payout);
        const label = `dead ${when} seam ${seam}`;
        expect(end.payout.status, label).toBe("FAILED");
        expect(bench.processor.done("untransfer"), label).toHaveLength(1);
        const undone = end.attempts[0]?.steps.filter(({ undoes }) => undoes !== null);
        expect(undone, label).toHaveLength(1);
      }
    }
    expect(crashes).toBeGreaterThan(10);
  });
});

describe("a payout that the processor says has failed", () => {
  const both = async () => {
    const opened = await open(["transfer", "payout"], []);
    opened.bench.processor.acceptedStatus = "PENDING";
    opened.bench.processor.status = "PENDING";
    await opened.process.work();
    return opened;
  };
  const FAILED: ProcessorState = { status: "FAILED", error: error("BANK_SAYS_NO") };

  it("takes back what stood before the step that failed, and not that step", async () => {
    const { bench, payout, process } = await both();
    bench.processor.status = "FAILED";
    bench.processor.acceptedStatus = "FAILED";
    const end = await bench.finish(payout, process);
    expect(end.payout).toMatchObject({ status: "FAILED", waitingFor: null });
    expect(called(bench)).toEqual(["call transfer", "call payout", "call untransfer"]);
  });

  it("does so when its answer was in doubt, and when news says it by another step's key", async () => {
    for (const step of ["transfer", "payout"]) {
      const { bench, payout, process } = await open(["transfer", "payout"], [ACCEPTED, LOST]);
      await process.work();
      await tell(process, bench, payout, step, FAILED);
      const end = await bench.finish(payout, process);
      expect(end.payout).toMatchObject({ status: "FAILED", error: { reason: "BANK_SAYS_NO" } });
      expect(bench.processor.done("untransfer")).toHaveLength(1);
    }
  });

  it("is FAILED at once where nothing stood before it", async () => {
    const { bench, payout, process } = await open(["quote", "transfer"], []);
    bench.processor.status = "FAILED";
    expect((await bench.finish(payout, process)).payout.status).toBe("FAILED");
    expect(called(bench)).toEqual(["call quote", "call transfer"]);
  });

  it("waits for a person where money stands before it that cannot be taken back", async () => {
    const { bench, payout, process } = await open(["fee", "payout"], []);
    bench.processor.status = "FAILED";
    const held = await bench.finish(payout, process);
    expect(held.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    await bench.toNext();
    await process.work();
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("REVIEW");
    expect(called(bench)).toHaveLength(2);
  });

  it("stays SUCCESS after a late failure until its money is back", async () => {
    const { bench, payout, process } = await both();
    bench.processor.status = "SUCCESS";
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
    bench.processor.script.push(NOT_SENT, LOST);
    await tell(process, bench, payout, "payout", FAILED);
    for (let turn = 0; turn < 2; turn += 1) {
      await process.work();
      const waits = await bench.stored(payout);
      expect(waits.payout).toMatchObject({
        status: "SUCCESS",
        error: { reason: "BANK_SAYS_NO" },
        waitingFor: { reason: "UNDOING" },
      });
      expect(waits.job).not.toBeNull();
      // Old news: it was known as paid.
      await tell(process, bench, payout, "payout", { status: "SUCCESS" });
      await tell(process, bench, payout, "payout", FAILED);
      await bench.toNext();
    }
    await process.work();
    for (let turn = 0; turn < 5 && (await bench.stored(payout)).job !== null; turn += 1) {
      await bench.toNext();
      await process.work();
    }
    const end = await bench.stored(payout);
    expect(end).toMatchObject({
      payout: { status: "FAILED", error: { reason: "BANK_SAYS_NO" }, waitingFor: null },
      job: null,
    });
    expect(bench.processor.done("untransfer")).toHaveLength(1);
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type).slice(-2)).toEqual(["payout.succeeded", "payout.failed"]);
  });

  it.each([
    ["PAID", "SUCCESS"],
    ["NOT_PAID", "FAILED"],
  ] as const)(
    "after SUCCESS, when it cannot be taken back, ends by the word %s",
    async (word, status) => {
      const { bench, payout, process } = await both();
      bench.processor.status = "SUCCESS";
      await bench.finish(payout, process);
      bench.processor.script.push(REFUSED);
      await tell(process, bench, payout, "payout", FAILED);
      await process.work();
      expect((await bench.stored(payout)).payout).toMatchObject({
        status: "SUCCESS",
        waitingFor: { reason: "REVIEW" },
      });
      const end = await resolve(bench, payout, word);
      expect(end).toMatchObject({ payout: { status, waitingFor: null }, job: null });
    },
  );
});

describe("while a payout is taken back", () => {
  it("a wish to stop it is joined to that", async () => {
    const { bench, payout, process } = await refused(NOT_SENT);
    await process.work();
    await wish(bench, payout);
    expect(await bench.stored(payout)).toMatchObject({
      voidRequest: null,
      payout: { waitingFor: { reason: "UNDOING" } },
    });
    expect((await bench.finish(payout, process)).payout.status).toBe("FAILED");
    expect(bench.processor.voidKeys).toEqual([]);
  });

  it("a wish to stop it that came just before is over", async () => {
    const { bench, payout, process } = await open(
      ["transfer", "payout"],
      [ACCEPTED, { ...REFUSED, meanwhile: async () => void (await wish(bench, payout)) }],
    );
    await process.work();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "FAILED" },
      voidRequest: null,
    });
    expect(bench.processor.voidKeys).toEqual([]);
    expect(bench.processor.done("untransfer")).toHaveLength(1);
  });

  it.each([
    "REQUIRES_CREATION",
    "REQUIRES_FULFILLMENT",
    "INITIATED",
    "PENDING",
    "FAILED",
    "CANCELLED",
    "REVERSED",
    "EXPIRED",
    "INELIGIBLE",
  ] as const)("news of %s adds ids and nothing else", async (status) => {
    for (const step of ["transfer", "payout", "untransfer"]) {
      const { bench, payout, process } = await refused(LOST);
      await process.work();
      const references = [{ kind: "reversal", id: "r-1" }];
      await tell(process, bench, payout, step, { status, references, error: error("OTHER") });
      expect((await bench.stored(payout)).payout).toMatchObject({
        status: "PENDING",
        error: { reason: "ACCOUNT_CLOSED" },
        waitingFor: { reason: "UNDOING" },
        connectorReferences: references,
      });
      expect((await bench.finish(payout, process)).payout.status).toBe("FAILED");
      expect(bench.processor.done("untransfer")).toHaveLength(1);
    }
  });

  it("news that it was paid after all is for a person, and nothing more is taken back", async () => {
    const { bench, payout, process } = await refused(NOT_SENT);
    await process.work();
    await tell(process, bench, payout, "payout", { status: "SUCCESS" });
    const held = await bench.stored(payout);
    expect(held.payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    for (let day = 0; day < 2; day += 1) {
      await bench.toNext();
      await process.work();
    }
    // Somebody who looks earlier sends nothing either.
    await bench.world.repository.payouts.change(payout, {}, (current) =>
      makeDue(current, bench.clock.time),
    );
    await process.work();
    expect(bench.processor.done("untransfer")).toEqual([]);
    expect((await resolve(bench, payout, "PAID")).payout.status).toBe("SUCCESS");
  });

  it("news that it was paid, after the undoing may have arrived, does not end it", async () => {
    const { bench, payout, process } = await refused(DONE_BUT_LOST);
    await process.work();
    await tell(process, bench, payout, "payout", { status: "SUCCESS" });
    await bench.toNext();
    await process.work();
    const held = await bench.stored(payout);
    expect(held.payout.waitingFor?.reason).toBe("REVIEW");
    expect(held.attempts[0]?.steps[2]?.outcome).toBe("ACCEPTED");
  });
});
