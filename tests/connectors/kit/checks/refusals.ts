import { Bench } from "../../../engine/bench.ts";
import { type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { EngineRun } from "../engine-run.ts";
import { stepsOfWay, upTo, WAYS } from "../scenario.ts";
import { onStage } from "../stage.ts";
import type { Refusal } from "../subject.ts";

/** A definite no is told as one, and the payout ends with nothing paid and nothing left behind. */
export const refusals: Check = {
  name: "refusals",
  cases: (kit) =>
    kit.subject.refusals.flatMap((refusal) => [
      { name: `${refusal.name}: told as a no`, run: () => told(kit, refusal) },
      { name: `${refusal.name}: the payout ends unpaid`, run: () => ends(kit, refusal) },
    ]),
};

function told(kit: Kit, { step, prepare }: Refusal): Promise<void> {
  return onStage(kit, async (stage) => {
    const order = stage.keep(await prepare(stage.processor));
    const ways = WAYS.map((way) => {
      const course = Course.of(stage, order, way.fulfillment);
      return { course, steps: stepsOfWay(course, way) };
    });
    const way = ways.find(({ steps }) => steps.includes(step));
    demand(way, `no plan has ${step}`);
    await way.course.go(upTo(way.steps, step));
    const outcome = await way.course.call(step);
    demand(isNo(outcome), `${step} is refused, but it says ${print(outcome)}`);
  });
}

function isNo(outcome: Awaited<ReturnType<Course["call"]>>): boolean {
  if (outcome.kind === "rejected") return true;
  if (outcome.kind !== "accepted") return false;
  const { status, error } = outcome.value;
  return (status === "FAILED" || status === "INELIGIBLE") && error !== undefined;
}

async function ends(kit: Kit, { prepare }: Refusal): Promise<void> {
  const bench = await Bench.open();
  await onStage(kit, async (stage) => {
    const order = stage.keep(await prepare(stage.processor));
    const run = await EngineRun.open(bench, stage, order);
    const payout = await run.until(() => false);
    const isUnpaid = payout.status === "FAILED" || payout.status === "INELIGIBLE";
    demand(isUnpaid && payout.error, `it should end as FAILED or INELIGIBLE: ${print(payout)}`);
    run.expectBooks([]);
  });
}
