import type { Outcome, ProcessorState } from "../../connectors/connector.ts";
import type { Attempt } from "../../domain/attempt.ts";
import type { PayoutError } from "../../domain/payout.ts";
import { nextConnectors, type RoutingCandidate, rerouted } from "../../domain/routing.ts";
import { limits } from "../../limits.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { type EffectOf, stepOf, surelyUnsent, withAttempt, withStep } from "./attempts.ts";
import { refusalOf } from "./refusal.ts";
import { makeDue } from "./schedule.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

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
 * Only when the attempt is proven dead: nothing of it that could pay has arrived, and no such call of
 * it was ever in doubt. A refusal of a repeat proves nothing of the call before it. A payout with a
 * quote stays: its price was confirmed, and is this connector's. Nor does one go on that somebody
 * wants to stop.
 */
export function mayFallBack(
  aggregate: PayoutAggregate,
  ordinal: number,
  outcome: Outcome<ProcessorState>,
  { now, effectOf }: { readonly now: number; readonly effectOf: EffectOf },
): boolean {
  const { payout, voidRequest } = aggregate;
  const attempt = currentAttempt(aggregate);
  if (attempt?.state !== "RUNNING" || nextConnectors(payout.routing).length === 0) return false;
  if (payout.status !== "REQUIRES_CREATION" || payout.quote !== null) return false;
  if (voidRequest !== null) return false;
  const step = stepOf(aggregate, ordinal);
  const effect = effectOf(step.name);
  // ACCEPTED: news was faster. UNKNOWN: an earlier call was in doubt. Null: this is the only call of
  // which the end is not stored, and here it is.
  if (step.outcome === "ACCEPTED" || (step.outcome !== null && effect !== "NOTHING")) return false;
  const others = attempt.steps.filter((each) => each.ordinal !== ordinal);
  if (!surelyUnsent({ steps: others }, effectOf)) return false;
  const refusal = refusalOf(outcome, effect);
  if (refusal !== null) return allowsAnother(refusal.error);
  return (
    outcome.kind === "not_sent" &&
    (step.tries >= limits.fallback.unsentTries ||
      now - (step.startTime ?? now) >= limits.fallback.unsentMs ||
      outcome.error.reason === "CIRCUIT_OPEN" ||
      // Credentials and settings do not mend themselves in a minute.
      outcome.error.category === "CONFIGURATION")
  );
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
  outcome: Outcome<ProcessorState>,
  planned: Attempt,
  circumstances: { readonly now: number; readonly effectOf: EffectOf },
): PayoutAggregate | null {
  const { now, effectOf } = circumstances;
  const { routing } = aggregate.payout;
  if (routing === null || !nextConnectors(routing).includes(planned.connector)) return null;
  if (!mayFallBack(aggregate, ordinal, outcome, circumstances)) return null;
  const step = stepOf(aggregate, ordinal);
  const refusal = refusalOf(outcome, effectOf(step.name));
  const error = refusal?.error ?? (outcome.kind === "not_sent" ? outcome.error : null);
  if (error === null) return null;
  const isRejected = refusal !== null;
  const marked = withStep(aggregate, {
    ...step,
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
