import type { PayoutLink } from "../../domain/link.ts";
import { troubleOf } from "../../domain/recipient-trouble.ts";
import { canTransition } from "../../domain/transition.ts";
import { limits } from "../../limits.ts";
import { currentAttempt, type PayoutAggregate } from "../../repository/payout-aggregate.ts";
import { isVoiding } from "./voiding.ts";
import { waitFor } from "./waiting.ts";

/**
 * Gives a link's payout back to its recipient when it has come to nothing for something that they can
 * mend: the link is active again, under the same address and until the same time, and the payout does not
 * pass through FAILED. Its error stays with it, for the page to say why. Not when the money had arrived
 * before, when somebody wants the payout stopped, nor after too many accounts.
 *
 * What is still heard of the attempt that failed changes nothing, but for one thing: that it was paid
 * after all. Then the link is closed, so that nobody is paid twice.
 *
 * @param before the payout as it was
 * @param after the payout with what the processor said
 */
export function reopenLink(
  before: PayoutAggregate,
  after: PayoutAggregate,
  { now }: { readonly now: number },
): PayoutAggregate {
  if (isReopened(before)) return heardLate(before, after);
  const { link } = after;
  if (link === null || !isMendable(before, after, link, now)) return after;
  const { payout } = after;
  const reopened: PayoutAggregate = {
    ...after,
    payout: { ...payout, status: "REQUIRES_PAYOUT_METHOD_DATA" },
    link: { ...link, state: "ACTIVE", claimTime: null },
  };
  return waitFor(untilExpiry(reopened), now, "PAYOUT_METHOD_DATA");
}

/** Whether a payout waits for another account, since it could not be paid to the one before. */
export function isReopened(aggregate: PayoutAggregate): boolean {
  return (
    aggregate.payout.status === "REQUIRES_PAYOUT_METHOD_DATA" &&
    currentAttempt(aggregate)?.state === "DEAD"
  );
}

/** A link's payout without what a processor said of it while it went to another account. */
export function withoutClaim(aggregate: PayoutAggregate): PayoutAggregate {
  if (!isReopened(aggregate)) return aggregate;
  const { payout } = aggregate;
  return {
    ...aggregate,
    payout: {
      ...payout,
      connectorReferences: [],
      connectorPayoutId: null,
      destinationAmount: null,
    },
    newsSequence: null,
  };
}

function isMendable(
  before: PayoutAggregate,
  after: PayoutAggregate,
  link: PayoutLink,
  now: number,
): boolean {
  const { error } = after.payout;
  return (
    after.payout.status === "FAILED" &&
    canTransition(before.payout.status, "REQUIRES_PAYOUT_METHOD_DATA") &&
    error !== null &&
    troubleOf(error.reason) !== null &&
    link.host === "SERVICE" &&
    link.state === "CLAIMED" &&
    link.expireTime > now &&
    !isVoiding(before.voidRequest) &&
    after.attempts.length < limits.linkClaims
  );
}

function heardLate(before: PayoutAggregate, after: PayoutAggregate): PayoutAggregate {
  if (after.payout.status === "SUCCESS") return after;
  return untilExpiry({ ...after, payout: before.payout, link: before.link });
}

/** There is nothing to do before the link expires. Whoever holds the job gives it back. */
function untilExpiry(aggregate: PayoutAggregate): PayoutAggregate {
  const { job, link } = aggregate;
  if (link === null) return aggregate;
  return { ...aggregate, job: { runAt: link.expireTime, tries: 0, lease: job?.lease ?? null } };
}
