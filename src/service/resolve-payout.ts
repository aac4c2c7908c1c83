import type { Payout } from "../domain/payout.ts";
import { type Resolution, resolveReview } from "../engine/decisions/resolve.ts";
import { settleUnleased } from "../engine/decisions/schedule.ts";
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
  const changed = await context.repository.payouts.change(
    { merchantId: caller.merchantId, payoutId },
    {
      claim,
      signal,
      close: claim === null ? null : { claim, answer: ({ payout }) => payout },
      audit: { actor: caller.keyId, action: `payout.resolve.${resolution.toLowerCase()}`, reason },
    },
    (current) => {
      checkEtag(etag, current.payout.version);
      const now = context.clock.now();
      return settleUnleased(resolveReview(current, resolution, now), now);
    },
  );
  if (changed.kind === "replay") return replayPayout(context, call, changed);
  return { value: changed.aggregate.payout, replayed: false };
}
