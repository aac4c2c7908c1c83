import { describe, expect, it } from "vitest";
import type { Payout } from "../../src/domain/payout.ts";
import { limits } from "../../src/limits.ts";
import { KeyedHash } from "../../src/security/keyed-hash.ts";
import type { Call } from "../../src/service/call.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { Router } from "../../src/service/routing/router.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals, signalling } from "../../src/service/signals.ts";
import { stagePayout } from "../../src/service/stage-payout.ts";
import { transferPayout } from "../../src/service/transfer-payout.ts";
import { voidPayout } from "../../src/service/void-payout.ts";
import { Bench, type Process } from "../engine/bench.ts";
import { settle } from "../engine/fake-clock.ts";
import { type Behaviour, error } from "../engine/processor-double.ts";
import { claimOf, LEASE_MS } from "../repository/fixtures.ts";

const LOST: Behaviour = { accepts: false, reply: "unknown" };
const ACCEPTED_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };
const refused = (reason: string): Behaviour => ({
  accepts: false,
  reply: { kind: "rejected", error: error(reason) },
});

/** A processor that keeps staged payouts, and the service's use cases on it. */
async function open(
  script: readonly Behaviour[] = [],
  undoOf?: (step: string) => string | undefined,
) {
  const bench = await Bench.open({
    plans: { stage: ["check", "review"], transfer: ["approve"] },
    effectOf: (step) => (step === "check" ? "NOTHING" : step === "approve" ? "MONEY" : "HOLD"),
    ...(undoOf && { undoOf }),
  });
  bench.processor.acceptedStatus = "REQUIRES_CONFIRMATION";
  bench.processor.status = "REQUIRES_CONFIRMATION";
  bench.processor.script.push(...script);
  return { bench, ...services(bench) };
}

/** One process of the service. */
function services(bench: Bench, process: Process = bench.process()) {
  const engine = process.context;
  const signals = new Signals(engine.clock, 100);
  const context: ServiceContext = {
    ...engine,
    repository: signalling(engine.repository, signals),
    executor: process.executor,
    signals,
    hash: new KeyedHash(new Uint8Array(32)),
    router: new Router(engine),
    pollMs: 1000,
    publicUrl: "",
  };
  const call = (key: string | null = null): Call => ({
    caller: {
      merchantId: bench.world.merchantId,
      livemode: false,
      operator: false,
      keyId: "key",
      scopes: [],
    },
    claim: key === null ? null : claimOf(key, { method: "PayoutService.Stage" }),
    fingerprint: "request",
    answerBy: bench.clock.time + 20_000,
    signal: new AbortController().signal,
  });
  /** Lets time pass for as long as the use case waits. */
  const answered = async <T>(answer: Promise<T>): Promise<T> => {
    let isOver = false;
    const over = () => {
      isOver = true;
    };
    answer.then(over, over);
    await settle();
    for (let turn = 0; turn < 40 && !isOver; turn += 1) await bench.clock.advance(1000);
    return answer;
  };
  const stage = async (key: string | null = null): Promise<Payout> => {
    const { value } = await answered(
      stagePayout(context, call(key), {
        merchantPayoutId: "staged",
        amount: { minorAmount: 100n, currency: "USD" },
        destinationCurrency: null,
        connector: "double",
        priority: null,
        description: "",
        metadata: {},
        destination: {
          kind: "inline",
          method: { kind: "paypal", email: "jane@example.com" },
          person: undefined,
        },
      }),
    );
    return value;
  };
  const transfer = ({ payoutId }: Payout) =>
    answered(transferPayout(context, call(), { payoutId, etag: null, note: "" }));
  const stop = ({ payoutId }: Payout) =>
    answered(voidPayout(context, call(), { payoutId, reason: "" }));
  return { context, process, stage, transfer, stop };
}

const called = ({ processor }: Bench) => processor.log.filter((line) => line.startsWith("call"));

