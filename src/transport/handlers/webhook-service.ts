import { durationMs } from "@bufbuild/protobuf/wkt";
import type { ServiceImpl } from "@connectrpc/connect";
import { WebhookDelivery_State, WebhookEndpoint_State } from "../../../gen/payout/v1/webhook_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import type { WebhookDeliveryState } from "../../domain/webhook.ts";
import type { TargetRules } from "../../net/target.ts";
import type { ServiceContext } from "../../service/service-context.ts";
import {
  listWebhookDeliveries,
  redeliverWebhook,
  redeliverWebhooks,
} from "../../service/webhooks-out/deliveries.ts";
import {
  createWebhookEndpoint,
  deleteWebhookEndpoint,
  getWebhookEndpoint,
  listWebhookEndpoints,
  rotateWebhookSecret,
  updateWebhookEndpoint,
} from "../../service/webhooks-out/endpoints.ts";
import { pingWebhookEndpoint } from "../../service/webhooks-out/ping.ts";
import type { WebhookSender } from "../../service/webhooks-out/sender.ts";
import { fromEnum } from "../mapping/enums.ts";
import { fromTimestamp, orNull } from "../mapping/scalars.ts";
import { toWebhookDelivery, toWebhookEndpoint } from "../mapping/webhook.ts";
import { type CallReader, callerOf, unwrap } from "../read-call.ts";

/** WebhookEndpointService: translates, and leaves everything else to the use cases. */
export function webhookEndpointService({
  context: services,
  calls,
  sender,
  targets,
}: {
  readonly context: ServiceContext;
  readonly calls: CallReader;
  readonly sender: WebhookSender;
  readonly targets: TargetRules;
}): ServiceImpl<typeof WebhookEndpointService> {
  const { method } = WebhookEndpointService;
  const endpoints = { ...services, targets };
  const pings = { ...services, sender };
  return {
    createWebhookEndpoint: async (request, context) => {
      const call = calls.read(method.createWebhookEndpoint, request, context);
      const made = unwrap(await createWebhookEndpoint(endpoints, call, request), context);
      return { endpoint: toWebhookEndpoint(made.endpoint, made.secret) };
    },

    listWebhookEndpoints: async (request, context) => {
      const { items, nextPageToken } = await listWebhookEndpoints(
        services,
        callerOf(context),
        request,
      );
      return { endpoints: items.map((each) => toWebhookEndpoint(each)), nextPageToken };
    },

    getWebhookEndpoint: async ({ endpointId }, context) => ({
      endpoint: toWebhookEndpoint(
        await getWebhookEndpoint(services, callerOf(context), endpointId),
      ),
    }),

    updateWebhookEndpoint: async (request, context) => {
      const call = calls.read(method.updateWebhookEndpoint, request, context);
      const answer = await updateWebhookEndpoint(endpoints, call, {
        endpointId: request.endpointId,
        url: request.url ?? null,
        description: request.description ?? null,
        eventTypes: request.eventTypes,
        state: fromEnum(WebhookEndpoint_State, request.state),
        etag: orNull(request.etag),
      });
      return { endpoint: toWebhookEndpoint(unwrap(answer, context)) };
    },

    deleteWebhookEndpoint: async (request, context) => {
      const call = calls.read(method.deleteWebhookEndpoint, request, context);
      unwrap(await deleteWebhookEndpoint(endpoints, call, request.endpointId), context);
      return {};
    },

    rotateWebhookSecret: async (request, context) => {
      const call = calls.read(method.rotateWebhookSecret, request, context);
      const { endpointId, overlap } = request;
      const answer = await rotateWebhookSecret(endpoints, call, {
        endpointId,
        overlapMs: overlap === undefined ? null : Math.floor(durationMs(overlap)),
      });
      const { endpoint, secret } = unwrap(answer, context);
      return { endpoint: toWebhookEndpoint(endpoint, secret) };
    },

    pingWebhookEndpoint: async (request, context) => {
      const call = calls.read(method.pingWebhookEndpoint, request, context);
      const answer = await pingWebhookEndpoint(pings, call, request.endpointId);
      return { delivery: toWebhookDelivery(unwrap(answer, context)) };
    },

    listWebhookDeliveries: async (request, context) => {
      const { endpointId, pageSize, pageToken } = request;
      const { items, nextPageToken } = await listWebhookDeliveries(services, callerOf(context), {
        endpointId,
        state: request.state
          .map((state) => fromEnum<WebhookDeliveryState>(WebhookDelivery_State, state))
          .filter((state) => state !== null),
        eventId: orNull(request.eventId),
        pageSize,
        pageToken,
      });
      return { deliveries: items.map(toWebhookDelivery), nextPageToken };
    },

    redeliverWebhook: async (request, context) => {
      const call = calls.read(method.redeliverWebhook, request, context);
      const answer = await redeliverWebhook(services, call, request.deliveryId);
      return { delivery: toWebhookDelivery(unwrap(answer, context)) };
    },

    redeliverWebhooks: async (request, context) => {
      const call = calls.read(method.redeliverWebhooks, request, context);
      const answer = await redeliverWebhooks(services, call, {
        endpointId: request.endpointId,
        createTimeFrom: fromTimestamp(request.createTimeFrom),
        createTimeTo: fromTimestamp(request.createTimeTo),
        includeDelivered: request.includeDelivered,
        pageToken: request.pageToken,
      });
      return unwrap(answer, context);
    },
  };
}
