import type { DescMethod, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { ENDPOINT, PAYOUT, PERSON, STRIPE_ACCOUNT } from "../faces/shop.ts";
import type { Belongings } from "./belongings.ts";

/** What the one who tries has. */
export type Own = Pick<Belongings, "recipient" | "endpoint">;

/** What one merchant tries with what belongs to another. */
export interface Attack {
  readonly method: DescMethod;
  /** The field in which something of the other's is given; null: nothing is, it only looks around. */
  readonly field: string | null;
  /** What is given there. */
  readonly given?: (theirs: Belongings) => string;
  /** The rest of the request, which may need something of one's own. */
  readonly rest?: JsonObject | ((own: Own) => JsonObject);
  /** What it comes to; default: what is not refused has nothing of the other's in it. */
  readonly refused?: string;
}

const AMOUNT: JsonObject = { amount: PAYOUT["amount"] ?? null };
const METHOD: JsonObject = { payoutMethodData: PAYOUT["payoutMethodData"] ?? null };
const { method } = PayoutService;

type Kind = Exclude<keyof Belongings, "pages">;

const NOT_FOUND: Readonly<Partial<Record<Kind, string>>> = {
  merchant: "MERCHANT_NOT_FOUND",
  key: "API_KEY_NOT_FOUND",
  payout: "PAYOUT_NOT_FOUND",
  reference: "PAYOUT_NOT_FOUND",
  recipient: "RECIPIENT_NOT_FOUND",
  account: "DISBURSE_ACCOUNT_NOT_FOUND",
  link: "LINK_NOT_FOUND",
  event: "EVENT_NOT_FOUND",
  connectorAccount: "CONNECTOR_ACCOUNT_NOT_FOUND",
  endpoint: "WEBHOOK_ENDPOINT_NOT_FOUND",
  delivery: "WEBHOOK_DELIVERY_NOT_FOUND",
};

/** A name that must be the caller's own: another's is not found. */
function names(of: DescMethod, field: string, kind: Kind, rest: JsonObject = {}): Attack {
  const refused = NOT_FOUND[kind];
  if (refused === undefined) throw new Error(`${kind} is not looked up`);
  return { method: of, field, given: (theirs) => theirs[kind], rest, refused };
}

/** A filter, or a name that is the caller's own to give: another's is nothing to them. */
function filters(of: DescMethod, field: string, kind: Kind, rest: JsonObject = {}): Attack {
  return { method: of, field, given: (theirs) => theirs[kind], rest };
}

function page(of: DescMethod, rest: Attack["rest"] = {}): Attack {
  return {
    method: of,
    field: "pageToken",
    given: ({ pages }) => pages[of.name] ?? "",
    rest,
    refused: "INVALID_PAGE_TOKEN",
  };
}

const looksAround = (of: DescMethod, rest: JsonObject = {}): Attack => ({
  method: of,
  field: null,
  rest,
});

/** Another's account at a processor is no connector that there is. */
function paysWith(of: DescMethod, rest: JsonObject = {}): Attack {
  const refused = "VALIDATION_FAILED";
  return { method: of, field: "connector", given: (has) => has.connectorAccount, rest, refused };
}

const recipients = RecipientService.method;
const links = LinkService.method;
const events = EventService.method;
const connectors = ConnectorService.method;
const routing = RoutingService.method;
const admin = AdminService.method;
const sandbox = SandboxService.method;
const webhooks = WebhookEndpointService.method;

export const ATTACKS: readonly Attack[] = [
  names(method.create, "disburseAccountId", "account", AMOUNT),
  names(method.create, "recipientId", "recipient", AMOUNT),
  filters(method.create, "merchantPayoutId", "reference", PAYOUT),
  looksAround(method.list),
  filters(method.list, "recipientId", "recipient"),
  filters(method.list, "merchantPayoutId", "reference"),
  page(method.list),
  names(method.get, "payoutId", "payout"),
  names(method.get, "merchantPayoutId", "reference"),
  names(method.stage, "disburseAccountId", "account", AMOUNT),
  names(method.stage, "recipientId", "recipient", AMOUNT),
  filters(method.stage, "merchantPayoutId", "reference", PAYOUT),
  names(method.transfer, "payoutId", "payout"),
  names(method.void, "payoutId", "payout", { reason: "mine now" }),
  names(method.resolve, "payoutId", "payout", { resolution: "PAID", reason: "mine now" }),
  filters(method.createLink, "merchantPayoutId", "reference", AMOUNT),
  filters(method.createRecipient, "merchantRecipientId", "reference", PERSON),
  names(method.enrollDisburseAccount, "recipientId", "recipient", METHOD),
  names(method.watch, "afterEventId", "event"),
  filters(method.watch, "recipientId", "recipient"),
  filters(method.watch, "merchantPayoutId", "reference"),

  looksAround(recipients.listRecipients),
  filters(recipients.listRecipients, "merchantRecipientId", "reference"),
  page(recipients.listRecipients),
  names(recipients.getRecipient, "recipientId", "recipient"),
  names(recipients.updateRecipient, "recipientId", "recipient", { email: "b@example.com" }),
  names(recipients.listDisburseAccounts, "recipientId", "recipient"),
  page(recipients.listDisburseAccounts, ({ recipient }) => ({ recipientId: recipient })),
  names(recipients.getDisburseAccount, "disburseAccountId", "account"),
  names(recipients.deleteDisburseAccount, "disburseAccountId", "account"),
  names(recipients.setDefaultDisburseAccount, "disburseAccountId", "account"),

  looksAround(links.listLinks),
  filters(links.listLinks, "payoutId", "payout"),
  page(links.listLinks),
  names(links.getLink, "linkId", "link"),
  names(links.revokeLink, "linkId", "link", { reason: "mine now" }),
  names(links.resendLink, "linkId", "link", { reason: "mine now" }),

  looksAround(events.listEvents),
  filters(events.listEvents, "objectId", "payout"),
  filters(events.listEvents, "objectId", "recipient"),
  filters(events.listEvents, "objectId", "account"),
  filters(events.listEvents, "objectId", "link"),
  page(events.listEvents),
  names(events.getEvent, "eventId", "event"),

  looksAround(connectors.listConnectors),
  looksAround(connectors.getConnector, { connector: "sandbox" }),
  looksAround(connectors.getConnector, { connector: "stripe" }),
  looksAround(connectors.createConnectorAccount, STRIPE_ACCOUNT),
  looksAround(connectors.listConnectorAccounts),
  page(connectors.listConnectorAccounts),
  names(connectors.getConnectorAccount, "connectorAccountId", "connectorAccount"),
  names(connectors.updateConnectorAccount, "connectorAccountId", "connectorAccount", {
    enabled: false,
  }),
  names(connectors.deleteConnectorAccount, "connectorAccountId", "connectorAccount"),
  paysWith(method.create, PAYOUT),
  paysWith(method.stage, PAYOUT),
  paysWith(method.createLink, AMOUNT),
  paysWith(method.createRecipient, PERSON),
  paysWith(routing.previewRouting, AMOUNT),

  looksAround(routing.getRoutingRules),
  {
    method: routing.replaceRoutingRules,
    field: "etag",
    given: ({ etag }) => etag,
    rest: { rules: [] },
    refused: "ETAG_MISMATCH",
  },
  looksAround(routing.previewRouting, { ...AMOUNT, metadata: { a: "b" } }),

  looksAround(admin.createMerchant, { name: "Mine" }),
  names(admin.updateMerchant, "merchantId", "merchant", { name: "Mine", accentColor: "#000000" }),
  looksAround(admin.listMerchants),
  page(admin.listMerchants),
  names(admin.createApiKey, "merchantId", "merchant", { scopes: ["admin"] }),
  looksAround(admin.listApiKeys),
  filters(admin.listApiKeys, "merchantId", "merchant"),
  page(admin.listApiKeys),
  names(admin.rotateApiKey, "keyId", "key", { overlap: "0s" }),
  names(admin.revokeApiKey, "keyId", "key", { reason: "mine now" }),

  looksAround(webhooks.createWebhookEndpoint, ENDPOINT),
  looksAround(webhooks.listWebhookEndpoints),
  page(webhooks.listWebhookEndpoints),
  names(webhooks.getWebhookEndpoint, "endpointId", "endpoint"),
  names(webhooks.updateWebhookEndpoint, "endpointId", "endpoint", { state: "DISABLED" }),
  names(webhooks.deleteWebhookEndpoint, "endpointId", "endpoint"),
  names(webhooks.rotateWebhookSecret, "endpointId", "endpoint", { overlap: "0s" }),
  names(webhooks.pingWebhookEndpoint, "endpointId", "endpoint"),
  names(webhooks.listWebhookDeliveries, "endpointId", "endpoint"),
  {
    method: webhooks.listWebhookDeliveries,
    field: "eventId",
    given: ({ event }) => event,
    rest: ({ endpoint }) => ({ endpointId: endpoint }),
  },
  page(webhooks.listWebhookDeliveries, ({ endpoint }) => ({ endpointId: endpoint })),
  names(webhooks.redeliverWebhook, "deliveryId", "delivery"),
  names(webhooks.redeliverWebhooks, "endpointId", "endpoint", { includeDelivered: true }),
  {
    ...page(webhooks.redeliverWebhooks, ({ endpoint }) => ({ endpointId: endpoint })),
    given: ({ pages }) => pages[webhooks.listWebhookDeliveries.name] ?? "",
  },

  names(sandbox.settlePayout, "payoutId", "payout"),
  names(sandbox.failPayout, "payoutId", "payout"),
  names(sandbox.returnPayout, "payoutId", "payout"),
  looksAround(sandbox.listSandboxTransfers),
  filters(sandbox.listSandboxTransfers, "payoutId", "payout"),
  page(sandbox.listSandboxTransfers),
];

/** The request of an attack, with a value in its field. */
export function requestOf({ field, rest = {} }: Attack, own: Own, value: JsonValue): JsonObject {
  const others = typeof rest === "function" ? rest(own) : rest;
  return field === null ? others : { ...others, [field]: value };
}
