import type { MessageInitShape } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  WebhookDelivery_State,
  type WebhookDeliverySchema,
  WebhookEndpoint_DisabledReason,
  WebhookEndpoint_State,
  type WebhookEndpointSchema,
} from "../../../gen/payout/v1/webhook_pb.js";
import type { WebhookDelivery, WebhookEndpoint } from "../../domain/webhook.ts";
import { etagOf } from "../../service/etag.ts";
import { toEnum } from "./enums.ts";
import { toTimestamp } from "./scalars.ts";

/** @param secret only in the answer of the call that made it */
export function toWebhookEndpoint(
  endpoint: WebhookEndpoint,
  secret: string | null = null,
): MessageInitShape<typeof WebhookEndpointSchema> {
  const { disabledReason } = endpoint;
  return {
    endpointId: endpoint.endpointId,
    url: endpoint.url,
    description: endpoint.description,
    eventTypes: [...endpoint.eventTypes],
    state: toEnum(WebhookEndpoint_State, endpoint.state),
    disabledReason:
      disabledReason === null
        ? WebhookEndpoint_DisabledReason.DISABLED_REASON_UNSPECIFIED
        : toEnum(WebhookEndpoint_DisabledReason, disabledReason),
    secret: secret ?? "",
    failingSince: toTimestamp(endpoint.failingSince),
    createTime: toTimestamp(endpoint.createTime),
    updateTime: toTimestamp(endpoint.updateTime),
    livemode: endpoint.livemode,
    etag: etagOf(endpoint.version),
  };
}

export function toWebhookDelivery(
  delivery: WebhookDelivery,
): MessageInitShape<typeof WebhookDeliverySchema> {
  return {
    deliveryId: delivery.deliveryId,
    endpointId: delivery.endpointId,
    eventId: delivery.eventId,
    eventType: delivery.eventType,
    state: toEnum(WebhookDelivery_State, delivery.state),
    tries: delivery.tries,
    nextTryTime: toTimestamp(delivery.nextTryTime),
    attempts: delivery.attempts.map((attempt) => ({
      startTime: toTimestamp(attempt.startTime),
      duration: durationFromMs(attempt.durationMs),
      statusCode: attempt.statusCode ?? 0,
      errorReason: attempt.failure ?? "",
      requestHeaders: attempt.requestHeaders,
      answer: attempt.answer,
    })),
    createTime: toTimestamp(delivery.createTime),
    updateTime: toTimestamp(delivery.updateTime),
    livemode: delivery.livemode,
  };
}
