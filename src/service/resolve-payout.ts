import type { Payout } from "../domain/payout.ts";
import { leadsThrough, type Resolution, resolveReview } from "../engine/decisions/resolve.ts";
import { settleUnleased } from "../engine/decisions/schedule.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import { replayPayout } from "./answer-payout.ts";
import type { Answer, Call } from "./call.ts";
import { checkEtag } from "./etag.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

export interface ResolvePayout {
  readonly payoutId: string;
  readonly resolution: Resolution;
  /** How the operator knows; kept for ever. */
  readonly reason: string;
  /** Null: whatever it is now. */
  readonly etag: string | null;
}

/**
 * Settles a payout under review by an operator's word, which is kept with who gave it and why.
 *
 * @throws ServiceError PAYOUT_NOT_FOUND, PAYOUT_STATE_CONFLICT, ETAG_MISMATCH
 */
export async function resolvePayout(
  context: ServiceContext,
  call: Call,
  { payoutId, resolution, reason, etag }: ResolvePayout,
): Promise<Answer<Payout>> {
  requireId("payout", payoutId, "payout_id");
  const { caller, claim, signal } = call;
  const { payouts } = context.repository;
  const ref = { merchantId: caller.merchantId, payoutId };
  const settle = (current: PayoutAggregate) => {
    const now = context.clock.now();
    return settleUnleased(resolveReview(current, resolution, now), now);
  };
  const found = await payouts.find(caller.merchantId, { payoutId });
  const takesTwo = found !== null && leadsThrough(found, resolution) !== undefined;
  const close = claim === null ? null : { claim, answer: ({ payout }: PayoutAggregate) => payout };
  const audit = {
    actor: caller.keyId,
    action: `payout.resolve.${resolution.toLowerCase()}`,
    reason,
  };
  const changed = await payouts.change(
    ref,
    { claim, signal, audit, close: takesTwo ? null : close },
    (current) => {
      checkEtag(etag, current.payout.version);
      return settle(current);
    },
  );
  if (changed.kind === "replay") return replayPayout(context, call, changed);
  if (!takesTwo) return { value: changed.aggregate.payout, replayed: false };
  const ended = await payouts.change(ref, { close }, (current) =>
    current.payout.waitingFor?.reason === "REVIEW" ? settle(current) : current,
  );
  const { aggregate } = ended.kind === "stored" ? ended : changed;
  return { value: aggregate.payout, replayed: false };
}
