import type { StepEffect } from "../../connectors/connector.ts";
import type { Attempt, AttemptStep } from "../../domain/attempt.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";

/** What a step leaves behind at the processor, by its name. */
export type EffectOf = (step: string) => StepEffect;

/** A step that has never been called. */
export function newStep(
  ordinal: number,
  name: string,
  processorKey: string,
  undoes: number | null = null,
): AttemptStep {
  return {
    ordinal,
    name,
    processorKey,
    undoes,
    outcome: null,
    tries: 0,
    error: null,
    startTime: null,
    updateTime: null,
  };
}

/** The step that is to be done next: the first that is not accepted, of what is taken back once it is. */
export function openStep({ state, steps }: Attempt): AttemptStep | undefined {
  return steps.find(
    ({ outcome, undoes }) => outcome !== "ACCEPTED" && (undoes !== null || state !== "UNDOING"),
  );
}

/** A step of the current attempt. @throws when there is none: a fault of ours */
export function stepOf(aggregate: PayoutAggregate, ordinal: number): AttemptStep {
  const step = currentAttempt(aggregate)?.steps.find((each) => each.ordinal === ordinal);
  if (step === undefined) throw new Error("there is no such step");
  return step;
}

/** Whether bytes of this step may be on their way or may have arrived. */
export function mayHaveArrived(step: AttemptStep): boolean {
  return step.outcome === "ACCEPTED" || isInDoubt(step);
}

/** Whether a call of this step was made of which nobody knows how it ended. */
export function isInDoubt({ outcome, tries }: Pick<AttemptStep, "outcome" | "tries">): boolean {
  return outcome === "UNKNOWN" || (outcome === null && tries > 0);
}

/**
 * Whether nothing of an attempt that could ever pay anybody can have reached the processor: what leaves
 * nothing behind, such as a quote, counts as nothing, whatever came of it.
 */
export function surelyUnsent(attempt: Pick<Attempt, "steps">, effectOf: EffectOf): boolean {
  return !attempt.steps.some((step) => effectOf(step.name) !== "NOTHING" && mayHaveArrived(step));
}

/** Replaces the current attempt. */
export function withAttempt(aggregate: PayoutAggregate, attempt: Attempt): PayoutAggregate {
  return { ...aggregate, attempts: [...aggregate.attempts.slice(0, -1), attempt] };
}

/** Replaces one step of the current attempt. */
export function withStep(aggregate: PayoutAggregate, step: AttemptStep): PayoutAggregate {
  const attempt = currentAttempt(aggregate);
  if (attempt === undefined) throw new Error("a step without an attempt");
  const steps = attempt.steps.map((old) => (old.ordinal === step.ordinal ? step : old));
  return withAttempt(aggregate, { ...attempt, steps });
}

/** Marks a step as being called. This is stored before the first byte leaves. */
export function beginStep(
  aggregate: PayoutAggregate,
  ordinal: number,
  now: number,
): PayoutAggregate {
  const step = stepOf(aggregate, ordinal);
  // An earlier call whose outcome is not known, or was never recorded, stays unknown: a repeat that
  // surely was not sent says nothing of the call before it.
  return withStep(aggregate, {
    ...step,
    outcome: isInDoubt(step) ? "UNKNOWN" : null,
    tries: step.tries + 1,
    startTime: step.startTime ?? now,
    updateTime: now,
  });
}
