import type { Outcome, ProcessorState, StepEffect } from "../../connectors/connector.ts";
import type { PayoutError } from "../../domain/payout.ts";

/** A definite no, and how a payout ends by it when nothing of it has moved. */
export interface Refusal {
  readonly error: PayoutError;
  readonly status: "FAILED" | "INELIGIBLE";
}

/** The no in an answer: that of a call, or the one to a question whether the payout can be made at all. */
export function refusalOf(outcome: Outcome<ProcessorState>, effect: StepEffect): Refusal | null {
  if (outcome.kind === "rejected") return { error: outcome.error, status: "FAILED" };
  return outcome.kind === "accepted" ? refusalIn(outcome.value, effect) : null;
}

/** The no in what the processor says of a question. */
export function refusalIn({ status, error }: ProcessorState, effect: StepEffect): Refusal | null {
  return effect === "NOTHING" && status === "INELIGIBLE"
    ? { error: error ?? INELIGIBLE, status }
    : null;
}

const INELIGIBLE: PayoutError = {
  category: "CONNECTOR_DECLINED",
  reason: "INELIGIBLE",
  message: "The processor cannot make this payout.",
};
