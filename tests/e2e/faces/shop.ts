import type { DescMethod, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { putUnderReview } from "../support/put-under-review.ts";
import type { TestApp } from "../support/start-app.ts";
import type { Answer } from "./answer.ts";
import type { CallOptions, Face } from "./face.ts";

/** What a payout needs at least, and ends as PENDING until somebody moves it. */
export const PAYOUT: JsonObject = {
  amount: { minorAmount: "1050", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "110000000",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
  },
  metadata: { sandbox_scenario: "manual" },
};

export const PERSON: JsonObject = {
  type: "INDIVIDUAL",
  individual: { givenName: "Jane", familyName: "Doe" },
  email: "jane@example.com",
};

/** An account at a processor; no call is ever made with it. */
export const STRIPE_ACCOUNT: JsonObject = {
  connector: "stripe",
  name: "Main",
  settings: { secret_key: "sk_test_canary4711", product_description: "Wages" },
};

/** An endpoint whose name leads nowhere: nothing is ever called. */
export const ENDPOINT: JsonObject = {
  url: "https://hooks.example/payouts",
  description: "Books",
  eventTypes: ["payout.succeeded", "recipient.*"],
};

/** A merchant that calls by one face. */
export class Shop {
  readonly face: Face;
  readonly app: TestApp;
  /** With every scope. */
  readonly key: string;
  readonly merchantId: string;

  constructor(app: TestApp, face: Face, merchant: "other" | "live" = "other") {
    this.app = app;
    this.face = face;
    const { key, merchantId } = app.addKey({ merchant });
    this.key = key;
    this.merchantId = merchantId;
  }

  call(
    method: DescMethod,
    request: JsonObject,
    options: Partial<CallOptions> = {},
  ): Promise<Answer> {
    return this.face.call(method, request, { key: this.key, ...options });
  }

  /** The resource of an answer that must be a success. */
  async get(method: DescMethod, request: JsonObject, options: Partial<CallOptions> = {}) {
    const answer = await this.call(method, request, options);
    if (!answer.ok) throw new Error(`${method.name}: ${JSON.stringify(answer.told)}`);
    return answer.message;
  }

  /** A payout's id. */
  async payout(changes: JsonObject = {}): Promise<string> {
    const { payout } = await this.get(PayoutService.method.create, { ...PAYOUT, ...changes });
    return field(payout, "payoutId");
  }

  /** A payout that only an operator can settle. */
  async underReview(): Promise<string> {
    const payoutId = await this.payout();
    putUnderReview(this.app.config, this.app.clock.now(), payoutId);
    return payoutId;
  }

  async staged(changes: JsonObject = {}): Promise<JsonValue> {
    const { payout } = await this.get(PayoutService.method.stage, { ...PAYOUT, ...changes });
    return payout ?? null;
  }

  async recipient(changes: JsonObject = {}): Promise<string> {
    const { method } = PayoutService;
    const { recipient } = await this.get(method.createRecipient, { ...PERSON, ...changes });
    return field(recipient, "recipientId");
  }

  async account(recipientId: string, accountNumber = "000123456789"): Promise<string> {
    const { ach } = PAYOUT["payoutMethodData"] as { ach: JsonObject };
    const { disburseAccount } = await this.get(PayoutService.method.enrollDisburseAccount, {
      recipientId,
      payoutMethodData: { ach: { ...ach, accountNumber } },
    });
    return field(disburseAccount, "disburseAccountId");
  }

  async link(changes: JsonObject = {}): Promise<string> {
    const { amount } = PAYOUT;
    const { link } = await this.get(PayoutService.method.createLink, {
      amount: amount ?? null,
      ...changes,
    });
    return field(link, "linkId");
  }

  /** A further API key, as the call that makes one answers it. */
  async apiKey(
    changes: JsonObject = {},
  ): Promise<{ readonly keyId: string; readonly secret: string }> {
    const request = { scopes: ["payouts:read"], ...changes };
    const { apiKey } = await this.get(AdminService.method.createApiKey, request);
    return { keyId: field(apiKey, "keyId"), secret: field(apiKey, "secret") };
  }

  /** The id of an account at a processor. */
  async connectorAccount(changes: JsonObject = {}): Promise<string> {
    const request = { ...STRIPE_ACCOUNT, ...changes };
    const { connectorAccount } = await this.get(
      ConnectorService.method.createConnectorAccount,
      request,
    );
    return field(connectorAccount, "connectorAccountId");
  }

  /** The id of a webhook endpoint. */
  async endpoint(changes: JsonObject = {}): Promise<string> {
    const { createWebhookEndpoint } = WebhookEndpointService.method;
    const { endpoint } = await this.get(createWebhookEndpoint, { ...ENDPOINT, ...changes });
    return field(endpoint, "endpointId");
  }

  /** The id of a delivery, which has failed. */
  async delivery(endpointId: string): Promise<string> {
    const { pingWebhookEndpoint } = WebhookEndpointService.method;
    const { delivery } = await this.get(pingWebhookEndpoint, { endpointId });
    return field(delivery, "deliveryId");
  }

  /** The id of the newest event. */
  async event(): Promise<string> {
    const { events } = await this.get(EventService.method.listEvents, { pageSize: 1 });
    return field((events as JsonValue[])[0], "eventId");
  }

  /** How many payouts there are. */
  async payouts(): Promise<number> {
    const { payouts } = await this.get(PayoutService.method.list, { pageSize: 100 });
    return (payouts as JsonValue[]).length;
  }
}

/** A field that is text, of an object. */
export function field(object: JsonValue | undefined, name: string): string {
  const value = (object as JsonObject | undefined)?.[name];
  if (typeof value !== "string") throw new Error(`no text ${name} in ${JSON.stringify(object)}`);
  return value;
}
