import { describe, expect, it } from "vitest";
import type { Later, StepEffect } from "../../src/connectors/connector.ts";
import type { Payout } from "../../src/domain/payout.ts";
import type { Routing } from "../../src/domain/routing.ts";
import { requestVoid } from "../../src/engine/decisions/record-void.ts";
import { settleUnleased } from "../../src/engine/decisions/schedule.ts";
import { limits } from "../../src/limits.ts";
import { newKey } from "../repository/fixtures.ts";
import { Bench } from "./bench.ts";
import { type Behaviour, error, ProcessorDouble } from "./processor-double.ts";

const effectOf = (step: string): StepEffect => (step === "quote" ? "NOTHING" : "MONEY");
const LOST: Behaviour = { accepts: false, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };
const refused = (reason: string): Behaviour => ({
  accepts: false,
  reply: { kind: "rejected", error: error(reason) },
});
const ineligible = (reason: string): Behaviour => ({
  accepts: false,
  reply: { kind: "accepted", value: { status: "INELIGIBLE", error: error(reason) } },
});
const later = (when: Later): Behaviour => ({
  accepts: false,
  reply: { kind: "not_sent", error: error("LATER"), later: when },
});

async function open(options: Parameters<typeof Bench.open>[0] = {}) {
  const bench = await Bench.open({ effectOf, ...options });
  bench.processor.acceptedStatus = "REQUIRES_CREATION";
  return bench;
}

async function wish(bench: Bench, payout: Payout): Promise<void> {
  const request = { processorKey: newKey(), reason: "" };
  await bench.world.repository.payouts.change(payout, {}, (current) => {
    const now = bench.clock.time;
    return settleUnleased(requestVoid(current, request, now, effectOf), now);
  });
}

/** A payout at "double" that may go on to "second". */
async function withSecond(script: readonly Behaviour[]) {
  const bench = await open();
  const second = new ProcessorDouble({
    after: () => Promise.resolve(),
    manifest: { name: "second" },
  });
  bench.others.push(second);
  bench.processor.script.push(...script);
  const routing: Routing = {
    basis: "RULE",
    rule: "cheapest",
    unevaluated: [],
    candidates: [
      { connector: "double", verdict: "CHOSEN", why: "" },
      { connector: "second", verdict: "NEXT", why: "" },
    ],
  };
  const payout = await bench.create(["quote", "transfer"], { routing });
  return { bench, payout, second };
}

describe("a step that leaves nothing behind", () => {
  it.each([[[]], [[LOST]], [[{ accepts: true }, NOT_SENT]]])(
    "is nothing that Void would have to ask the processor about: %j",
    async (script: readonly Behaviour[]) => {
      const bench = await open();
      bench.processor.script.push(...script);
      const payout = await bench.create(["quote", "transfer"]);
      if (script.length > 0) await bench.process().work();
      await wish(bench, payout);
      expect(await bench.stored(payout)).toMatchObject({
        payout: { status: "CANCELLED", waitingFor: null },
        job: null,
      });
      expect(bench.processor.voidKeys).toEqual([]);
    },
  );

  it("does not hide that the step after it may have arrived", async () => {
    const bench = await open();
    bench.processor.script.push({ accepts: true }, LOST);
    const payout = await bench.create(["quote", "transfer"]);
    const process = bench.process();
    await process.work();
    await wish(bench, payout);
    await process.work();
    expect(bench.processor.voidKeys).toHaveLength(1);
  });

  it("does not make the payout PENDING while its outcome is not known", async () => {
    const bench = await open();
    bench.processor.script.push(LOST);
    const payout = await bench.create(["quote", "transfer"]);
    await bench.process().work();
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "REQUIRES_CREATION",
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
    });
  });

  it("ends the payout when a repeat is refused, though refusals are not kept", async () => {
    const bench = await open({
      manifest: {
        idempotency: {
          repeat: "REPLAYED",
          maxKeyLength: 36,
          keyPattern: /^.*$/,
          windowMs: 60_000,
          keepsRefusals: false,
        },
      },
    });
    bench.processor.script.push(LOST, refused("ACCOUNT_CLOSED"));
    const payout = await bench.create(["quote", "transfer"]);
    expect((await bench.finish(payout)).payout).toMatchObject({
      status: "FAILED",
      error: { reason: "ACCOUNT_CLOSED" },
    });
  });

  it("is for a person past its key's window, and anybody may stop the payout all the same", async () => {
    const bench = await open();
    bench.processor.script.push(LOST);
    const payout = await bench.create(["quote", "transfer"]);
    await bench.process().work();
    await bench.clock.advance(30 * 24 * 60 * 60 * 1000);
    const held = await bench.finish(payout);
    expect(held.payout.waitingFor?.reason).toBe("REVIEW");
    await wish(bench, payout);
    expect((await bench.stored(payout)).payout.status).toBe("CANCELLED");
    expect(bench.processor.log).toEqual(["call quote", "lookup quote"]);
  });

  it.each([
    [[{ accepts: true }, refused("LIMIT_EXCEEDED")]],
    [[LOST, refused("LIMIT_EXCEEDED")]],
    [[ineligible("LIMIT_EXCEEDED")]],
    [[LOST, ineligible("LIMIT_EXCEEDED")]],
  ])("lets another connector pay: %j", async (script: readonly Behaviour[]) => {
    const { bench, payout, second } = await withSecond(script);
    const end = await bench.finish(payout);
    expect(end.payout).toMatchObject({ status: "SUCCESS", connector: "second", error: null });
    expect(second.ledger).toHaveLength(1);
    expect(bench.processor.done("transfer")).toEqual([]);
  });
});

