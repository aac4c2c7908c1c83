import type { AttemptStep } from "../../domain/attempt.ts";
import type { PayoutError } from "../../domain/payout.ts";
import { canTransition } from "../../domain/transition.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { mayHaveArrived, newStep, withAttempt } from "./attempts.ts";
import type { Circumstances } from "./circumstances.ts";
import { needsReview } from "./review.ts";
import { makeDue } from "./schedule.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

/** What it takes to begin taking steps back. */
export type UndoTerms = Pick<Circumstances, "now" | "effectOf" | "undoOf" | "newKey">;

/**
 * Takes back what was accepted of an attempt of which a step was definitely refused. Where money has moved
 * that cannot be taken back, a person decides. Null when there is nothing to take back.
 */
export function undoRefused(
  aggregate: PayoutAggregate,
  error: PayoutError,
  terms: UndoTerms,
): PayoutAggregate | null {
  const steps = currentAttempt(aggregate)?.steps ?? [];
  const standing = steps.filter(({ outcome }) => outcome === "ACCEPTED");
  const undoing = undoingOf(standing, steps, terms);
  if (undoing === null) return needsReview(withError(aggregate, error), terms.now);
  return undoing.length === 0 ? null : beginUndoing(aggregate, undoing, error, terms);
}

/**
 * Takes back what was accepted of a payout that has failed by the processor's word. The step that has
 * failed, which is the last that can have moved money, is not undone: nothing of it stands. Null when
 * nothing stood before it.
 */
export function undoFailed(
  aggregate: PayoutAggregate,
  error: PayoutError | null,
  terms: UndoTerms,
): PayoutAggregate | null {
  const steps = currentAttempt(aggregate)?.steps ?? [];
  const failed = steps.findLastIndex(
    (step) => terms.effectOf(step.name) === "MONEY" && mayHaveArrived(step),
  );
  const standing = steps.slice(0, Math.max(0, failed));
  const undoing = undoingOf(
    standing.filter(({ outcome }) => outcome === "ACCEPTED"),
    steps,
    terms,
  );
  if (undoing?.length === 0) return null;
  const begun = beginUndoing(aggregate, undoing ?? [], error, terms);
  return undoing === null ? needsReview(begun, terms.now) : begun;
}

/** Whether every step that takes another back is done. */
export function isUndone(aggregate: PayoutAggregate): boolean {
  const steps = currentAttempt(aggregate)?.steps ?? [];
  return steps.every(({ undoes, outcome }) => undoes === null || outcome === "ACCEPTED");
}

/** A step that takes another back, by name. */
interface Undoing {
  readonly name: string;
  readonly undoes: number;
}

/**
 * The steps that take these back, the last first; null when money has moved that no step takes back. What
 * merely holds, and has no such step, pays nobody and is left to lapse.
 */
function undoingOf(
  standing: readonly AttemptStep[],
  all: readonly AttemptStep[],
  { effectOf, undoOf }: UndoTerms,
): readonly Undoing[] | null {
  const undoing: Undoing[] = [];
  const names = new Set(all.map(({ name }) => name));
  for (const { name, ordinal } of standing.toReversed()) {
    const effect = effectOf(name);
    const undo = effect === "NOTHING" ? undefined : undoOf(name);
    // Connectors know the steps of an attempt by name: two of one name could not be told apart.
    const isUsable = undo !== undefined && !names.has(undo);
    if (isUsable) {
      names.add(undo);
      undoing.push({ name: undo, undoes: ordinal });
    } else if (effect === "MONEY") return null;
  }
  return undoing;
}

/** What was asked of the payout before, a stop too, is over: it ends as the undoing says. */
function beginUndoing(
  aggregate: PayoutAggregate,
  undoing: readonly Undoing[],
  error: PayoutError | null,
  { now, effectOf, newKey }: UndoTerms,
): PayoutAggregate {
  const attempt = currentAttempt(aggregate);
  if (attempt === undefined) throw new Error("nothing was tried that could be undone");
  const first = attempt.steps.length;
  const more = undoing.map(({ name, undoes }, index) =>
    newStep(first + index, name, newKey(), undoes),
  );
  const extended = withAttempt(aggregate, {
    ...attempt,
    state: "UNDOING",
    endTime: null,
    steps: [...attempt.steps, ...more],
  });
  const told = withError({ ...extended, voidRequest: null }, error);
  const { payout } = told;
  const moved = attempt.steps.some(
    ({ name, outcome }) => outcome === "ACCEPTED" && effectOf(name) === "MONEY",
  );
  const pending = moved && canTransition(payout.status, "PENDING");
  const shown: PayoutAggregate = pending
    ? { ...told, payout: { ...payout, status: "PENDING" } }
    : told;
  return waitFor(makeDue(shown, now), now, "UNDOING");
}