describe("Stage at a processor that keeps payouts for review", () => {
  it("answers what the processor says, under keys that are stored before", async () => {
    const { bench, stage } = await open();
    const payout = await stage();
    expect(payout.status).toBe("REQUIRES_CONFIRMATION");
    const stored = await bench.stored(payout);
    expect(stored).toMatchObject({
      payout: { status: "REQUIRES_CONFIRMATION", waitingFor: { reason: "CONFIRMATION" } },
      attempts: [
        {
          state: "ACCEPTED",
          steps: [
            { name: "check", outcome: "ACCEPTED" },
            { name: "review", outcome: "ACCEPTED" },
          ],
        },
      ],
    });
    expect(called(bench)).toEqual(["call check", "call review"]);
  });

  it("answers a repeat with the same payout, and stages once", async () => {
    const { bench, stage } = await open();
    const [first, again] = [await stage("k"), await stage("k")];
    expect(again).toEqual(first);
    expect(bench.processor.done("review")).toHaveLength(1);
  });

  it.each([
    ["a definite no", refused("ACCOUNT_CLOSED")],
    [
      "the answer that it cannot be made",
      {
        accepts: false,
        reply: {
          kind: "accepted",
          value: { status: "INELIGIBLE", error: error("ACCOUNT_CLOSED") },
        },
      } as const,
    ],
  ])("is INELIGIBLE after %s", async (_, no) => {
    const { bench, stage } = await open([no]);
    const payout = await stage();
    expect(payout).toMatchObject({ status: "INELIGIBLE", error: { reason: "ACCOUNT_CLOSED" } });
    expect(await bench.stored(payout)).toMatchObject({ job: null, attempts: [{ state: "DEAD" }] });
  });

  it("is INELIGIBLE once what was staged before the no is taken back", async () => {
    const undo = (step: string) => (step === "review" ? "drop" : undefined);
    const bench = await Bench.open({
      plans: { stage: ["review", "limit"], transfer: ["approve"] },
      effectOf: () => "HOLD",
      undoOf: undo,
    });
    bench.processor.acceptedStatus = "REQUIRES_CONFIRMATION";
    bench.processor.script.push({ accepts: true }, refused("LIMIT_EXCEEDED"), NOT_SENT);
    const { stage, transfer, process } = services(bench);
    const payout = await stage();
    await expect(transfer(payout)).rejects.toMatchObject({ reason: "PAYOUT_STATE_CONFLICT" });
    const end = await bench.finish(payout, process);
    expect(end.payout).toMatchObject({ status: "INELIGIBLE", error: { reason: "LIMIT_EXCEEDED" } });
    expect(bench.processor.done("drop")).toHaveLength(1);
  });

  it("stays to be confirmed while its outcome is not known, and is looked up", async () => {
    const { bench, stage, process } = await open([{ accepts: true }, ACCEPTED_BUT_LOST]);
    const payout = await stage();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "REQUIRES_CONFIRMATION", waitingFor: { reason: "OUTCOME_UNKNOWN" } },
    });
    await bench.toNext();
    await process.work();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { waitingFor: { reason: "CONFIRMATION" }, error: null },
      attempts: [{ state: "ACCEPTED" }],
    });
    expect(bench.processor.done("review")).toHaveLength(1);
  });

  it("goes on in another process when this one dies", async () => {
    let survived = 0;
    for (let seam = 1; seam < 16; seam += 1) {
      const { bench } = await open();
      const first = bench.process({ seam, when: "after" });
      const { stage } = services(bench, first);
      void stage().catch(() => {});
      await settle();
      first.kill();
      await bench.clock.advance(2 * LEASE_MS);
      const second = bench.process();
      for (let turn = 0; turn < 4; turn += 1) {
        await second.work();
        await bench.clock.advance(LEASE_MS);
      }
      const stored = await bench.world.repository.payouts.find(bench.world.merchantId, {
        merchantPayoutId: "staged",
      });
      if (stored === null) continue;
      survived += 1;
      expect(stored.attempts[0]?.state, `seam ${seam}`).toBe("ACCEPTED");
      expect(bench.processor.done("review")).toHaveLength(1);
    }
    expect(survived).toBeGreaterThan(5);
  });
});

