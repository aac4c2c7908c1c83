import type { ProcessorState } from "../../connectors/connector.ts";
import type { ConnectorReference, Payout, PayoutError, PayoutStatus } from "../../domain/payout.ts";
import { canTransition, isTerminal } from "../../domain/transition.ts";
import {
  currentAttempt,
  isUndoing,
  type PayoutAggregate,
} from "../../repository/payout-aggregate.ts";
import { withAttempt } from "./attempts.ts";
import { followPayout } from "./follow-payout.ts";
import { needsReview } from "./review.ts";
import { isVoiding } from "./voiding.ts";
import { waitFor } from "./waiting.ts";
import { withError } from "./with-error.ts";

/**
 * Takes in what the processor says of a payout, wherever it comes from: an answer, a look-up or
 * news. It may come twice, late and out of order, so:
 *
 * - what is older than the newest that was applied, by the processor's own sequence, changes nothing
 *   but adds ids;
 * - a status that cannot be reached from here changes nothing: it is stale; but a no is a no, whichever
 *   of the two words for it can be reached;
 * - where an end can only be reached through another status, the payout goes there first: it keeps
 *   its job, and the next look brings it to the end;
 * - a payout of which a step was refused after money had moved stays with the person who reviews it
 *   until the processor says how it ended;
 * - one that is being taken back ends by that alone.
 *
 * @param undo what a failure comes to, where it is more than an end: null for an end
 */
export function applyState(
  aggregate: PayoutAggregate,
  state: ProcessorState,
  now: number,
  undo: (aggregate: PayoutAggregate, error: PayoutError | null) => PayoutAggregate | null = () =>
    null,
): PayoutAggregate {
  const { sequence } = state;
  const wanted = wantedStatus(aggregate, state.status);
  const { newsSequence } = aggregate;
  if (sequence !== undefined && newsSequence !== null && sequence < newsSequence) {
    return withIds(aggregate, { references: state.references ?? [] });
  }
  const known = withIds(aggregate, state);
  const { status } = known.payout;
  const current =
    sequence !== undefined && sequence !== newsSequence
      ? { ...known, newsSequence: sequence }
      : known;
  if (isUndoing(current)) return hearWhileUndoing(current, wanted, now);
  const via = stepBefore(status, wanted);
  if (via !== undefined) return enterStatus(current, via, null, now);
  if (status !== wanted && !canTransition(status, wanted)) return current;
  // Only Transfer confirms: to the processor nothing is wrong with what is staged.
  if (status === "REQUIRES_CONFIRMATION" && wanted === "REQUIRES_CREATION") return current;
  if (status === wanted && isTerminal(status)) return current;
  if (isUnderReview(current) && !isTerminal(wanted)) return current;
  const error = state.error ?? null;
  const undone = wanted === "FAILED" ? undo(current, error) : null;
  return undone ?? enterStatus(current, wanted, error, now);
}

/**
 * What the processor says, in the word that the payout's status knows: what was only staged cannot fail,
 * and what is under way is not ineligible. What the service stops because its time is up expires.
 */
export function wantedStatus(
  { payout: { status: from }, voidRequest }: PayoutAggregate,
  wanted: PayoutStatus,
): PayoutStatus {
  if (wanted === "CANCELLED" && isVoiding(voidRequest) && canTransition(from, "EXPIRED")) {
    return voidRequest.ends ?? wanted;
  }
  if (isTerminal(from) || canTransition(from, wanted)) return wanted;
  if (wanted === "INELIGIBLE" && canTransition(from, "FAILED")) return "FAILED";
  return wanted === "FAILED" && canTransition(from, "INELIGIBLE") ? "INELIGIBLE" : wanted;
}

/**
 * What comes in while a payout is taken back says nothing more of it, but for one thing: that it was paid
 * after all. Then nothing more is taken back, and a person decides.
 */
function hearWhileUndoing(
  aggregate: PayoutAggregate,
  wanted: PayoutStatus,
  now: number,
): PayoutAggregate {
  const { status, waitingFor } = aggregate.payout;
  // A payout that failed late was paid: hearing so again is old news.
  const isContradiction = wanted === "SUCCESS" && status !== "SUCCESS";
  return isContradiction && waitingFor?.reason !== "REVIEW"
    ? needsReview(aggregate, now)
    : aggregate;
}

