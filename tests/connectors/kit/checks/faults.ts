import { Bench } from "../../../engine/bench.ts";
import { all, type Case, type Check, demand, type Kit } from "../check.ts";
import { Course } from "../course.ts";
import { EngineRun } from "../engine-run.ts";
import { judge, type Mishap, mishapsOf, nameOf, prepare } from "../faults.ts";
import { requestsOf, stepsOf, upTo, wayTo, wayToUndo } from "../scenario.ts";
import { onStage, type Stage } from "../stage.ts";

/**
 * Every fault at every request of every step: the call tells the truth of what it knows, and by the
 * engine's own rule the payout is paid exactly once all the same. Steps of staging and of undoing are
 * driven by hand, by the same rule.
 */
export const faults: Check = {
  name: "faults",
  cases: (kit) => [
    ...stepsOf(kit).map((step) => ({
      name: `at ${step}: told as they are, and paid once`,
      run: () => run(kit, requestsOf(kit, step), async () => step),
    })),
    ...atToken(kit),
  ],
};

/** An access token is fetched by the first call, whichever it is. */
function atToken(kit: Kit): readonly Case[] {
  const { token } = kit.subject.requests;
  const firstStep = async (stage: Stage) => {
    const [first] = (await Course.open(stage)).plan("create");
    demand(first, "the plan is empty");
    return first;
  };
  return token === undefined
    ? []
    : [{ name: "at the access token: told as they are", run: () => run(kit, token, firstStep) }];
}

async function run(
  kit: Kit,
  requests: Parameters<typeof mishapsOf>[0],
  stepOf: (stage: Stage) => Promise<string>,
): Promise<void> {
  const bench = await Bench.open();
  await all(mishapsOf(requests), nameOf, (mishap) =>
    onStage(kit, async (stage) => meet(bench, stage, await stepOf(stage), mishap)),
  );
}

async function meet(bench: Bench, stage: Stage, step: string, mishap: Mishap): Promise<void> {
  const found = await wayTo(stage, step);
  const isDriven = found !== undefined && found.way.operations[0] === "create";
  if (isDriven) {
    const { order } = found;
    const engine = await EngineRun.open(bench, stage, order, found.way.fulfillment);
    prepare(stage, step, mishap);
    await engine.paysOnce();
    judge(stage, step, mishap);
    return;
  }
  if (found !== undefined) {
    const { course, steps } = found;
    const before = upTo(steps, step);
    await course.go(before);
    await meetByHand(stage, course, step, mishap);
    await course.go(steps.slice(before.length + 1));
    return;
  }
  const undone = await wayToUndo(stage, step);
  if (undone === undefined) return;
  const { course, accepted } = undone;
  await course.go(accepted);
  await meetByHand(stage, course, step, mishap);
  expectNothing(stage);
}

async function meetByHand(stage: Stage, course: Course, step: string, mishap: Mishap) {
  prepare(stage, step, mishap);
  const outcome = await course.call(step);
  judge(stage, step, mishap);
  if (outcome.kind !== "accepted") await course.finish(step);
}

function expectNothing({ processor }: Stage): void {
  for (const [name, entries] of Object.entries(processor.books())) {
    demand(entries.length === 0, `${name} should have been taken back`);
  }
}
