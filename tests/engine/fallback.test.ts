import { describe, expect, it } from "vitest";
import type { PayoutError } from "../../src/domain/payout.ts";
import type { Routing } from "../../src/domain/routing.ts";
import { beginStep } from "../../src/engine/decisions/attempts.ts";
import { requestVoid } from "../../src/engine/decisions/record-void.ts";
import type { Call } from "../../src/service/call.ts";
import { PayoutReader } from "../../src/service/get-payout.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals } from "../../src/service/signals.ts";
import { newKey } from "../repository/fixtures.ts";
import { Bench } from "./bench.ts";
import { settle } from "./fake-clock.ts";
import { error, ProcessorDouble } from "./processor-double.ts";

const LIMIT: PayoutError = error("LIMIT_EXCEEDED");
const REFUSED = { accepts: false, reply: { kind: "rejected", error: LIMIT } } as const;
const UNREACHABLE = { accepts: false, reply: "not_sent" } as const;

/** A payout at "double" that may go on to "second" and then "third". */
async function open(
  names: readonly string[] = ["second", "third"],
  options: Parameters<typeof Bench.open>[0] = {},
) {
  const bench = await Bench.open(options);
  const after = () => Promise.resolve();
  for (const name of names) bench.others.push(new ProcessorDouble({ after, manifest: { name } }));
  const routing: Routing = {
    basis: "RULE",
    rule: "cheapest",
    unevaluated: [],
    candidates: ["double", ...names].map((connector, index) => ({
      connector,
      verdict: index === 0 ? "CHOSEN" : "NEXT",
      why: "",
    })),
  };
  const [second, third] = bench.others;
  if (second === undefined) throw new Error("no second");
  return { bench, second, third: third ?? second, routing };
}

describe("a payout that its connector surely does not pay", () => {
  it("goes to the next after a refusal that allows it, with a new attempt and new keys", async () => {
    const { bench, second, routing } = await open();
    bench.processor.script.push(REFUSED);
    const payout = await bench.create(["transfer"], { routing });
    const end = await bench.finish(payout);
    expect(end.payout).toMatchObject({ status: "SUCCESS", connector: "second", error: null });
    expect(end.payout.routing?.candidates).toEqual([
      { connector: "double", verdict: "REFUSED", why: "LIMIT_EXCEEDED" },
      { connector: "second", verdict: "CHOSEN", why: "" },
      { connector: "third", verdict: "NEXT", why: "" },
    ]);
    expect(end.attempts).toMatchObject([
      { number: 1, connector: "double", state: "DEAD", steps: [{ outcome: "REJECTED", tries: 1 }] },
      { number: 2, connector: "second", state: "ACCEPTED", steps: [{ outcome: "ACCEPTED" }] },
    ]);
    const keys = end.attempts.flatMap(({ steps }) => steps.map((step) => step.processorKey));
    expect(new Set(keys).size).toBe(2);
    expect(bench.processor.ledger).toEqual([]);
    expect(second.ledger).toHaveLength(1);
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type)).toEqual([
      "payout.created",
      "payout.pending",
      "payout.succeeded",
    ]);
    expect(events[1]?.resource).toMatchObject({
      payout: { connector: "second", routing: end.payout.routing },
    });
  });

  it("goes through all of them under one lease, and fails with the last", async () => {
    const { bench, second, third, routing } = await open();
    for (const each of [bench.processor, second, third]) each.script.push(REFUSED);
    const payout = await bench.create(["transfer"], { routing });
    await bench.process().work();
    const { payout: end, attempts, job } = await bench.stored(payout);
    expect(end).toMatchObject({
      status: "FAILED",
      connector: "third",
      error: { reason: "LIMIT_EXCEEDED" },
    });
    expect(attempts.map(({ state }) => state)).toEqual(["DEAD", "DEAD", "DEAD"]);
    expect(job).toBeNull();
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type)).toEqual(["payout.created", "payout.failed"]);
  });

  it("goes to the next when nothing could be sent for a while", async () => {
    const { bench, second, routing } = await open();
    bench.processor.script.push(...Array.from({ length: 20 }, () => UNREACHABLE));
    const payout = await bench.create(["transfer"], { routing });
    const process = bench.process();
    await process.work();
    expect((await bench.stored(payout)).payout.connector).toBe("double");
    const end = await bench.finish(payout, process);
    expect(end.payout).toMatchObject({ status: "SUCCESS", connector: "second" });
    expect(end.payout.routing?.candidates[0]).toMatchObject({ verdict: "UNREACHABLE" });
    expect(end.attempts[0]?.steps[0]).toMatchObject({ outcome: "NOT_SENT" });
    expect(end.attempts[0]?.steps[0]?.tries).toBeLessThanOrEqual(5);
    expect(bench.processor.ledger).toEqual([]);
    expect(second.ledger).toHaveLength(1);
  });

  it("goes to the next at once when its account's settings are wrong", async () => {
    const { bench, second, routing } = await open();
    const wrong = { ...error("CREDENTIALS_INVALID"), category: "CONFIGURATION" } as const;
    bench.processor.script.push({ accepts: false, reply: { kind: "not_sent", error: wrong } });
    const payout = await bench.create(["transfer"], { routing });
    await bench.process().work();
    const end = await bench.stored(payout);
    expect(end.payout).toMatchObject({ status: "PENDING", connector: "second" });
    expect(end.attempts[0]?.steps[0]).toMatchObject({ outcome: "NOT_SENT", tries: 1 });
    expect(second.ledger).toHaveLength(1);
  });

  it("passes over a connector that is not built in any more", async () => {
    const { bench, routing } = await open();
    bench.others.shift();
    bench.processor.script.push(REFUSED);
    const payout = await bench.create(["transfer"], { routing });
    expect((await bench.finish(payout)).payout).toMatchObject({
      status: "SUCCESS",
      connector: "third",
    });
  });

  it("answers its caller with what comes of it in the end", async () => {
    const { bench, routing } = await open();
    bench.processor.script.push(REFUSED);
    const payout = await bench.create(["transfer"], { routing });
    const claim = { method: "PayoutService.Create", key: "k", fingerprint: "f" };
    const { repository } = bench.world;
    const [job] = await repository.jobs.claimDue(1, 10_000);
    if (job === undefined) throw new Error("no job");
    await repository.payouts.change(payout, { claim }, (current) => current);
    await bench
      .process()
      .executor.runPayout(job, { close: { claim, answer: ({ payout: told }) => told.connector } });
    const record = await repository.idempotency.find(payout.merchantId, claim);
    expect(record?.answer).toBe('"second"');
  });
});

