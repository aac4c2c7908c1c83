export { timestampDate, timestampFromDate } from "@bufbuild/protobuf/wkt";
export { Code, ConnectError } from "@connectrpc/connect";
export * from "../../gen/payout/v1/admin_pb.js";
export * from "../../gen/payout/v1/admin_service_pb.js";
export * from "../../gen/payout/v1/connector_service_pb.js";
export * from "../../gen/payout/v1/event_pb.js";
export * from "../../gen/payout/v1/event_service_pb.js";
export * from "../../gen/payout/v1/link_pb.js";
export * from "../../gen/payout/v1/link_service_pb.js";
export * from "../../gen/payout/v1/money_pb.js";
export * from "../../gen/payout/v1/payout_method_pb.js";
export * from "../../gen/payout/v1/payout_pb.js";
export * from "../../gen/payout/v1/payout_service_pb.js";
export * from "../../gen/payout/v1/recipient_pb.js";
export * from "../../gen/payout/v1/recipient_service_pb.js";
export * from "../../gen/payout/v1/routing_service_pb.js";
export * from "../../gen/payout/v1/sandbox_service_pb.js";
export * from "../../gen/payout/v1/webhook_pb.js";
export * from "../../gen/payout/v1/webhook_service_pb.js";
export { createPayoutClient, type PayoutClient, type PayoutClientOptions } from "./client.ts";
export { ERROR_REASONS, type ErrorReason } from "./error-reasons.ts";
export { type ErrorCode, type ErrorField, type PayoutError, payoutError } from "./payout-error.ts";
export type { PayoutCallOptions, ServiceClient } from "./service-client.ts";
export type { PayoutTransport, TransportOptions } from "./transport.ts";
export {
  verifyWebhook,
  type WebhookFault,
  type WebhookHeaders,
  WebhookVerificationError,
} from "./webhook.ts";
