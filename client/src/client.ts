import type { Interceptor } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-web";
import { AdminService } from "../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../gen/payout/v1/recipient_service_pb.js";
import { RoutingService } from "../../gen/payout/v1/routing_service_pb.js";
import { SandboxService } from "../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../gen/payout/v1/webhook_service_pb.js";
import { retrying } from "./retry.ts";
import { createServiceClient, type ServiceClient } from "./service-client.ts";
import { sleep } from "./sleep.ts";
import type { PayoutTransport } from "./transport.ts";

/** How long a call may take that says nothing of it (milliseconds). */
const TIMEOUT_MS = 30_000;
/** How often a call is repeated that can be. */
const RETRIES = 2;

export interface PayoutClientOptions {
  /** Where the service is, such as `https://payouts.example`; a path before the service's own is kept. */
  readonly baseUrl: string;
  /** Sent as `Authorization: Bearer`. Left out where something between here and the service adds it. */
  readonly apiKey?: string | undefined;
  /** How often a call is repeated at most that can be repeated safely: 0 to 10. 2 when nothing is said. */
  readonly retries?: number;
  /** How long a call may take, with its repeats, in milliseconds; 0 for no bound. 30000 when nothing is said. */
  readonly timeoutMs?: number;
  /** The protocol: Connect when nothing is said, or `grpc` or `grpcWeb`. */
  readonly transport?: PayoutTransport;
  /** Around every try of a call, for logs and traces. */
  readonly interceptors?: readonly Interceptor[];
  /** Used in place of the global one, such as one that goes through a proxy. */
  readonly fetch?: typeof globalThis.fetch;
}

/** The whole contract, a service each. */
export interface PayoutClient {
  readonly payouts: ServiceClient<typeof PayoutService>;
  readonly recipients: ServiceClient<typeof RecipientService>;
  readonly links: ServiceClient<typeof LinkService>;
  readonly events: ServiceClient<typeof EventService>;
  readonly webhookEndpoints: ServiceClient<typeof WebhookEndpointService>;
  readonly connectors: ServiceClient<typeof ConnectorService>;
  readonly routing: ServiceClient<typeof RoutingService>;
  readonly admin: ServiceClient<typeof AdminService>;
  readonly sandbox: ServiceClient<typeof SandboxService>;
}

/**
 * A client of the service at `baseUrl`. It connects when it is first called; keep one and share it.
 *
 * @throws TypeError for options that cannot be meant
 */
export function createPayoutClient(options: PayoutClientOptions): PayoutClient {
  const { baseUrl, apiKey, timeoutMs = TIMEOUT_MS, retries = RETRIES } = options;
  const { transport: connect = createConnectTransport, interceptors = [], fetch } = options;
  if (!URL.canParse(baseUrl) || !/^https?:$/.test(new URL(baseUrl).protocol)) {
    throw new TypeError("baseUrl must be the service's URL, such as http://127.0.0.1:8080");
  }
  if (apiKey !== undefined && !/^[!-~]+$/.test(apiKey)) {
    throw new TypeError("apiKey must be an API key, such as payout keys create prints");
  }
  if (!Number.isInteger(retries) || retries < 0 || retries > 10) {
    throw new TypeError("retries must be 0 to 10");
  }
  if (!(timeoutMs >= 0 && timeoutMs <= 2 ** 31 - 1)) {
    throw new TypeError("timeoutMs must be milliseconds, or 0 for no bound");
  }
  const transport = connect({
    baseUrl,
    interceptors: [
      retrying({ retries, sleep, random: Math.random }),
      ...(apiKey === undefined ? [] : [authorizing(apiKey)]),
      ...interceptors,
    ],
    ...(fetch === undefined ? {} : { fetch }),
  });
  return {
    payouts: createServiceClient(PayoutService, transport, timeoutMs),
    recipients: createServiceClient(RecipientService, transport, timeoutMs),
    links: createServiceClient(LinkService, transport, timeoutMs),
    events: createServiceClient(EventService, transport, timeoutMs),
    webhookEndpoints: createServiceClient(WebhookEndpointService, transport, timeoutMs),
    connectors: createServiceClient(ConnectorService, transport, timeoutMs),
    routing: createServiceClient(RoutingService, transport, timeoutMs),
    admin: createServiceClient(AdminService, transport, timeoutMs),
    sandbox: createServiceClient(SandboxService, transport, timeoutMs),
  };
}

function authorizing(apiKey: string): Interceptor {
  return (next) => (request) => {
    request.header.set("authorization", `Bearer ${apiKey}`);
    return next(request);
  };
}
