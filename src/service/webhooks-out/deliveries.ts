import { ServiceError } from "../../domain/errors.ts";
import { decodeSnapshot } from "../../domain/snapshot.ts";
import type { WebhookDelivery, WebhookDeliveryState } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import type { PagePosition } from "../../repository/repository.ts";
import type { Redelivered } from "../../repository/webhooks.ts";
import { administered } from "../admin/reach.ts";
import type { Answer, Call, Caller } from "../call.ts";
import { findReplay } from "../find-replay.ts";
import { listPage, openToken, type Paged, type PageRequest, sealToken } from "../paging.ts";
import { requireId } from "../require-id.ts";
import type { ServiceContext } from "../service-context.ts";
import { getWebhookEndpoint } from "./endpoints.ts";

type Context = Pick<ServiceContext, "repository" | "hash">;

/** What was sent and is to be sent to an endpoint, newest first. @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND */
export async function listWebhookDeliveries(
  { repository, hash }: Context,
  caller: Caller,
  request: {
    readonly endpointId: string;
    readonly state: readonly WebhookDeliveryState[];
    readonly eventId: string | null;
  } & PageRequest,
): Promise<Paged<WebhookDelivery>> {
  const { endpointId, state, eventId } = request;
  if (eventId !== null) requireId("event", eventId, "event_id");
  await getWebhookEndpoint({ repository }, caller, endpointId);
  const filter = {
    merchantId: caller.merchantId,
    endpointId,
    state,
    eventId,
    createTimeFrom: null,
    createTimeTo: null,
  };
  return listPage(
    hash,
    request,
    ["webhook-deliveries", filter],
    (page) => repository.webhookDeliveries.list(filter, page),
    ({ createTime, deliveryId }) => ({ createTime, id: deliveryId }),
  );
}

/** @throws ServiceError VALIDATION_FAILED, WEBHOOK_DELIVERY_NOT_FOUND, WEBHOOK_ENDPOINT_DISABLED */
export async function redeliverWebhook(
  { repository }: Context,
  call: Call,
  deliveryId: string,
): Promise<Answer<WebhookDelivery>> {
  requireId("webhookDelivery", deliveryId, "delivery_id");
  const done = await repository.webhookDeliveries.redeliver(
    { merchantId: call.caller.merchantId, deliveryId },
    administered(call, "webhook_delivery.redeliver"),
  );
  if (done.kind === "stored") return { value: done.delivery, replayed: false };
  if (done.answer === null) throw new Error("a delivery's record is closed when it is made");
  return { value: decodeSnapshot<WebhookDelivery>(done.answer), replayed: true };
}

export interface RedeliverWebhooks {
  readonly endpointId: string;
  readonly createTimeFrom: number | null;
  readonly createTimeTo: number | null;
  readonly includeDelivered: boolean;
  readonly pageToken: string;
}

/** Asks for many again, the newest first, a bounded number with each call. */
export async function redeliverWebhooks(
  { repository, hash }: Context,
  call: Call,
  { endpointId, createTimeFrom, createTimeTo, includeDelivered, pageToken }: RedeliverWebhooks,
): Promise<Answer<{ readonly redelivered: number; readonly nextPageToken: string }>> {
  requireId("webhookEndpoint", endpointId, "endpoint_id");
  const { merchantId } = call.caller;
  const state: readonly WebhookDeliveryState[] = includeDelivered
    ? ["FAILED", "DELIVERED"]
    : ["FAILED"];
  const filter = { merchantId, endpointId, state, createTimeFrom, createTimeTo };
  const sealed = ["webhook-redelivery", filter];
  const tokenOf = (last: PagePosition | null) =>
    last === null ? "" : sealToken(hash, last, sealed);
  const earlier = await findReplay({ repository }, call);
  const done =
    earlier ??
    (await repository.webhookDeliveries.redeliverAll(
      filter,
      {
        limit: limits.webhooksOut.redelivered,
        after: pageToken === "" ? null : openToken(hash, pageToken, sealed),
      },
      administered(call, "webhook_endpoint.redeliver"),
    ));
  const { count, last } = done.kind === "stored" ? done : recordOf(done.answer);
  return {
    value: { redelivered: count, nextPageToken: tokenOf(last) },
    replayed: done.kind === "replay",
  };
}

function recordOf(answer: string | null): Redelivered {
  if (answer === null) throw new ServiceError("INTERNAL");
  return decodeSnapshot<Redelivered>(answer);
}