describe("Transfer of what the processor has staged", () => {
  it("adds its steps to the attempt, and moves it", async () => {
    const { bench, stage, transfer, process } = await open();
    const payout = await stage();
    bench.processor.acceptedStatus = "PENDING";
    const { value } = await transfer(payout);
    expect(value.status).toBe("PENDING");
    bench.processor.status = "SUCCESS";
    const end = await bench.finish(payout, process);
    expect(end.payout.status).toBe("SUCCESS");
    expect(end.attempts).toHaveLength(1);
    expect(called(bench)).toEqual(["call check", "call review", "call approve"]);
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ resource }) => (resource as { payout: Payout }).payout.status)).toEqual([
      "REQUIRES_CONFIRMATION",
      "REQUIRES_CREATION",
      "PENDING",
      "SUCCESS",
    ]);
  });

  it.each([
    ["lost", LOST],
    ["taken, and its answer lost", ACCEPTED_BUT_LOST],
    ["not sent", NOT_SENT],
  ])("first finds out about a staging that was %s", async (_, behaviour) => {
    const { bench, stage, transfer, process } = await open([{ accepts: true }, behaviour]);
    const payout = await stage();
    bench.processor.script.push({
      accepts: true,
      reply: { kind: "accepted", value: { status: "REQUIRES_CONFIRMATION" } },
    });
    bench.processor.acceptedStatus = "PENDING";
    await transfer(payout);
    bench.processor.status = "SUCCESS";
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
    const steps = bench.processor.ledger.map(({ step }) => step);
    expect(steps).toEqual(["check", "review", "approve"]);
  });

  it("fails like any other when it is refused", async () => {
    const { bench, stage, transfer } = await open();
    const payout = await stage();
    bench.processor.script.push(refused("LIMIT_EXCEEDED"));
    expect((await transfer(payout)).value).toMatchObject({
      status: "FAILED",
      error: { reason: "LIMIT_EXCEEDED" },
    });
    expect((await bench.stored(payout)).job).toBeNull();
  });

  it("is refused twice, and after the end", async () => {
    const { bench, stage, transfer } = await open();
    const payout = await stage();
    bench.processor.acceptedStatus = "PENDING";
    await transfer(payout);
    await expect(transfer(payout)).rejects.toMatchObject({ reason: "PAYOUT_STATE_CONFLICT" });
    expect(bench.processor.done("approve")).toHaveLength(1);
  });
});