describe("a payout stays with its connector", () => {
  it.each(["unknown", "throw"] as const)(
    "after a call that may have arrived (%s), even when its repeat is refused",
    async (reply) => {
      const { bench, second, routing } = await open();
      bench.processor.script.push({ accepts: false, reply }, REFUSED);
      const payout = await bench.create(["transfer"], { routing });
      const end = await bench.finish(payout);
      expect(end.payout.connector).toBe("double");
      expect(end.attempts).toHaveLength(1);
      expect(second.log).toEqual([]);
    },
  );

  it.each([REFUSED, UNREACHABLE])(
    "after a hold that may have arrived, although the status has not moved: %o",
    async (end) => {
      const { bench, second, routing } = await open(["second"], { moves: () => false });
      bench.processor.script.push(
        { accepts: false, reply: "unknown" },
        ...Array.from({ length: 20 }, () => end),
      );
      const payout = await bench.create(["hold"], { routing });
      const process = bench.process();
      for (let turn = 0; turn < 8; turn += 1) {
        await process.work();
        if ((await bench.stored(payout)).job === null) break;
        await bench.toNext();
      }
      expect((await bench.stored(payout)).payout.connector).toBe("double");
      expect(second.log).toEqual([]);
    },
  );

  it("after a call that was cut off by a crash", async () => {
    const { bench, second, routing } = await open();
    bench.processor.script.push({ accepts: true, reply: "hang" }, REFUSED, UNREACHABLE);
    const payout = await bench.create(["transfer"], { routing });
    const process = bench.process();
    await process.work();
    process.kill();
    await bench.clock.advance(20_000);
    const end = await bench.finish(payout);
    expect(end.payout).toMatchObject({ status: "SUCCESS", connector: "double" });
    expect(second.log).toEqual([]);
  });

  it("when it was unreachable after a call that may have arrived", async () => {
    const { bench, second, routing } = await open();
    bench.processor.script.push(
      { accepts: true, reply: "unknown" },
      ...Array.from({ length: 30 }, () => UNREACHABLE),
    );
    bench.processor.lookupFails = true;
    const payout = await bench.create(["transfer"], { routing });
    const process = bench.process();
    for (let turn = 0; turn < 30; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect((await bench.stored(payout)).payout).toMatchObject({ connector: "double" });
    expect(second.log).toEqual([]);
  });

  it.each(["ACCOUNT_CLOSED", "ACCOUNT_NOT_FOUND", "NAME_MISMATCH", "ANYTHING_ELSE"])(
    "when the refusal is %s: another would say the same",
    async (reason) => {
      const { bench, second, routing } = await open();
      const refusal = { kind: "rejected", error: error(reason) } as const;
      bench.processor.script.push({ accepts: false, reply: refusal });
      const payout = await bench.create(["transfer"], { routing });
      const end = await bench.finish(payout);
      expect(end.payout).toMatchObject({ status: "FAILED", connector: "double" });
      expect(second.log).toEqual([]);
    },
  );

  it("when it was accepted and fails later", async () => {
    const { bench, second, routing } = await open();
    bench.processor.status = "FAILED";
    const payout = await bench.create(["transfer"], { routing });
    const end = await bench.finish(payout);
    expect(end.payout).toMatchObject({ status: "FAILED", connector: "double" });
    expect(second.log).toEqual([]);
  });

  it("when an earlier step was accepted", async () => {
    const { bench, second, routing } = await open();
    bench.processor.acceptedStatus = "REQUIRES_CREATION";
    bench.processor.script.push({ accepts: true }, REFUSED);
    const payout = await bench.create(["quote", "transfer"], { routing });
    await bench.finish(payout);
    expect((await bench.stored(payout)).attempts).toHaveLength(1);
    expect(second.log).toEqual([]);
  });

  it("when somebody wants to stop it", async () => {
    const { bench, second, routing } = await open();
    const payout = await bench.create(["transfer"], { routing });
    bench.processor.script.push({
      ...REFUSED,
      meanwhile: async () => {
        const wish = { processorKey: newKey(), reason: "" };
        await bench.world.repository.payouts.change(payout, {}, (current) =>
          requestVoid(current, wish, bench.clock.time),
        );
      },
    });
    const end = await bench.finish(payout);
    expect(end.payout).toMatchObject({ status: "FAILED", connector: "double" });
    expect(second.log).toEqual([]);
  });

  it("when its price was confirmed, the caller named it, or it is older than routing", async () => {
    for (const kind of ["quote", "named", "old"] as const) {
      const { bench, second, routing } = await open();
      bench.processor.script.push(REFUSED);
      const money = { minorAmount: 1n, currency: "USD" };
      const quote = { rate: "1", fee: money, destinationAmount: money, expireTime: 1 };
      const [first] = routing.candidates;
      const payout = await bench.create(["transfer"], {
        quote: kind === "quote" ? quote : null,
        routing:
          kind === "old"
            ? null
            : kind === "named" && first !== undefined
              ? { ...routing, basis: "CALLER", candidates: [first] }
              : routing,
      });
      expect((await bench.finish(payout)).payout.status).toBe("FAILED");
      expect(second.log).toEqual([]);
    }
  });
});

describe("what was asked of the connector before", () => {
  it("is not taken for an answer of the next", async () => {
    const { bench, second, routing } = await open();
    bench.processor.script.push(REFUSED);
    second.acceptedStatus = "PENDING";
    second.status = "PENDING";
    const payout = await bench.create(["transfer"], { routing });
    const process = bench.process();
    // Asked while the first call is in doubt; its answer comes after the payout has moved on.
    const reader = new PayoutReader({
      ...process.context,
      signals: new Signals(process.context.clock, 10),
      pollMs: 1000,
    } as unknown as ServiceContext);
    const { repository } = bench.world;
    await repository.payouts.change(payout, {}, (current) =>
      beginStep(current, 0, bench.clock.time),
    );
    bench.processor.status = "FAILED";
    const key = (await bench.stored(payout)).attempts[0]?.steps[0]?.processorKey ?? "";
    bench.processor.ledger.push({ key, step: "transfer", payoutId: payout.payoutId });
    bench.processor.beforeLookup = async () => {
      bench.processor.beforeLookup = null;
      await repository.payouts.change(payout, {}, (current) => {
        const [attempt] = current.attempts;
        if (attempt === undefined) throw new Error("no attempt");
        const [fresh] = [bench.world.attempt(["transfer"], 2)];
        return {
          ...current,
          payout: { ...current.payout, connector: "second" },
          attempts: [
            { ...attempt, state: "DEAD", endTime: bench.clock.time },
            { ...fresh, connector: "second" },
          ],
        };
      });
    };
    const patience = {
      caller: payout,
      answerBy: bench.clock.time + 1000,
      signal: new AbortController().signal,
    };
    const { aggregate } = await reader.get(patience as unknown as Call, {
      by: payout,
      sync: "FORCE",
    });
    expect(aggregate.payout).toMatchObject({ status: "REQUIRES_CREATION", connector: "second" });
    expect(aggregate.attempts[1]?.steps[0]).toMatchObject({ outcome: null, tries: 0 });
  });
});

describe("a process that dies on the way to the next connector", () => {
  it("pays once, wherever it dies", { timeout: 60_000 }, async () => {
    let crashes = 0;
    for (let seam = 1; seam < 40; seam += 1) {
      for (const when of ["before", "after"] as const) {
        const { bench, second, third, routing } = await open();
        bench.processor.script.push(REFUSED, REFUSED, REFUSED);
        const payout = await bench.create(["transfer"], { routing });
        const process = bench.process({ seam, when });
        await process.work();
        if (process.isDead) crashes += 1;
        process.kill();
        await bench.clock.advance(20_000);
        await settle();
        const end = await bench.finish(payout);
        const paid = [bench.processor, second, third].flatMap(({ ledger }) => ledger);
        expect(paid.length).toBe(end.payout.status === "SUCCESS" ? 1 : 0);
        expect(["SUCCESS", "FAILED"]).toContain(end.payout.status);
      }
    }
    expect(crashes).toBeGreaterThan(10);
  });
});