describe("a question that is answered with no", () => {
  it("makes the payout INELIGIBLE, and says why", async () => {
    const { bench, payout, second } = await withSecond([ineligible("ACCOUNT_CLOSED")]);
    const end = await bench.finish(payout);
    expect(end).toMatchObject({
      payout: { status: "INELIGIBLE", error: { reason: "ACCOUNT_CLOSED" }, waitingFor: null },
      attempts: [{ state: "DEAD" }],
      job: null,
    });
    expect(second.log).toEqual([]);
    expect(bench.processor.log).toEqual(["call quote"]);
  });

  it("does so without a reason, too", async () => {
    const bench = await open();
    const none = { kind: "accepted", value: { status: "INELIGIBLE" } } as const;
    bench.processor.script.push({ accepts: false, reply: none });
    const payout = await bench.create(["quote", "transfer"]);
    expect((await bench.finish(payout)).payout).toMatchObject({
      status: "INELIGIBLE",
      error: { reason: "INELIGIBLE" },
    });
  });

  it("does so when it is only looked up", async () => {
    const bench = await open();
    bench.processor.script.push({ accepts: true, reply: "unknown" });
    bench.processor.status = "INELIGIBLE";
    const payout = await bench.create(["quote", "transfer"]);
    expect((await bench.finish(payout)).payout.status).toBe("INELIGIBLE");
  });

  it("fails a payout that is past the word INELIGIBLE, and goes to no further step", async () => {
    const bench = await open();
    bench.processor.script.push(ineligible("ACCOUNT_CLOSED"));
    const payout = await bench.create(["quote", "transfer"]);
    for (const status of ["REQUIRES_FULFILLMENT", "INITIATED"] as const) {
      await bench.world.repository.payouts.change(payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, status },
      }));
    }
    expect((await bench.finish(payout)).payout).toMatchObject({
      status: "FAILED",
      error: { reason: "ACCOUNT_CLOSED" },
    });
    expect(bench.processor.log).toEqual(["call quote"]);
  });
});