describe("a payout that the processor has staged", () => {
  it("is stopped there by Void", async () => {
    const { bench, stage, stop } = await open();
    const payout = await stage();
    expect((await stop(payout)).value.status).toBe("CANCELLED");
    expect(bench.processor.voidKeys).toHaveLength(1);
  });

  it("is stopped here by Void where only a question was asked", async () => {
    const { bench, stage, stop } = await open([LOST]);
    const payout = await stage();
    expect((await stop(payout)).value.status).toBe("CANCELLED");
    expect(bench.processor.voidKeys).toEqual([]);
  });

  it("goes on when somebody moves it at the processor", async () => {
    for (const status of ["PENDING", "SUCCESS", "REVERSED"] as const) {
      const { bench, stage, process } = await open();
      const payout = await stage();
      bench.processor.status = status;
      await bench.toNext();
      for (let turn = 0; turn < 4; turn += 1) {
        await process.work();
        await bench.clock.advance(10_000);
      }
      expect((await bench.stored(payout)).payout.status).toBe(status);
    }
  });

  it.each(["INITIATED", "PENDING", "SUCCESS", "REVERSED"] as const)(
    "goes on by the news of it: %s",
    async (status) => {
      const { bench, stage, context } = await open();
      const payout = await stage();
      const [check, review] = (await bench.stored(payout)).attempts[0]?.steps ?? [];
      for (const told of [review, check]) {
        await recordNews(context, {
          connector: "double",
          processorKey: told?.processorKey ?? "",
          payoutId: payout.payoutId,
          state: { status },
        });
        expect((await bench.stored(payout)).payout.status).toBe(status);
      }
      const { job, attempts } = await bench.stored(payout);
      expect(attempts).toHaveLength(1);
      expect(job === null).toBe(status === "SUCCESS" || status === "REVERSED");
      expect(called(bench)).toEqual(["call check", "call review"]);
    },
  );

  it("is looked at now and then, and not confirmed by what is said of it meanwhile", async () => {
    const { bench, stage, process } = await open();
    const payout = await stage();
    for (const status of ["REQUIRES_CREATION", "REQUIRES_FULFILLMENT"] as const) {
      bench.processor.status = status;
      await bench.toNext();
      await process.work();
      expect((await bench.stored(payout)).payout).toMatchObject({
        status: "REQUIRES_CONFIRMATION",
        waitingFor: { reason: "CONFIRMATION" },
      });
    }
  });

  it("is withdrawn there when nobody confirms it, and then EXPIRED", async () => {
    const { bench, stage, process } = await open();
    const payout = await stage();
    await bench.clock.advance(payout.createTime + limits.stagedMs - 1000 - bench.clock.time);
    await process.work();
    expect((await bench.stored(payout)).job?.runAt).toBe(payout.createTime + limits.stagedMs);
    expect(bench.processor.voidKeys).toEqual([]);
    await bench.toNext();
    await process.work();
    expect(await bench.stored(payout)).toMatchObject({
      payout: { status: "EXPIRED", error: null, waitingFor: null },
      voidRequest: null,
      job: null,
    });
    expect(bench.processor.voidKeys).toHaveLength(1);
  });

  it("is EXPIRED when the processor answers later that it has let go", async () => {
    const { bench, stage, process, context } = await open();
    const payout = await stage();
    bench.processor.voidScript.push({ kind: "requested" });
    await bench.clock.advance(limits.stagedMs);
    await process.work();
    expect((await bench.stored(payout)).payout.waitingFor?.reason).toBe("VOID_REQUESTED");
    const { attempts } = await bench.stored(payout);
    const { processorKey = "" } = attempts[0]?.steps[1] ?? {};
    const { payoutId } = payout;
    const state = { status: "CANCELLED" } as const;
    await recordNews(context, { connector: "double", processorKey, payoutId, state });
    expect((await bench.stored(payout)).payout.status).toBe("EXPIRED");
  });

  it("is EXPIRED by the processor's own word, without being withdrawn", async () => {
    const { bench, stage, process } = await open();
    const payout = await stage();
    bench.processor.status = "EXPIRED";
    await bench.clock.advance(limits.stagedMs);
    await process.work();
    expect((await bench.stored(payout)).payout.status).toBe("EXPIRED");
    expect(bench.processor.voidKeys).toEqual([]);
  });

  it("is EXPIRED here where nothing was staged", async () => {
    const { bench, stage, process } = await open(Array.from({ length: 3 }, () => LOST));
    const payout = await stage();
    bench.processor.lookupFails = true;
    await bench.clock.advance(limits.stagedMs);
    await process.work();
    expect((await bench.stored(payout)).payout.status).toBe("EXPIRED");
    expect(bench.processor.voidKeys).toEqual([]);
  });

  it("waits on when the processor does not let go, and is withdrawn again a day later", async () => {
    const { bench, stage, transfer, process } = await open();
    const payout = await stage();
    const no = { kind: "refused", error: error("TOO_LATE") } as const;
    bench.processor.voidScript.push(no, no);
    await bench.clock.advance(limits.stagedMs);
    await process.work();
    for (let hours = 0; hours < 30; hours += 1) {
      await bench.clock.advance(60 * 60 * 1000);
      await process.work();
    }
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "REQUIRES_CONFIRMATION",
      waitingFor: { reason: "CONFIRMATION" },
    });
    expect(new Set(bench.processor.voidKeys).size).toBe(2);
    expect(bench.processor.voidKeys).toHaveLength(2);
    bench.processor.acceptedStatus = "PENDING";
    expect((await transfer(payout)).value.status).toBe("PENDING");
  });
});
