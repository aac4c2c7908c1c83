import type { LinkState, PayoutLink } from "../../domain/link.ts";
import type { PayoutStatus } from "../../domain/payout.ts";
import type { PayoutAggregate } from "../../repository/payout-aggregate.ts";

type Follows = Readonly<Partial<Record<PayoutStatus, LinkState>>>;

/** What becomes of a link that can be claimed, by what becomes of its payout. */
const ACTIVE: Follows = {
  PENDING: "CLAIMED",
  SUCCESS: "CLAIMED",
  REVERSED: "CLAIMED",
  EXPIRED: "EXPIRED",
  CANCELLED: "REVOKED",
  FAILED: "REVOKED",
  INELIGIBLE: "REVOKED",
};

/**
 * What becomes of one that has been claimed at its processor, which may wait for another claim, or end it.
 * Of those of ours only a mended claim opens again (see `reopenLink`).
 */
const CLAIMED: Follows = {
  REQUIRES_PAYOUT_METHOD_DATA: "ACTIVE",
  EXPIRED: "EXPIRED",
  CANCELLED: "REVOKED",
};

/** Gives a payout's link the state that its status says. */
export function followPayout(aggregate: PayoutAggregate, now: number): PayoutAggregate {
  const { link, payout } = aggregate;
  const state = link === null ? null : stateAfter(link, payout.status);
  if (link === null || state === null || state === link.state) return aggregate;
  const claimTime = state === "CLAIMED" ? now : null;
  return { ...aggregate, link: { ...link, state, claimTime } };
}

function stateAfter({ state, host }: PayoutLink, status: PayoutStatus): LinkState {
  if (state === "ACTIVE") return ACTIVE[status] ?? state;
  return state === "CLAIMED" && host === "PROCESSOR" ? (CLAIMED[status] ?? state) : state;
}
