import { createHash, timingSafeEqual } from "node:crypto";
import type { Branding } from "../domain/branding.ts";
import { ServiceError } from "../domain/errors.ts";
import { claimableState, type PayoutLink } from "../domain/link.ts";
import type { Payout, PayoutStatus } from "../domain/payout.ts";
import type { PayoutMethodKind } from "../domain/payout-method/index.ts";
import { type RecipientTrouble, troubleOf } from "../domain/recipient-trouble.ts";
import type { Logo, StoredLink } from "../repository/repository.ts";
import { offeredMethods } from "./link-methods.ts";
import { tokenHash } from "./link-token.ts";
import { PAGE_METHODS } from "./page-methods.ts";
import type { ServiceContext } from "./service-context.ts";

/** A browser that asks for a link. */
export interface LinkVisitor {
  readonly token: string;
  /** The IP address that it comes from. */
  readonly address: string;
  /** What it was given when it claimed the link; empty for every other browser. */
  readonly claimSecret: string;
}

interface Visited {
  readonly link: PayoutLink;
  readonly payout: Payout;
  readonly branding: Branding;
}

/** A link that can be claimed. */
export interface OpenVisit extends Visited {
  readonly kind: "open";
  readonly methods: readonly PayoutMethodKind[];
  /** Whether the recipient has to say who they are: the merchant has not. */
  readonly asksName: boolean;
  /** Why the account that was given before could not be paid; null for the first. */
  readonly trouble: RecipientTrouble | null;
}

/** What became of the money, for the one who claimed it. */
export interface ResultVisit extends Visited {
  readonly kind: "result";
  readonly result: ClaimResult;
}

/**
 * `RETURNED`: it was paid, and has come back. `FAILED`, `CANCELLED`, `EXPIRED`: it comes to nothing, and
 * only the merchant can help.
 */
export type ClaimResult = "UNDER_WAY" | "PAID" | "FAILED" | "RETURNED" | "CANCELLED" | "EXPIRED";

/**
 * What a browser is shown of a link. Unknown, used, expired, revoked and locked links look alike to
 * strangers; the browser that claimed a link sees what came of it.
 *
 * @throws ServiceError LINK_NOT_FOUND, LINK_TRIES_EXHAUSTED
 */
export async function visitLink(
  context: ServiceContext,
  visitor: LinkVisitor,
): Promise<OpenVisit | ResultVisit> {
  const found = await findLink(context, visitor);
  const { link } = found;
  const payout = await payoutOf(context, link);
  const visited = { link, payout, branding: lookOf(context, found, visitor.token) };
  if (claimableState(link, context.clock.now()) !== "ACTIVE") {
    return { ...visited, kind: "result", result: resultOf(payout.status) };
  }
  return {
    ...visited,
    kind: "open",
    methods: await offeredMethods(context, visited, PAGE_METHODS),
    asksName: found.hint === null,
    trouble: payout.error === null ? null : troubleOf(payout.error.reason),
  };
}

/** The logo of a link's merchant, for whoever may see the link. @throws ServiceError as visitLink */
export async function visitLogo(
  context: ServiceContext,
  visitor: LinkVisitor,
): Promise<Logo | null> {
  const { link, merchant } = await findLink(context, visitor);
  return merchant.logoTime === null ? null : context.repository.access.logo(link.merchantId);
}

/** The link of a token, if this visitor may see it. @throws ServiceError LINK_NOT_FOUND, LINK_TRIES_EXHAUSTED */
export async function findLink(
  { repository, clock, linkTries }: ServiceContext,
  { token, address, claimSecret }: LinkVisitor,
): Promise<StoredLink> {
  linkTries.check(address);
  const found = await repository.links.findByTokenHash(tokenHash(token));
  if (found === null) {
    linkTries.countToken(address);
    throw new ServiceError("LINK_NOT_FOUND");
  }
  const isOpen = claimableState(found.link, clock.now()) === "ACTIVE";
  if (!isOpen && !hasClaimed(found, claimSecret)) throw new ServiceError("LINK_NOT_FOUND");
  return found;
}

/** What is stored of what the browser that claims a link is given. */
export function claimSecretHash(claimSecret: string): string {
  return createHash("sha256").update(claimSecret).digest("hex");
}

function hasClaimed(found: StoredLink, claimSecret: string): boolean {
  if (found.claimSecretHash === null || claimSecret === "") return false;
  const given = Buffer.from(claimSecretHash(claimSecret));
  const stored = Buffer.from(found.claimSecretHash);
  return given.length === stored.length && timingSafeEqual(given, stored);
}

async function payoutOf({ repository }: ServiceContext, link: PayoutLink): Promise<Payout> {
  const { merchantId, payoutId } = link;
  const aggregate = await repository.payouts.find(merchantId, { payoutId });
  if (aggregate === null) throw new Error("a link without its payout");
  return aggregate.payout;
}

function lookOf({ publicUrl }: ServiceContext, { merchant }: StoredLink, token: string): Branding {
  const { name, accentColor, logoTime } = merchant;
  const base = new URL(publicUrl).pathname.replace(/\/$/, "");
  // The time makes it another address when the logo is another one: browsers keep the old one for a while.
  const logoPath = logoTime === null ? null : `${base}/l/${token}/logo?v=${logoTime}`;
  return { name, accentColor, logoPath };
}

const RESULTS: Readonly<Partial<Record<PayoutStatus, ClaimResult>>> = {
  SUCCESS: "PAID",
  REVERSED: "RETURNED",
  FAILED: "FAILED",
  CANCELLED: "CANCELLED",
  EXPIRED: "EXPIRED",
  INELIGIBLE: "FAILED",
};

/** What a claim has come to, by where its payout stands. */
export function resultOf(status: PayoutStatus): ClaimResult {
  return RESULTS[status] ?? "UNDER_WAY";
}
