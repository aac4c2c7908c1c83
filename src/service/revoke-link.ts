import { ServiceError } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import { cancelHere } from "../engine/decisions/record-void.ts";
import { settleUnleased } from "../engine/decisions/schedule.ts";
import type { PayoutAggregate } from "../repository/payout-aggregate.ts";
import { auditNote } from "./audit-note.ts";
import type { Answer, Call } from "./call.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

/**
 * Takes a link back; its payout is cancelled with it.
 *
 * @throws ServiceError LINK_NOT_FOUND, LINK_STATE_CONFLICT
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

function linkOf({ link }: PayoutAggregate): PayoutLink {
  if (link === null) throw new Error("a link's payout without its link");
  return link;
}
