import { ServiceError } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import { decodeSnapshot } from "../domain/snapshot.ts";
import { auditNote } from "./audit-note.ts";
import type { Answer, Call } from "./call.ts";
import { linkToken, linkUrl, tokenHash } from "./link-token.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

/** A link with the address that it has from now on. */
export interface ResentLink {
  readonly link: PayoutLink;
  readonly url: string;
}

/**
 * Gives a link another address; the old one is dead. Unlocks it too: whoever tried codes at the old
 * address does not know the new one.
 *
 * @throws ServiceError LINK_NOT_FOUND, LINK_STATE_CONFLICT; CONNECTOR_UNSUPPORTED for a processor's own,
 * whose address is not ours to change
 */
export async function resendLink(
  context: ServiceContext,
  call: Call,
  { linkId, reason }: { readonly linkId: string; readonly reason: string },
): Promise<Answer<ResentLink>> {
  requireId("link", linkId, "link_id");
  const { repository, hash } = context;
  const { caller, claim, signal } = call;
  const found = await repository.links.find(caller.merchantId, linkId);
  if (found?.host === "PROCESSOR") {
    throw new ServiceError("CONNECTOR_UNSUPPORTED", {
      metadata: { lacking: "operation", host: found.host },
    });
  }
  const resent = await repository.links.resend(
    { merchantId: caller.merchantId, linkId },
    { claim, signal, ...auditNote(call, "payout_link.resend", reason) },
    (link) => tokenHash(linkToken(hash, link)),
  );
  if (resent.kind === "stored") return answered(resent.link, false);
  if (resent.answer === null) throw new Error("a resending's record is closed when it is made");
  return answered(decodeSnapshot<PayoutLink>(resent.answer), true);

  /** The address is derived and not stored, so a repeat is answered the same one. */
  function answered(link: PayoutLink, replayed: boolean): Answer<ResentLink> {
    return { value: { link, url: linkUrl(context, link) }, replayed };
  }
}
