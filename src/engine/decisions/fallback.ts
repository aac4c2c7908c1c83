import type { Outcome } from "../../connectors/connector.ts";
import type { Attempt } from "../../domain/attempt.ts";
import type { PayoutError } from "../../domain/payout.ts";
import { nextConnectors, type RoutingCandidate, rerouted } from "../../domain/routing.ts";
import { limits } from "../../limits.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { mayHaveArrived, stepOf, withAttempt, withStep } from "./attempts.ts";
import { makeDue } from "./schedule.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

/** How a call ended that certainly did not move money. */
type Unpaid = Extract<Outcome<never>, { kind: "rejected" | "not_sent" }>;

/**
 * Reasons of a definite refusal that say something of the merchant's account at that processor, or
 * of the processor, so that another may well pay. Reasons that say something of the destination
 * (ACCOUNT_CLOSED, ACCOUNT_NOT_FOUND, NAME_MISMATCH, ...) are the same everywhere, and so is a reason
 * that nobody has thought about: what is not here ends the payout.
 */
const ANOTHER_MAY_PAY: ReadonlySet<string> = new Set([
  "INSUFFICIENT_FUNDS",
  "LIMIT_EXCEEDED",
  "METHOD_UNSUPPORTED",
  "CURRENCY_UNSUPPORTED",
  "DESTINATION_UNSUPPORTED",
]);

/** Whether a definite refusal leaves hope for another connector. */
export function allowsAnother({ category, reason }: PayoutError): boolean {
  return category === "CONFIGURATION" || ANOTHER_MAY_PAY.has(reason);
}

/**
 * Whether a payout may go to its next connector after this call, before how it ended is recorded.
 * Only when the attempt is proven dead: nothing of it has arrived, and no call of it was ever in
 * doubt. A refusal of a repeat proves nothing of the call before it. A payout with a quote stays: its
 * price was confirmed, and is this connector's. Nor does one go on that somebody wants to stop.
 */
export function mayFallBack(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<unknown>,
  now: number,
): outcome is Unpaid {
  const { payout, voidRequest } = aggregate;
  if (outcome.kind !== "rejected" && outcome.kind !== "not_sent") return false;
  const attempt = currentAttempt(aggregate);
  if (attempt?.state !== "RUNNING" || nextConnectors(payout.routing).length === 0) return false;
  if (payout.status !== "REQUIRES_CREATION" || payout.quote !== null) return false;
  if (voidRequest !== null) return false;
  const step = stepOf(aggregate, ordinal);
  // UNKNOWN: an earlier call was in doubt. ACCEPTED: news was faster. Null: this is the only call of
  // which the end is not stored, and here it is.
  if (step.outcome !== null) return false;
  const others = attempt.steps.filter((each) => each.ordinal !== ordinal);
  if (others.some(mayHaveArrived)) return false;
  return outcome.kind === "rejected"
    ? allowsAnother(outcome.error)
    : step.tries >= limits.fallback.unsentTries ||
        now - (step.startTime ?? now) >= limits.fallback.unsentMs ||
        outcome.error.reason === "CIRCUIT_OPEN";
}

/**
 * Records how the call ended, closes the attempt as dead, and begins a new one with the next
 * connector, due at once. The status stays: the payout has not failed. Null when the payout has
 * changed so that it may not go there.
 *
 * @param planned the new attempt, of a connector that is NEXT
 */
export function fallBack(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<unknown>,
  planned: Attempt,
  now: number,
): PayoutAggregate | null {
  const { routing } = aggregate.payout;
  if (routing === null || !nextConnectors(routing).includes(planned.connector)) return null;
  if (!mayFallBack(aggregate, ordinal, outcome, now)) return null;
  const { error } = outcome;
  const isRejected = outcome.kind === "rejected";
  const marked = withStep(aggregate, {
    ...stepOf(aggregate, ordinal),
    outcome: isRejected ? "REJECTED" : "NOT_SENT",
    error,
    updateTime: now,
  });
  const left = currentAttempt(marked);
  if (left === undefined) return null;
  const dead = withAttempt(marked, { ...left, state: "DEAD", endTime: now });
  const verdict: RoutingCandidate["verdict"] = isRejected ? "REFUSED" : "UNREACHABLE";
  const { payout } = withError(dead, null);
  const moved: PayoutAggregate = {
    ...dead,
    payout: {
      ...payout,
      connector: planned.connector,
      routing: rerouted(routing, { verdict, why: error.reason }, planned.connector),
      // Ids and sequence are the other processor's, and mean nothing to this one.
      connectorReferences: [],
      connectorPayoutId: null,
    },
    newsSequence: null,
    attempts: [...dead.attempts, { ...planned, number: left.number + 1 }],
  };
  return waitFor(makeDue(moved, now), now);
}
