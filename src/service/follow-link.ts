import { createHash, timingSafeEqual } from "node:crypto";
import { ServiceError } from "../domain/errors.ts";
import type { PayoutLink } from "../domain/link.ts";
import type { Payout } from "../domain/payout.ts";
import type { StoredLink } from "../repository/repository.ts";
import { tokenHash } from "./link-token.ts";
import type { ServiceContext } from "./service-context.ts";

export type FollowedLink = StoredLink & { readonly payout: Payout };

/**
 * What the recipient's own browser may see of a link that it has claimed: the payout, however it has
 * ended. To everybody else such a link is like one that never was.
 *
 * @throws ServiceError LINK_NOT_FOUND
 */
export async function followLink(
  { repository, hash }: ServiceContext,
  { token, receipt }: { readonly token: string; readonly receipt: string },
): Promise<FollowedLink> {
  const found = await repository.links.findByTokenHash(tokenHash(token));
  if (found === null || !fits(receipt, receiptOf({ hash }, found.link))) {
    throw new ServiceError("LINK_NOT_FOUND");
  }
  const { merchantId, payoutId } = found.link;
  const aggregate = await repository.payouts.find(merchantId, { payoutId });
  if (aggregate === null) throw new ServiceError("LINK_NOT_FOUND");
  return { ...found, payout: aggregate.payout };
}

/** What a link's claim is known again by: given to the browser that made it; null before a claim. */
export async function issueReceipt(
  { repository, hash }: ServiceContext,
  token: string,
): Promise<string | null> {
  const found = await repository.links.findByTokenHash(tokenHash(token));
  return found === null ? null : receiptOf({ hash }, found.link);
}

/** Derived, and bound to one claim: who claims the link after it was opened again has another one. */
function receiptOf(
  { hash }: Pick<ServiceContext, "hash">,
  { linkId, tokenVersion, claimTime }: PayoutLink,
): string | null {
  if (claimTime === null) return null;
  return hash.text("link-receipt", `${linkId}.${tokenVersion}.${claimTime}`);
}

function fits(given: string, right: string | null): boolean {
  if (right === null) return false;
  const [a, b] = [given, right].map((text) => createHash("sha256").update(text).digest());
  return a !== undefined && b !== undefined && timingSafeEqual(a, b);
}
