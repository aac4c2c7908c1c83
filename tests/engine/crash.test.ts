import { describe, expect, it } from "vitest";
import { LEASE_MS } from "../repository/fixtures.ts";
import { Bench, type CrashPoint } from "./bench.ts";
import type { Behaviour } from "./processor-double.ts";

interface Scenario {
  readonly steps: readonly string[];
  readonly script: readonly Behaviour[];
  readonly ends: string;
  /** Transfers in the ledger at the end. */
  readonly accepted: readonly string[];
}

const ACCEPTED_BUT_LOST: Behaviour = { accepts: true, reply: "unknown" };
const LOST: Behaviour = { accepts: false, reply: "unknown" };
const NOT_SENT: Behaviour = { accepts: false, reply: "not_sent" };

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "a plain success": {
    steps: ["transfer"],
    script: [],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
  "a reply that was lost": {
    steps: ["transfer"],
    script: [ACCEPTED_BUT_LOST, ACCEPTED_BUT_LOST],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
  "a request that was lost": {
    steps: ["transfer"],
    script: [LOST, LOST],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
  "a processor that is down at first": {
    steps: ["transfer"],
    script: [NOT_SENT, NOT_SENT],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
  "a connector that throws after the processor accepted": {
    steps: ["transfer"],
    script: [{ accepts: true, reply: "throw" }],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
  "two steps, each with a lost reply": {
    steps: ["transfer", "payout"],
    script: [ACCEPTED_BUT_LOST, ACCEPTED_BUT_LOST],
    ends: "SUCCESS",
    accepted: ["transfer", "payout"],
  },
  "a not_sent after an unknown": {
    steps: ["transfer"],
    script: [LOST, NOT_SENT, NOT_SENT],
    ends: "SUCCESS",
    accepted: ["transfer"],
  },
};

/** Runs a scenario with a first process that dies at the point, and a second one that takes over. */
async function run({ steps, script, accepted }: Scenario, crash?: CrashPoint) {
  const bench = await Bench.open();
  bench.processor.script.push(...script);
  const payout = await bench.create(steps);
  // A two-step plan is not paid before its second step is.
  bench.processor.acceptedStatus = steps.length > 1 ? "INITIATED" : "PENDING";
  bench.processor.status = steps.length > 1 ? "INITIATED" : "SUCCESS";
  const first = bench.process(crash);
  for (let turn = 0; turn < 60 && !first.isDead; turn += 1) {
    await first.work();
    if (bench.processor.ledger.length === accepted.length) bench.processor.status = "SUCCESS";
    const { job } = await bench.stored(payout);
    if (job === null) break;
    if (!first.isDead) await bench.toNext();
  }
  const second = bench.process();
  await bench.clock.advance(LEASE_MS);
  for (let turn = 0; turn < 60; turn += 1) {
    if (bench.processor.ledger.length === accepted.length) bench.processor.status = "SUCCESS";
    const { job } = await bench.stored(payout);
    if (job === null) break;
    await bench.toNext();
    await second.work();
  }
  return { bench, first, end: await bench.stored(payout) };
}

describe.each(Object.entries(SCENARIOS))("%s", (_, scenario) => {
  it("ends, with one accepted transfer a step, wherever the process dies", async () => {
    const { first } = await run(scenario);
    const seams = first.seams;
    expect(seams).toBeGreaterThan(3);
    for (let seam = 1; seam <= seams; seam += 1) {
      for (const when of ["before", "after"] as const) {
        const { bench, end } = await run(scenario, { seam, when });
        const at = `dead ${when} seam ${seam} of ${seams}`;
        expect(end.payout.status, at).toBe(scenario.ends);
        expect(end.payout.error, at).toBeNull();
        expect(end.payout.waitingFor, at).toBeNull();
        expect(end.job, at).toBeNull();
        expect(
          bench.processor.ledger.map(({ step }) => step),
          at,
        ).toEqual(scenario.accepted);
        const keys = end.attempts.flatMap(({ steps }) => steps.map((step) => step.processorKey));
        expect(
          bench.processor.ledger.map(({ key }) => key),
          at,
        ).toEqual(keys);
        for (const call of bench.processor.calls) expect(keys, at).toContain(call.processorKey);
        expect(end.attempts, at).toHaveLength(1);
        expect(end.attempts[0]?.state, at).toBe("ACCEPTED");
      }
    }
  });
});
