import { ServiceError } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import { cancelHere } from "../engine/decisions/record-void.ts";
import { settleUnleased } from "../engine/decisions/schedule.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import { auditNote } from "./audit-note.ts";
import type { Answer, Call } from "./call.ts";
import { findReplay } from "./find-replay.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";
import { voidPayout } from "./void-payout.ts";

/**
 * Takes a link back; its payout is cancelled with it. One that is the processor's is taken back there.
 *
 * @throws ServiceError LINK_NOT_FOUND, LINK_STATE_CONFLICT, and of a processor's what Void throws
 */
export async function revokeLink(
  context: ServiceContext,
  call: Call,
  { linkId, reason }: { readonly linkId: string; readonly reason: string },
): Promise<Answer<PayoutLink>> {
  requireId("link", linkId, "link_id");
  const { repository, clock } = context;
  const { caller, claim, signal } = call;
  const { merchantId } = caller;
  const link = await repository.links.find(merchantId, linkId);
  if (link === null) throw new ServiceError("LINK_NOT_FOUND");
  if (link.host === "PROCESSOR") return revokeThere(context, call, link, reason);
  const changed = await repository.payouts.change(
    { merchantId, payoutId: link.payoutId },
    {
      claim,
      signal,
      close: claim === null ? null : { claim, answer: linkOf },
      ...auditNote(call, "payout_link.revoke", reason),
    },
    (current) => {
      const { state } = linkOf(current);
      if (state !== "ACTIVE")
        throw new ServiceError("LINK_STATE_CONFLICT", { metadata: { state } });
      const now = clock.now();
      return settleUnleased(cancelHere(current, now), now);
    },
  );
  if (changed.kind === "stored") return { value: linkOf(changed.aggregate), replayed: false };
  if (changed.answer === null) throw new Error("a revocation's record is closed when it is made");
  return { value: decodeSnapshot<PayoutLink>(changed.answer), replayed: true };
}

/** To take it back is to stop its payout, which the processor decides: it may just have been claimed. */
async function revokeThere(
  context: ServiceContext,
  call: Call,
  { merchantId, linkId, payoutId, state }: PayoutLink,
  reason: string,
): Promise<Answer<PayoutLink>> {
  const isNew = (await findReplay(context, call)) === null;
  if (isNew && state !== "ACTIVE") {
    throw new ServiceError("LINK_STATE_CONFLICT", { metadata: { state } });
  }
  const { replayed } = await voidPayout(context, call, { payoutId, reason });
  const link = await context.repository.links.find(merchantId, linkId);
  if (link === null) throw new ServiceError("LINK_NOT_FOUND");
  return { value: link, replayed };
}

function linkOf({ link }: PayoutAggregate): PayoutLink {
  if (link === null) throw new Error("a link's payout without its link");
  return link;
}
