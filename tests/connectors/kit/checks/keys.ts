import { randomUUID } from "node:crypto";
import { Bench } from "../../../engine/bench.ts";
import type { CapturedRequest } from "../../../processors/support/captured-request.ts";
import type { FaultKind } from "../../../processors/support/faults.ts";
import { all, type Check, demand, type Kit, print } from "../check.ts";
import type { Course } from "../course.ts";
import { EngineRun } from "../engine-run.ts";
import { prepare } from "../faults.ts";
import { paid, requestsOf, stepsOf, upTo, wayTo } from "../scenario.ts";
import { onStage, type Stage } from "../stage.ts";

/** One key for a step and for every repeat of it, sent whole or not at all. */
export const keys: Check = {
  name: "keys",
  cases: (kit) => [
    { name: "a repeat is the same request under the same key", run: () => sameOnRetry(kit) },
    { name: "a key is sent whole", run: () => sentWhole(kit) },
    { name: "a key that does not fit is refused before anything is sent", run: () => refused(kit) },
  ],
};

const LOST: readonly FaultKind[] = ["reset-before-read", "reset-after-read"];

async function sameOnRetry(kit: Kit): Promise<void> {
  const bench = await Bench.open();
  const scenarios = stepsOf(kit).flatMap((step) =>
    requestsOf(kit, step).flatMap((request) => LOST.map((kind) => ({ step, request, kind }))),
  );
  await all(
    scenarios.filter(({ request }) => request.acts),
    ({ step, request, kind }) => `${step}, ${kind} at ${request.path}`,
    ({ step, request, kind }) =>
      onStage(kit, async (stage) => {
        const found = await wayTo(stage, step);
        if (found === undefined || found.way.operations[0] === "stage") return;
        const run = await EngineRun.open(bench, stage, found.order, found.way.fulfillment);
        prepare(stage, step, { request, fault: { kind } as never });
        await run.paysOnce();
        const calls = stage.calls.filter((each) => each.name === "callStep" && each.step === step);
        const keysOfStep = new Set(calls.map(({ processorKey }) => processorKey));
        demand(keysOfStep.size === 1, "the engine gave a repeat another key");
        const sent = calls.flatMap(({ requests: [from, to] }) =>
          stage.http.requests
            .slice(from, to)
            .filter(
              ({ method, template }) => method === request.method && template === request.path,
            ),
        );
        const [first, ...more] = sent.filter(
          ({ raw, fault }) => fault === undefined || raw.length > 0,
        );
        const key = calls[0]?.processorKey ?? "";
        for (const each of more) {
          const same = first !== undefined && identity(first, key) === identity(each, key);
          demand(same, "a repeat differs from the request that it repeats");
        }
      }),
  );
}

/** What must be the same of a request and its repeat: where it goes, what it says, where its key is. */
function identity({ method, path, queryText, raw, headers }: CapturedRequest, key: string): string {
  const keyed = Object.entries(headers).filter(([, value]) => holds(value, key));
  return print([method, path, queryText, raw.toString("base64"), keyed]);
}

async function sentWhole(kit: Kit): Promise<void> {
  await onStage(kit, async (stage) => {
    const { lookup, idempotency } = stage.module.manifest;
    const course = await paid(stage);
    const moving = stage.calls.filter(
      ({ name, step }) => name === "callStep" && stage.module.effectOf(step ?? "") !== "NOTHING",
    );
    const [first] = moving;
    // A processor that knows no repeat and is not asked by a key has no place for one.
    const isOfUse = idempotency.repeat !== "NONE" || lookup === "BY_KEY";
    demand(
      first && (!isOfUse || carriesKey(stage, first)),
      `the key of ${first?.step} is not in its requests, whole`,
    );
    const { maxKeyLength } = idempotency;
    const keysUsed = new Set(Object.values(course.keys));
    demand(keysUsed.size === Object.keys(course.keys).length, "two steps share a key");
    demand(maxKeyLength >= 36, "a UUID does not fit");
  });
}

function carriesKey(
  { http }: Stage,
  { requests: [from, to], processorKey = "" }: Stage["calls"][number],
) {
  return http.requests
    .slice(from, to)
    .some(({ raw, headers, path, queryText }) =>
      [raw.toString(), path, queryText, ...Object.values(headers)].some((text) =>
        holds(text, processorKey),
      ),
    );
}

/** Letter case does not count in a UUID. */
function holds(text: string, key: string): boolean {
  return key !== "" && text.toLowerCase().includes(key.toLowerCase());
}

async function refused(kit: Kit): Promise<void> {
  await all(
    stepsOf(kit),
    (step) => step,
    (step) =>
      onStage(kit, async (stage) => {
        const found = await wayTo(stage, step);
        const course = found?.course ?? (await paid(stage));
        if (found !== undefined) await course.go(upTo(found.steps, step));
        await refusesBadKeys(stage, course, step);
      }),
  );
}

async function refusesBadKeys(stage: Stage, course: Course, step: string): Promise<void> {
  const { maxKeyLength } = stage.module.manifest.idempotency;
  const tooLong = randomUUID()
    .repeat(20)
    .slice(0, maxKeyLength + 1);
  for (const key of [
    "",
    tooLong,
    `${randomUUID()}\r\nx-evil: 1`,
    `${randomUUID().slice(0, -1)}é`,
  ]) {
    const before = stage.http.requests.length;
    course.keys[step] = key;
    const outcome = await course.call(step);
    demand(outcome.kind === "rejected", `a key that does not fit: ${print(outcome)}`);
    demand(
      stage.http.requests.length === before,
      "something was sent with a key that does not fit",
    );
  }
}
