import type { PayoutError } from "./payout.ts";

/**
 * How a call to a processor ended: `NOT_SENT` surely nothing happened, `REJECTED` a definite no,
 * `ACCEPTED` a definite yes, `UNKNOWN` anything else.
 */
export type StepOutcome = "NOT_SENT" | "REJECTED" | "ACCEPTED" | "UNKNOWN";

/** One call of an attempt. Times in milliseconds. */
export interface AttemptStep {
  readonly ordinal: number;
  readonly name: string;
  /** Stored before the first byte leaves; the same on every retry. */
  readonly processorKey: string;
  /** The ordinal of the step that this one takes back; null for one that does the payout's work. */
  readonly undoes: number | null;
  /** Null while it was never called, or while a call is under way (or was cut off by a crash). */
  readonly outcome: StepOutcome | null;
  /** Calls begun. It is raised before the call, so `tries > 0` means that bytes may have left. */
  readonly tries: number;
  readonly error: PayoutError | null;
  readonly startTime: number | null;
  readonly updateTime: number | null;
}

/**
 * `RUNNING` until every step is accepted (`ACCEPTED`) or nothing of it can move money (`DEAD`).
 * `UNDOING`: it came to nothing, and what was accepted of it is being taken back.
 */
export type AttemptState = "RUNNING" | "ACCEPTED" | "UNDOING" | "DEAD";

/** One try at executing a payout. There is a second one only when the first is proven dead. */
export interface Attempt {
  readonly attemptId: string;
  readonly number: number;
  readonly connector: string;
  readonly state: AttemptState;
  readonly steps: readonly AttemptStep[];
  readonly createTime: number;
  readonly endTime: number | null;
}
