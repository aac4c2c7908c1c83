import { all, demand, print, whole } from "../check.ts";
import { Course } from "../course.ts";
import { stepsOf, stepsOfWay, WAYS } from "../scenario.ts";
import { onStage } from "../stage.ts";

const EFFECTS = new Set(["NOTHING", "HOLD", "MONEY"]);

/** Plans are pure, hold what is MANUAL, and consist of steps that the module can answer for. */
export const plan = whole("plan", (kit) =>
  onStage(kit, async (stage) => {
    const { module, http } = stage;
    const order = await stage.order();
    const before = http.requests.length;
    const planned = new Set<string>();
    await all(
      WAYS,
      ({ name }) => name,
      async (way) => {
        const course = Course.of(stage, order, way.fulfillment);
        deepFreeze(course.payout);
        for (const operation of way.operations) {
          const [first, second] = [1, 2].map(() => module.plan(operation, course.payout));
          demand(
            print(first) === print(second),
            `${operation}: two plans of the same payout differ`,
          );
        }
        const steps = stepsOfWay(course, way);
        for (const step of steps) planned.add(step);
        demand(
          new Set(steps).size === steps.length,
          "a step is there once, since its key is found by its name",
        );
        for (const step of steps) {
          demand(EFFECTS.has(module.effectOf(step)), `${step} has no effect by effectOf`);
        }
        if (way.operations[0] === "stage") return;
        demand(
          steps.some((step) => module.effectOf(step) === "MONEY"),
          "some step moves money",
        );
        const held = module.plan("create", { ...course.payout, fulfillment: "MANUAL" });
        demand(
          !held.some((step) => module.effectOf(step) === "MONEY"),
          "MANUAL moves money in create",
        );
      },
    );
    const undoing = new Set([...planned].flatMap((step) => module.undoOf?.(step) ?? []));
    for (const step of undoing) {
      demand(!planned.has(step), `${step} undoes a step, so it can be none of a plan`);
      demand(EFFECTS.has(module.effectOf(step)), `${step} has no effect by effectOf`);
      demand(module.undoOf?.(step) === undefined, `${step} undoes a step, and is undone itself`);
    }
    const known = [...planned, ...undoing].sort();
    const told = stepsOf(kit).filter((step) => step !== "quote" || planned.has(step));
    demand(
      print(known) === print([...told].sort()),
      `the steps are ${print(known)}; "requests" tells ${print(told)}`,
    );
    demand(module.undoOf?.("no_such_step") === undefined, "a step that is none is undone by one");
    demand(http.requests.length === before, "plan, effectOf or undoOf makes requests");
    const course = await Course.open(stage);
    const outcome = await course.call("no_such_step");
    demand(
      outcome.kind === "rejected" || outcome.kind === "not_sent",
      `an unknown step: ${print(outcome)}`,
    );
    demand(http.requests.length === before, "a step that is none is sent");
  }),
);

function deepFreeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.freeze(value);
  for (const each of Object.values(value)) deepFreeze(each);
}
