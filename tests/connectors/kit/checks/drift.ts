import { Bench } from "../../../engine/bench.ts";
import { all, type Check, type Kit } from "../check.ts";
import { EngineRun } from "../engine-run.ts";
import { hitCall, prepare } from "../faults.ts";
import { requestsOf, stepsOf, wayTo } from "../scenario.ts";
import { onStage } from "../stage.ts";

/** A reply whose shape has changed loses no payout, and pays none twice. */
export const drift: Check = {
  name: "drift",
  cases: (kit) =>
    stepsOf(kit).map((step) => ({ name: `at ${step}`, run: () => drifts(kit, step) })),
};

type Change = (body: unknown) => unknown;

const CHANGES: Readonly<Record<string, Change>> = {
  "numbers as text, and fields that are new": (body) => withNews(eachLeaf(body, asText)),
  "no field at all": () => ({}),
  "every field null": (body) => topLevel(body, () => null),
  "another kind of body": () => [],
  "a status that nobody knows": (body) => withStatus(body),
  "half of its fields": (body) => topLevel(body, (value, index) => (index % 2 ? undefined : value)),
  "the other half": (body) => topLevel(body, (value, index) => (index % 2 ? value : undefined)),
};

async function drifts(kit: Kit, step: string): Promise<void> {
  const bench = await Bench.open();
  const scenarios = requestsOf(kit, step).flatMap((request) =>
    Object.entries(CHANGES).map(([name, change]) => ({ request, name, change })),
  );
  await all(
    scenarios,
    ({ request, name }) => `${name}, from ${request.method} ${request.path}`,
    ({ request, change }) =>
      onStage(kit, async (stage) => {
        const found = await wayTo(stage, step);
        // Steps that undo or stage are not driven by the engine here.
        if (found === undefined || found.way.operations[0] === "stage") return;
        const run = await EngineRun.open(bench, stage, found.order, found.way.fulfillment);
        const mishap = { request, fault: { kind: "drift", change } as const };
        prepare(stage, step, mishap);
        await run.paysOnce();
        hitCall(stage, step, mishap);
      }),
  );
}

function asText(value: unknown): unknown {
  return typeof value === "number" ? String(value) : value;
}

function eachLeaf(value: unknown, change: Change): unknown {
  if (Array.isArray(value)) return value.map((each) => eachLeaf(each, change));
  if (typeof value !== "object" || value === null) return change(value);
  return Object.fromEntries(
    Object.entries(value).map(([name, each]) => [name, eachLeaf(each, change)]),
  );
}

function withNews(body: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return { ...body, something_new: { deep: [1, "2", null] } };
}

function topLevel(body: unknown, change: (value: unknown, index: number) => unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value], index) => [name, change(value, index)]),
  );
}

function withStatus(body: unknown): unknown {
  if (Array.isArray(body)) return body.map(withStatus);
  if (typeof body !== "object" || body === null) return body;
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) =>
      /status|state/i.test(name) && typeof value === "string"
        ? [name, "a_word_of_tomorrow"]
        : [name, withStatus(value)],
    ),
  );
}
