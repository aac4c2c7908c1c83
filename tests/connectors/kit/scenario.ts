import type { PlannedOperation } from "../../../src/connectors/connector.ts";
import type { Fulfillment } from "../../../src/domain/payout.ts";
import { demand, type Kit, Problem } from "./check.ts";
import { Course } from "./course.ts";
import type { Stage } from "./stage.ts";
import type { Order } from "./subject.ts";

/** A way in which a payout is brought about: how it is fulfilled, and by which operations. */
export interface Way {
  readonly name: string;
  readonly fulfillment: Fulfillment;
  readonly operations: readonly PlannedOperation[];
}

/** Every way; staged ones only matter where the processor itself stages. */
export const WAYS: readonly Way[] = [
  { name: "AUTOMATIC", fulfillment: "AUTOMATIC", operations: ["create"] },
  { name: "MANUAL, then Transfer", fulfillment: "MANUAL", operations: ["create", "transfer"] },
  { name: "Stage, then Transfer", fulfillment: "AUTOMATIC", operations: ["stage", "transfer"] },
];

/** Names in `requests` that are no steps. "quote" may be one, beside the function of that name. */
const NO_STEPS = new Set(["void", "registerRecipient", "registerAccount", "token"]);

/** The steps, as the subject tells them; "quote" among them even if it is none. */
export function stepsOf({ subject }: Kit): readonly string[] {
  return Object.keys(subject.requests).filter((name) => !NO_STEPS.has(name));
}

/** The steps of a way, in their order. Those of an operation that comes to none are none. */
export function stepsOfWay(course: Course, way: Way): readonly string[] {
  const { module } = course.stage;
  if (way.operations[0] === "stage" && module.plan("stage", course.payout).length === 0) return [];
  return way.operations.flatMap((operation) => course.plan(operation));
}

export interface WayTo {
  readonly way: Way;
  readonly order: Order;
  readonly course: Course;
  readonly steps: readonly string[];
}

/** The first way that comes to a step, and the steps of it. Undefined where none does. */
export async function wayTo(stage: Stage, step: string): Promise<WayTo | undefined> {
  const order = await stage.order();
  for (const way of WAYS) {
    const course = Course.of(stage, order, way.fulfillment);
    const steps = stepsOfWay(course, way);
    if (steps.includes(step)) return { way, order, course, steps };
  }
  return undefined;
}

/** Those that come before a step. */
export function upTo(steps: readonly string[], step: string): readonly string[] {
  return steps.slice(0, steps.indexOf(step));
}

/**
 * A payout of which the step that an undoing step takes back is the last that was accepted: what has to
 * be accepted for that, and what is undone before.
 *
 * @throws Problem where the name is no undoing step either
 */
export async function wayToUndo(stage: Stage, name: string) {
  const order = await stage.order();
  for (const way of WAYS) {
    const course = Course.of(stage, order, way.fulfillment);
    const steps = stepsOfWay(course, way);
    const step = steps.find((each) => stage.module.undoOf?.(each) === name);
    if (step !== undefined) {
      stage.undoing.add(name);
      return { course, accepted: [...upTo(steps, step), step] };
    }
  }
  if (name === "quote") return undefined;
  throw new Problem(`"requests" has ${name}, which no plan comes to and which undoes nothing`);
}

/** A payout for which every step of a way has been done. */
export async function paid(stage: Stage, way: Way = AUTOMATIC): Promise<Course> {
  const course = await Course.open(stage, way.fulfillment);
  await course.go(stepsOfWay(course, way));
  return course;
}

export const [AUTOMATIC] = WAYS as readonly [Way, ...Way[]];

/** The requests of a name. @throws Problem where the subject does not tell them */
export function requestsOf({ subject }: Kit, name: string) {
  const requests = subject.requests[name];
  demand(requests, `"requests" of the subject lacks ${name}`);
  return requests;
}
