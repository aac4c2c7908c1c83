import { randomUUID } from "node:crypto";
import type {
  LinkInstruction,
  Outcome,
  ProcessorState,
} from "../../../../src/connectors/connector.ts";
import { all, type Case, type Check, demand, type Kit, print } from "../check.ts";
import { Course, isBad } from "../course.ts";
import { judge, type Mishap, mishapsOf, nameOf, prepare } from "../faults.ts";
import { manifestOf } from "../manifest-of.ts";
import { onStage, type Stage } from "../stage.ts";
import type { LinkMaking, StepRequest } from "../subject.ts";

/**
 * A payout link of the processor's own: made once whatever is lost, paid once to whoever claims it, and
 * claimed by nobody once it has been taken back.
 */
export const links: Check = {
  name: "links",
  cases: (kit) => {
    const { links: making } = kit.subject;
    if (making === undefined) return [];
    const { void: stop = [], ...steps } = making.requests;
    return [
      { name: "planned purely, for steps that are known", run: () => planned(kit, making) },
      { name: "made, claimed, and paid once", run: () => paysOnce(kit, making) },
      ...Object.entries(steps).map(
        ([step, requests]): Case => ({
          name: `faults at ${step}: told as they are, and there is one link`,
          run: () => meetFaults(kit, making, step, requests),
        }),
      ),
      { name: "taken back, and claimed by nobody", run: () => isTakenBack(kit, making) },
      { name: "claimed, and not taken back", run: () => isKept(kit, making) },
      {
        name: "faults at a Void: told as they are, and claimed by nobody",
        run: () => meetFaultsOfVoid(kit, making, stop),
      },
    ];
  },
};

async function open(stage: Stage, { order }: LinkMaking): Promise<Course> {
  const { amount, person } = await order(stage.processor);
  const limits = manifestOf(stage.kit).links;
  demand(limits, "the manifest says nothing of how long links live");
  const payout: LinkInstruction = {
    merchantId: "mer_kit",
    payoutId: `po_${randomUUID().replaceAll("-", "")}`,
    merchantPayoutId: null,
    amount,
    destinationCurrency: amount.currency,
    method: null,
    person,
    registered: { recipientId: null, accountId: null },
    references: [],
    priority: null,
    fulfillment: "AUTOMATIC",
    description: "Prize 1",
    metadata: {},
    link: { ttlMs: limits.maxMs },
  };
  return new Course(stage, payout);
}

async function made(stage: Stage, making: LinkMaking): Promise<Course> {
  const course = await open(stage, making);
  await course.go(course.plan("link"));
  return course;
}

function planned(kit: Kit, making: LinkMaking): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await open(stage, making);
    const [first = [], second] = [1, 2].map(() => stage.module.plan("link", course.payout));
    demand(print(first) === print(second), "two plans of the same link differ");
    demand(first.length > 0, "it takes no step");
    const { void: _, ...told } = making.requests;
    demand(
      print([...first].sort()) === print(Object.keys(told).sort()),
      `the steps are ${print(first)}; "links.requests" tells ${print(Object.keys(told))}`,
    );
    const last = first.at(-1) ?? "";
    demand(stage.module.effectOf(last) !== "NOTHING", "a link that can be claimed is something");
    demand(stage.http.requests.length === 0, "to plan makes requests");
  });
}

function paysOnce(kit: Kit, making: LinkMaking): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await open(stage, making);
    let last: Outcome<ProcessorState> | undefined;
    for (const step of course.plan("link")) last = await course.call(step);
    demand(last?.kind === "accepted", `it should be accepted: ${print(last)}`);
    isWaiting(last.value);
    const found = await course.lookup();
    demand(found.kind === "found", `it is there, but: ${print(found)}`);
    isWaiting(found.value);
    demand(found.value.link?.url === last.value.link?.url, "a look-up finds another address");
    expectPaid(stage, course, 0);
    await claimed(stage, making);
    expectPaid(stage, course, 1);
    const end = await course.lookup();
    const isPaid = end.kind === "found" && end.value.status === "SUCCESS";
    demand(isPaid, `it was claimed and paid, but: ${print(end)}`);
  });
}

/** What can be claimed has an address for people, and says until when. */
function isWaiting({ status, link }: ProcessorState): void {
  demand(status === "REQUIRES_PAYOUT_METHOD_DATA", `it waits to be claimed, but is ${status}`);
  demand(URL.parse(link?.url ?? "")?.protocol === "https:", "it has no https address");
}

function meetFaults(
  kit: Kit,
  making: LinkMaking,
  step: string,
  requests: readonly StepRequest[],
): Promise<void> {
  return all(mishapsOf(requests), nameOf, (mishap) =>
    onStage(kit, async (stage) => {
      const course = await open(stage, making);
      const steps = course.plan("link");
      await course.go(steps.slice(0, steps.indexOf(step)));
      prepare(stage, step, mishap);
      const outcome = await course.call(step);
      judge(stage, step, mishap);
      if (outcome.kind !== "accepted") await course.finish(step);
      await course.go(steps.slice(steps.indexOf(step) + 1));
      await claimed(stage, making);
      expectPaid(stage, course, 1);
    }),
  );
}

function isTakenBack(kit: Kit, making: LinkMaking): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await made(stage, making);
    await stopped(course);
    await claimed(stage, making);
    expectPaid(stage, course, 0);
  });
}

function isKept(kit: Kit, making: LinkMaking): Promise<void> {
  return onStage(kit, async (stage) => {
    const course = await made(stage, making);
    await making.claim(stage.processor);
    const outcome = await course.void();
    demand(outcome.kind === "refused", `somebody has claimed it, but: ${print(outcome)}`);
    await stage.processor.settle();
    expectPaid(stage, course, 1);
  });
}

function meetFaultsOfVoid(
  kit: Kit,
  making: LinkMaking,
  requests: readonly StepRequest[],
): Promise<void> {
  return all(mishapsOf(requests), nameOf, (mishap: Mishap) =>
    onStage(kit, async (stage) => {
      const course = await made(stage, making);
      prepare(stage, "void", mishap);
      const outcome = await course.void();
      judge(stage, "void", mishap);
      if (outcome.kind !== "done") await stopped(course);
      await claimed(stage, making);
      expectPaid(stage, course, 0);
    }),
  );
}

/** By the engine's own rule: asked how it stands, and stopped again where that is not over. */
async function stopped(course: Course): Promise<void> {
  const found = await course.lookup();
  if (found.kind === "found" && found.value.status === "CANCELLED") return;
  const outcome = await course.void();
  demand(outcome.kind === "done", `it should be stopped: ${print(outcome)}`);
  const end = await course.lookup();
  const isOver = end.kind === "found" && isBad(end.value.status);
  demand(isOver, `it was stopped, but: ${print(end)}`);
}

async function claimed({ processor }: Stage, { claim }: LinkMaking): Promise<void> {
  await claim(processor);
  await processor.settle();
}

function expectPaid({ processor }: Stage, { payout }: Course, times: number): void {
  const wanted = print(Array(times).fill(payout.amount));
  for (const [name, entries] of Object.entries(processor.books())) {
    demand(print(entries) === wanted, `the books have ${name} ${print(entries)}, not ${wanted}`);
  }
}
