import { all, type Check, demand, type Kit, print } from "../check.ts";
import { Course } from "../course.ts";
import { ANY_REQUEST_FAULTS } from "../faults.ts";
import { canBeAsked } from "../manifest-of.ts";
import { AUTOMATIC, stepsOfWay } from "../scenario.ts";
import { onStage, type Stage } from "../stage.ts";

/** A look-up changes nothing, finds what is there, and never takes silence for absence. */
export const lookups: Check = {
  name: "look-ups",
  cases: (kit) =>
    canBeAsked(kit)
      ? [
          { name: "find what is there, after every step", run: () => findIt(kit) },
          {
            name: "are unreachable after every fault, and never not_found",
            run: () => unreachable(kit),
          },
          { name: "do not find what nobody has sent", run: () => findNothing(kit) },
        ]
      : [{ name: "ask nobody, and say not_found", run: () => askNobody(kit) }],
};

/** By "not_found" what is unknown comes to a person; "unreachable" would be tried again for ever. */
function askNobody(kit: Kit): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await Course.open(stage);
    const steps = stepsOfWay(course, AUTOMATIC);
    const ask = async (when: string) => {
      for (const step of [...steps, null]) {
        const before = stage.http.requests.length;
        const result = await course.lookup(step);
        demand(result.kind === "not_found", `${step}, ${when}: ${print(result)}`);
        demand(stage.http.requests.length === before, "by the manifest nobody can be asked");
      }
    };
    await ask("before it is sent");
    await course.go(steps);
    await ask("when it is accepted");
  });
}

function findIt(kit: Kit): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await Course.open(stage);
    for (const step of stepsOfWay(course, AUTOMATIC)) {
      await course.go([step]);
      const books = print(stage.processor.books());
      const ofStep = await quiet(stage, () => course.lookup(step));
      const { notFoundIsProof } = stage.module.manifest;
      const isHonest = ofStep.kind === "found" || (ofStep.kind === "not_found" && !notFoundIsProof);
      demand(isHonest, `${step} was accepted, but looking it up says ${print(ofStep)}`);
      const effect = stage.module.effectOf(step);
      demand(
        effect === "NOTHING" || ofStep.kind === "found",
        `${step} leaves ${effect} behind and cannot be found: ${print(ofStep)}`,
      );
      await quiet(stage, () => course.lookup(null));
      demand(print(stage.processor.books()) === books, `looking up ${step} has moved money`);
    }
    await stage.processor.settle();
    const last = await course.lookup();
    const ended = last.kind === "found" && last.value.status === "SUCCESS";
    demand(ended, `what has been paid is SUCCESS: ${print(last)}`);
  });
}

/** A look-up sends nothing that acts. */
async function quiet<T>(stage: Stage, ask: () => Promise<T>): Promise<T> {
  const before = stage.http.requests.length;
  const result = await ask();
  const acting = Object.entries(stage.kit.subject.requests)
    .filter(([name]) => name !== "token")
    .flatMap(([, requests]) => requests.filter(({ acts }) => acts));
  const acted = stage.http.requests
    .slice(before)
    .find(({ method, template }) =>
      acting.some((each) => each.method === method && each.path === template),
    );
  demand(!acted, `a look-up sends ${acted?.method} ${acted?.template}`);
  return result;
}

function unreachable(kit: Kit): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await Course.open(stage);
    const steps = stepsOfWay(course, AUTOMATIC);
    await course.go(steps);
    const last = steps.findLast((step) => stage.module.effectOf(step) !== "NOTHING") ?? null;
    await all(
      ANY_REQUEST_FAULTS,
      ({ kind }) => kind,
      async (fault) => {
        for (const step of [null, last]) {
          stage.http.faults.next({}, fault);
          const result = await course.lookup(step);
          demand(result.kind === "unreachable", `it should be unreachable: ${print(result)}`);
          demand(stage.http.faults.left === 0, "a look-up asks nobody");
        }
      },
    );
    await stage.http.closePort();
    const closed = await course.lookup();
    demand(closed.kind === "unreachable", `nobody is there: ${print(closed)}`);
    await stage.http.openPort();
  });
}

function findNothing(kit: Kit): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await Course.open(stage);
    const steps = stepsOfWay(course, AUTOMATIC);
    for (const step of [...steps, null]) {
      const result = await course.lookup(step);
      const isFound = result.kind === "found" && stage.module.effectOf(step ?? "") !== "NOTHING";
      demand(!isFound, `${step} was never sent, and is found: ${print(result)}`);
    }
  });
}
