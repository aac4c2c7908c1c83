import { ServiceError, validationFailed } from "../domain/errors.ts";
import type { PayoutEvent } from "../domain/event.ts";
import { parseId } from "../domain/id.ts";
import type { LinkState, PayoutLink } from "../domain/link.ts";
import type { Payout, PayoutStatus } from "../domain/payout.ts";
import type { DisburseAccount, Recipient, RecipientStatus } from "../domain/recipient.ts";
import type { Caller } from "./call.ts";
import { listPage, type Paged, type PageRequest } from "./paging.ts";
import { requireId } from "./require-id.ts";
import type { ServiceContext } from "./service-context.ts";

export interface PayoutListFilter {
  readonly status: readonly PayoutStatus[];
  readonly connector: string | null;
  readonly recipientId: string | null;
  readonly merchantPayoutId: string | null;
  readonly currency: string | null;
  readonly createTimeFrom: number | null;
  readonly createTimeTo: number | null;
}

/** The merchant's payouts, newest first. */
export function listPayouts(
  { repository, hash }: ServiceContext,
  { merchantId }: Caller,
  request: PayoutListFilter & PageRequest,
): Promise<Paged<Payout>> {
  const { pageSize, pageToken, ...rest } = request;
  if (rest.recipientId !== null) requireId("recipient", rest.recipientId, "recipient_id");
  const filter = { merchantId, ...rest };
  return listPage(
    hash,
    { pageSize, pageToken },
    ["payouts", filter],
    (page) => repository.payouts.list(filter, page),
    ({ createTime, payoutId }) => ({ createTime, id: payoutId }),
  );
}

/** The merchant's recipients, newest first. */
export function listRecipients(
  { repository, hash }: ServiceContext,
  { merchantId }: Caller,
  request: {
    readonly status: readonly RecipientStatus[];
    readonly merchantRecipientId: string | null;
  } & PageRequest,
): Promise<Paged<Recipient>> {
  const { pageSize, pageToken, ...rest } = request;
  const filter = { merchantId, ...rest };
  return listPage(
    hash,
    { pageSize, pageToken },
    ["recipients", filter],
    (page) => repository.recipients.list(filter, page),
    ({ createTime, recipientId }) => ({ createTime, id: recipientId }),
  );
}

/** @throws ServiceError RECIPIENT_NOT_FOUND */
export async function getRecipient(
  { repository }: ServiceContext,
  { merchantId }: Caller,
  recipientId: string,
): Promise<Recipient> {
  requireId("recipient", recipientId, "recipient_id");
  const recipient = await repository.recipients.find({ merchantId, recipientId });
  if (recipient === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
  return recipient;
}

/** A recipient's accounts, newest first. @throws ServiceError RECIPIENT_NOT_FOUND */
export function listDisburseAccounts(
  { repository, hash }: ServiceContext,
  { merchantId }: Caller,
  request: { readonly recipientId: string } & PageRequest,
): Promise<Paged<DisburseAccount>> {
  const { recipientId } = request;
  requireId("recipient", recipientId, "recipient_id");
  return listPage(
    hash,
    request,
    ["disburse-accounts", merchantId, recipientId],
    (page) => repository.accounts.list({ merchantId, recipientId }, page),
    ({ createTime, disburseAccountId }) => ({ createTime, id: disburseAccountId }),
  );
}

/** The merchant's links, newest first. */
export function listLinks(
  { repository, hash }: ServiceContext,
  { merchantId }: Caller,
  request: { readonly state: readonly LinkState[]; readonly payoutId: string | null } & PageRequest,
): Promise<Paged<PayoutLink>> {
  const { pageSize, pageToken, ...rest } = request;
  if (rest.payoutId !== null) requireId("payout", rest.payoutId, "payout_id");
  const filter = { merchantId, ...rest };
  return listPage(
    hash,
    { pageSize, pageToken },
    ["payout-links", filter],
    (page) => repository.links.list(filter, page),
    ({ createTime, linkId }) => ({ createTime, id: linkId }),
  );
}

/**
 * A link; with its url where the processor is the host and it can be claimed, since that may not have been
 * known when it was made.
 *
 * @throws ServiceError LINK_NOT_FOUND
 */
export async function getLink(
  { repository }: ServiceContext,
  { merchantId }: Caller,
  linkId: string,
): Promise<{ readonly link: PayoutLink; readonly url: string }> {
  requireId("link", linkId, "link_id");
  const link = await repository.links.find(merchantId, linkId);
  if (link === null) throw new ServiceError("LINK_NOT_FOUND");
  const isThere = link.host === "PROCESSOR" && link.state === "ACTIVE";
  return { link, url: (isThere ? await repository.links.url(link) : null) ?? "" };
}

/** The merchant's events, newest first. */
export function listEvents(
  { repository, hash }: ServiceContext,
  { merchantId }: Caller,
  request: {
    readonly type: readonly string[];
    readonly objectId: string | null;
    readonly createTimeFrom: number | null;
    readonly createTimeTo: number | null;
  } & PageRequest,
): Promise<Paged<PayoutEvent>> {
  const { pageSize, pageToken, ...rest } = request;
  if (rest.objectId !== null && parseId(rest.objectId) === undefined) {
    const message = "must be the id of a payout, recipient, disburse account or payout link";
    throw validationFailed([{ field: "object_id", message }]);
  }
  const filter = { merchantId, ...rest };
  return listPage(
    hash,
    { pageSize, pageToken },
    ["events", filter],
    (page) => repository.events.list(filter, page),
    ({ createTime, eventId }) => ({ createTime, id: eventId }),
  );
}

/** @throws ServiceError EVENT_NOT_FOUND */
export async function getEvent(
  { repository }: ServiceContext,
  { merchantId }: Caller,
  eventId: string,
): Promise<PayoutEvent> {
  requireId("event", eventId, "event_id");
  const event = await repository.events.find(merchantId, eventId);
  if (event === null) throw new ServiceError("EVENT_NOT_FOUND");
  return event;
}
