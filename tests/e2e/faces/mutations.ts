import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { ENDPOINT, PAYOUT, PERSON, type Shop, STRIPE_ACCOUNT } from "./shop.ts";

const { method } = PayoutService;

/** A call that changes something. */
export interface Mutation {
  readonly method: DescMethod;
  readonly request: (shop: Shop) => JsonObject | Promise<JsonObject>;
  /** Default: the shop's own key. */
  readonly key?: (shop: Shop) => string;
  /** What a repeat is answered, where that is not all of the first answer. */
  readonly repeated?: (first: JsonObject) => JsonObject;
}

/** What an API key is made of is told once, and stored nowhere to be told again. */
function withoutSecret({ apiKey }: JsonObject): JsonObject {
  return { apiKey: { ...(apiKey as JsonObject), secret: "" } };
}

/** And so is what webhooks are signed with. */
function withoutSigningSecret({ endpoint }: JsonObject): JsonObject {
  return { endpoint: { ...(endpoint as JsonObject), secret: "" } };
}

const webhooks = WebhookEndpointService.method;
const AMOUNT = { amount: PAYOUT["amount"] ?? null };

/** One for each method that changes something: idempotency.test.ts sees to that. */
export const MUTATIONS: readonly Mutation[] = [
  { method: method.create, request: () => PAYOUT },
  { method: method.stage, request: () => PAYOUT },
  {
    method: RoutingService.method.replaceRoutingRules,
    request: () => ({ rules: [{ name: "all", condition: "", connectors: ["sandbox"] }] }),
  },
  {
    method: method.transfer,
    request: async (shop) => ({ payoutId: await shop.payout({ fulfillment: "MANUAL" }) }),
  },
  { method: method.void, request: async (shop) => ({ payoutId: await shop.payout() }) },
  {
    method: method.resolve,
    request: async (shop) => ({
      payoutId: await shop.underReview(),
      resolution: "PAID",
      reason: "seen",
    }),
  },
  { method: method.createLink, request: () => AMOUNT },
  { method: method.createRecipient, request: () => PERSON },
  {
    method: method.enrollDisburseAccount,
    request: async (shop) => ({
      recipientId: await shop.recipient(),
      payoutMethodData: PAYOUT["payoutMethodData"] ?? null,
    }),
  },
  {
    method: RecipientService.method.updateRecipient,
    request: async (shop) => ({ recipientId: await shop.recipient(), email: "j@example.com" }),
  },
  {
    method: RecipientService.method.deleteDisburseAccount,
    request: async (shop) => ({ disburseAccountId: await shop.account(await shop.recipient()) }),
  },
  {
    method: RecipientService.method.setDefaultDisburseAccount,
    request: async (shop) => ({ disburseAccountId: await shop.account(await shop.recipient()) }),
  },
  {
    method: LinkService.method.revokeLink,
    request: async (shop) => ({ linkId: await shop.link() }),
  },
  {
    method: LinkService.method.resendLink,
    request: async (shop) => ({ linkId: await shop.link() }),
  },
  {
    method: AdminService.method.updateMerchant,
    request: ({ merchantId }) => ({ merchantId, accentColor: "#1f5fd1" }),
  },
  {
    method: AdminService.method.createMerchant,
    request: () => ({ name: "Another" }),
    key: ({ app: { apiKey } }) => apiKey,
  },
  {
    method: AdminService.method.createApiKey,
    request: () => ({ scopes: ["links"] }),
    repeated: withoutSecret,
  },
  {
    method: AdminService.method.rotateApiKey,
    request: async (shop) => ({ keyId: (await shop.apiKey()).keyId }),
    repeated: withoutSecret,
  },
  {
    method: AdminService.method.revokeApiKey,
    request: async (shop) => ({ keyId: (await shop.apiKey()).keyId, reason: "lost" }),
  },
  { method: ConnectorService.method.createConnectorAccount, request: () => STRIPE_ACCOUNT },
  {
    method: ConnectorService.method.updateConnectorAccount,
    request: async (shop) => ({
      connectorAccountId: await shop.connectorAccount(),
      settings: { secret_key: "sk_test_another4711" },
    }),
  },
  {
    method: ConnectorService.method.deleteConnectorAccount,
    request: async (shop) => ({ connectorAccountId: await shop.connectorAccount() }),
  },
  {
    method: webhooks.createWebhookEndpoint,
    request: () => ENDPOINT,
    repeated: withoutSigningSecret,
  },
  {
    method: webhooks.updateWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint(), state: "DISABLED" }),
  },
  {
    method: webhooks.deleteWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
  },
  {
    method: webhooks.rotateWebhookSecret,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
    repeated: withoutSigningSecret,
  },
  {
    method: webhooks.pingWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
  },
  {
    method: webhooks.redeliverWebhook,
    request: async (shop) => ({ deliveryId: await shop.delivery(await shop.endpoint()) }),
  },
  {
    method: webhooks.redeliverWebhooks,
    request: async (shop) => {
      const endpointId = await shop.endpoint();
      await shop.delivery(endpointId);
      return { endpointId };
    },
  },
  {
    method: SandboxService.method.settlePayout,
    request: async (shop) => ({ payoutId: await shop.payout() }),
  },
  {
    method: SandboxService.method.failPayout,
    request: async (shop) => ({ payoutId: await shop.payout() }),
  },
  {
    method: SandboxService.method.returnPayout,
    request: async (shop) => ({
      payoutId: await shop.payout({ metadata: { sandbox_scenario: "instant_success" } }),
    }),
  },
];
