import type { Attempt } from "../domain/attempt.ts";
import type { PayoutLink } from "../domain/link.ts";
import type { Payout, PayoutError } from "../domain/payout.ts";
import { isTerminal } from "../domain/transition.ts";
import type { Job } from "./job.ts";

/**
 * A caller's wish to stop a payout, while it is not settled.
 *
 * - `REQUESTED`: stored, not sent yet
 * - `UNKNOWN`: sent, the answer was lost; it is asked again with the same key
 * - `ACCEPTED`: the processor will answer later
 * - `REFUSED`: the processor said no; the payout goes on
 * - `NOT_SENT`: the processor could not be reached; the caller was told and may ask again
 */
export interface VoidRequest {
  readonly state: "REQUESTED" | "UNKNOWN" | "ACCEPTED" | "REFUSED" | "NOT_SENT";
  readonly processorKey: string;
  readonly reason: string;
  readonly requestTime: number;
  readonly tries: number;
  readonly error: PayoutError | null;
  /** How the payout ends by it, where the wish is the service's own; absent: CANCELLED. */
  readonly ends?: "EXPIRED";
}

/** A payout and everything that changes together with it, in one transaction. */
export interface PayoutAggregate {
  readonly payout: Payout;
  /** Oldest first. */
  readonly attempts: readonly Attempt[];
  readonly voidRequest: VoidRequest | null;
  readonly newsSequence: number | null;
  readonly link: PayoutLink | null;
  /**
   * The address of a processor's own link, in a change that brings it: it is sealed with the change, and
   * is part of no aggregate that is stored or loaded.
   */
  readonly linkUrl?: string;
  /** Null once there is nothing left to do. */
  readonly job: Job | null;
}

/** The attempt that counts: the newest. */
export function currentAttempt(aggregate: PayoutAggregate): Attempt | undefined {
  return aggregate.attempts.at(-1);
}

/** Whether what was asked for has been done or cannot be done now: no call of it is about to be made. */
export function isExecuted({ payout }: PayoutAggregate): boolean {
  return payout.waitingFor?.reason !== "EXECUTION";
}

/** Whether what the processor had taken of a payout is being taken back. */
export function isUndoing(aggregate: PayoutAggregate): boolean {
  return currentAttempt(aggregate)?.state === "UNDOING";
}

/**
 * Whether nothing is left to do for a payout. One that has failed late is shown as SUCCESS until its
 * money is back, and has not ended.
 */
export function hasEnded(aggregate: PayoutAggregate): boolean {
  return isTerminal(aggregate.payout.status) && !isUndoing(aggregate);
}