/**
 * The status to go through when the table has no direct step: a payout of which we missed what came
 * between, such as one that was paid and returned while nobody looked. Undefined when there is a
 * direct step, or none at all.
 */
export function stepBefore(from: PayoutStatus, to: PayoutStatus): PayoutStatus | undefined {
  if (from === to || isTerminal(from) || canTransition(from, to)) return undefined;
  // Staged at the processor, and moved by somebody there.
  if (from === "REQUIRES_CONFIRMATION") return MOVED.has(to) ? "REQUIRES_CREATION" : undefined;
  const via = from === "REQUIRES_VENDOR_ACCOUNT_CREATION" ? "REQUIRES_CREATION" : "PENDING";
  const ends = via === "REQUIRES_CREATION" || isTerminal(to);
  const leads = canTransition(via, to) || (via === "REQUIRES_CREATION" && isTerminal(to));
  return ends && leads && canTransition(from, via) ? via : undefined;
}

/** Words for a payout that is more than staged. */
const MOVED: ReadonlySet<PayoutStatus> = new Set(["INITIATED", "PENDING", "SUCCESS", "REVERSED"]);

/** Whether a step was definitely refused and the payout goes on all the same: something had moved. */
function isUnderReview(aggregate: PayoutAggregate): boolean {
  return currentAttempt(aggregate)?.steps.some(({ outcome }) => outcome === "REJECTED") ?? false;
}

/** Enters a status, or stays in it, with everything that follows from it. */
export function enterStatus(
  aggregate: PayoutAggregate,
  status: PayoutStatus,
  error: PayoutError | null,
  now: number,
): PayoutAggregate {
  const told = withError(aggregate, error);
  const { payout } = told;
  const changed = payout.status === status ? told : { ...told, payout: { ...payout, status } };
  const followed = followPayout(changed, now);
  return waitFor(isTerminal(status) ? ended(followed, status, now) : followed, now);
}

/** What ends with a payout: a Void that was under way, and the attempt. */
function ended(aggregate: PayoutAggregate, status: PayoutStatus, now: number): PayoutAggregate {
  const closed: PayoutAggregate =
    aggregate.voidRequest === null ? aggregate : { ...aggregate, voidRequest: null };
  const attempt = currentAttempt(closed);
  if (attempt === undefined || attempt.state === "DEAD") return closed;
  return withAttempt(closed, {
    ...attempt,
    state: status === "SUCCESS" ? "ACCEPTED" : "DEAD",
    endTime: attempt.endTime ?? now,
  });
}

/** Adds the ids that a processor has given, what it says will arrive, and what it says of its link. */
export function withIds(
  aggregate: PayoutAggregate,
  state: Omit<ProcessorState, "status">,
): PayoutAggregate {
  const linked = withLink(aggregate, state.link);
  const { payout } = linked;
  const connectorReferences = mergeReferences(payout.connectorReferences, state.references ?? []);
  const connectorPayoutId = state.connectorPayoutId ?? payout.connectorPayoutId;
  const destinationAmount = state.destinationAmount ?? payout.destinationAmount;
  if (
    connectorReferences === payout.connectorReferences &&
    connectorPayoutId === payout.connectorPayoutId &&
    destinationAmount?.minorAmount === payout.destinationAmount?.minorAmount
  ) {
    return linked;
  }
  const named: Payout = { ...payout, connectorReferences, connectorPayoutId, destinationAmount };
  return { ...linked, payout: named };
}

/** What is said of a link of ours is none of the processor's business. */
function withLink(aggregate: PayoutAggregate, said: ProcessorState["link"]): PayoutAggregate {
  const { link } = aggregate;
  if (said === undefined || link?.host !== "PROCESSOR") return aggregate;
  const { url, expireTime = link.expireTime } = said;
  return {
    ...aggregate,
    link: expireTime === link.expireTime ? link : { ...link, expireTime },
    ...(url !== undefined && { linkUrl: url }),
  };
}

function mergeReferences(
  known: readonly ConnectorReference[],
  more: readonly ConnectorReference[],
): readonly ConnectorReference[] {
  const fresh = more.filter(
    ({ kind, id }) => !known.some((each) => each.kind === kind && each.id === id),
  );
  return fresh.length === 0 ? known : [...known, ...fresh];
}
