import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { field, type Shop } from "../faces/shop.ts";

/** In everything that a merchant can name for itself: whoever reads it reads that merchant's. */
export const CANARY = "canary4711";

/** One of everything that a merchant has. */
export interface Belongings {
  readonly merchant: string;
  readonly key: string;
  readonly payout: string;
  readonly reference: string;
  readonly recipient: string;
  readonly account: string;
  readonly link: string;
  readonly event: string;
  readonly connectorAccount: string;
  readonly endpoint: string;
  readonly delivery: string;
  /** Of the newest payout, at the processor. */
  readonly etag: string;
  /** The second page of a list, by its method's name. */
  readonly pages: Readonly<Record<string, string>>;
}

/** Every list, and what of the merchant it is asked for. */
export const LISTS: readonly {
  readonly method: DescMethod;
  readonly filter?: (has: Pick<Belongings, "recipient" | "endpoint">) => JsonObject;
}[] = [
  { method: PayoutService.method.list },
  { method: RecipientService.method.listRecipients },
  {
    method: RecipientService.method.listDisburseAccounts,
    filter: ({ recipient }) => ({ recipientId: recipient }),
  },
  { method: LinkService.method.listLinks },
  { method: EventService.method.listEvents },
  { method: AdminService.method.listApiKeys },
  { method: ConnectorService.method.listConnectorAccounts },
  { method: WebhookEndpointService.method.listWebhookEndpoints },
  {
    method: WebhookEndpointService.method.listWebhookDeliveries,
    filter: ({ endpoint }) => ({ endpointId: endpoint }),
  },
  { method: SandboxService.method.listSandboxTransfers },
];

/** Gives a merchant two of everything, so that each list has a second page. */
export async function furnish(shop: Shop): Promise<Belongings> {
  const recipient = await shop.recipient({ merchantRecipientId: CANARY, metadata: { a: CANARY } });
  await shop.recipient();
  const account = await shop.account(recipient);
  await shop.account(recipient, "000987654321");
  const named = { description: CANARY, metadata: { sandbox_scenario: "manual", a: CANARY } };
  const link = await shop.link(named);
  await shop.link(named);
  await shop.payout({ ...named, merchantPayoutId: `${CANARY}/0` });
  const reference = `${CANARY}/1`;
  const payout = await shop.payout({ ...named, merchantPayoutId: reference });
  await shop.connectorAccount({ name: CANARY });
  const connectorAccount = await shop.connectorAccount({ name: CANARY });
  await shop.endpoint({ description: CANARY });
  const endpoint = await shop.endpoint({ description: CANARY, eventTypes: ["payout.expired"] });
  await shop.delivery(endpoint);
  const delivery = await shop.delivery(endpoint);
  const { keyId } = await shop.apiKey({ name: CANARY });
  const rule = { name: CANARY, condition: `metadata.a == "${CANARY}"`, connectors: ["sandbox"] };
  const { routingRules } = await shop.get(RoutingService.method.replaceRoutingRules, {
    rules: [rule],
  });
  const pages = await Promise.all(
    LISTS.map(async ({ method, filter }) => {
      const request = { pageSize: 1, ...filter?.({ recipient, endpoint }) };
      const { nextPageToken } = await shop.get(method, request);
      if (typeof nextPageToken !== "string" || nextPageToken === "") {
        throw new Error(`${method.name} has one page only`);
      }
      return [method.name, nextPageToken] as const;
    }),
  );
  return {
    merchant: shop.merchantId,
    key: keyId,
    payout,
    reference,
    recipient,
    account,
    link,
    event: await shop.event(),
    connectorAccount,
    endpoint,
    delivery,
    etag: field(routingRules, "etag"),
    pages: Object.fromEntries(pages),
  };
}