describe("a processor that wants to be asked later", () => {
  it("is asked then, and not before", async () => {
    const bench = await open();
    bench.processor.script.push(later({ afterMs: 90_000 }));
    const payout = await bench.create(["transfer"]);
    await bench.process().work();
    const { payout: waits, job } = await bench.stored(payout);
    expect(waits).toMatchObject({
      status: "REQUIRES_CREATION",
      waitingFor: { reason: "CONNECTOR_UNAVAILABLE" },
    });
    expect(job?.runAt).toBe(bench.clock.time + 90_000);
  });

  it.each([
    [0, 0, 2000],
    [-5, 0, 2000],
    [Number.NaN, 0, 2000],
    [100.5, 0, 2000],
    [5000.5, 5001, 5001],
    [Number.POSITIVE_INFINITY, limits.laterMs, limits.laterMs],
    [1e15, limits.laterMs, limits.laterMs],
  ])("within bounds: after %d ms", async (afterMs, least, most) => {
    const bench = await open();
    bench.processor.script.push(later({ afterMs }));
    const payout = await bench.create(["transfer"]);
    await bench.process().work();
    const wait = ((await bench.stored(payout)).job?.runAt ?? 0) - bench.clock.time;
    expect(wait).toBeGreaterThanOrEqual(Math.max(least, 500));
    expect(wait).toBeLessThanOrEqual(most);
    expect(Number.isInteger(wait)).toBe(true);
  });

  it.each([
    ["of a call in doubt", [{ accepts: true, reply: "unknown" }]],
    ["of how a payout stands", []],
  ] as const)("is looked up then, and not before: %s", async (_, script) => {
    const bench = await open();
    const { processor } = bench;
    processor.status = "PENDING";
    processor.script.push(...script);
    const payout = await bench.create(["transfer"]);
    const process = bench.process();
    await process.work();
    processor.lookupFails = { afterMs: 90_000 };
    await bench.toNext();
    await process.work();
    expect((await bench.stored(payout)).job?.runAt).toBe(bench.clock.time + 90_000);
    processor.lookupFails = {};
    await bench.toNext();
    await process.work();
    const wait = ((await bench.stored(payout)).job?.runAt ?? 0) - bench.clock.time;
    expect(wait).toBeLessThanOrEqual(5000);
    processor.lookupFails = false;
    processor.status = "SUCCESS";
    expect((await bench.finish(payout)).payout.status).toBe("SUCCESS");
  });

  it("has answered: its circuit stays closed", async () => {
    const circuit = { failures: 2, open: { firstMs: 60_000, maxMs: 60_000 } };
    const bench = await open({ manifest: { circuit } });
    bench.processor.script.push(...Array.from({ length: 4 }, () => later({})));
    const payout = await bench.create(["transfer"]);
    const process = bench.process();
    for (let turn = 0; turn < 4; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect(bench.processor.calls).toHaveLength(4);
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
  });

  const VENDOR = later({ status: "REQUIRES_VENDOR_ACCOUNT_CREATION" });

  it("for the recipient's account there, shows that the payout waits for that, and goes on", async () => {
    const bench = await open({ manifest: { poll: { firstMs: 7000, maxMs: 28_000 } } });
    bench.processor.script.push(VENDOR, VENDOR, NOT_SENT, VENDOR);
    const payout = await bench.create(["transfer"]);
    const process = bench.process();
    for (let turn = 0; turn < 4; turn += 1) {
      await process.work();
      expect((await bench.stored(payout)).payout).toMatchObject({
        status: "REQUIRES_VENDOR_ACCOUNT_CREATION",
        waitingFor: { reason: "VENDOR_ACCOUNT", since: payout.createTime },
      });
      if (turn === 0) {
        const wait = ((await bench.stored(payout)).job?.runAt ?? 0) - bench.clock.time;
        expect(wait).toBeGreaterThanOrEqual(7000);
      }
      await bench.toNext();
    }
    bench.processor.acceptedStatus = "PENDING";
    const end = await bench.finish(payout, process);
    expect(end.payout).toMatchObject({ status: "SUCCESS", error: null });
    expect(bench.processor.ledger).toHaveLength(1);
    const events = await bench.world.eventsOf(payout.payoutId);
    expect(events.map(({ type }) => type)).toEqual([
      "payout.created",
      "payout.requires_action",
      "payout.created",
      "payout.succeeded",
    ]);
  });

  it("does not fall back while the recipient's account is made", async () => {
    const { bench, payout, second } = await withSecond([
      { accepts: true },
      ...Array.from({ length: 20 }, () => VENDOR),
    ]);
    const process = bench.process();
    for (let turn = 0; turn < 15; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect((await bench.stored(payout)).payout.connector).toBe("double");
    expect(second.log).toEqual([]);
  });

  it("and then loses an answer: the payout is on its way to PENDING", async () => {
    const bench = await open();
    bench.processor.script.push(VENDOR, { accepts: true, reply: "unknown" });
    bench.processor.lookupFails = true;
    const payout = await bench.create(["transfer"]);
    const process = bench.process();
    for (let turn = 0; turn < 3; turn += 1) {
      await process.work();
      await bench.toNext();
    }
    expect((await bench.stored(payout)).payout).toMatchObject({
      status: "PENDING",
      waitingFor: { reason: "OUTCOME_UNKNOWN" },
    });
    bench.processor.lookupFails = false;
    expect((await bench.finish(payout, process)).payout.status).toBe("SUCCESS");
    expect(bench.processor.ledger).toHaveLength(1);
  });
});
