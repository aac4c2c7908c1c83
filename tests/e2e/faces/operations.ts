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
import { createConnectorModules } from "../../../src/connector-modules.ts";
import type { CallOptions } from "./face.ts";
import { ENDPOINT, PAYOUT, PERSON, type Shop, STRIPE_ACCOUNT } from "./shop.ts";

/** One call that succeeds, the same by every face. */
export interface Operation {
  readonly method: DescMethod;
  /** What is special about it, where a method has several. */
  readonly name?: string;
  /** Sets up what the call needs, by the same face, and says the request. */
  readonly request: (shop: Shop) => JsonObject | Promise<JsonObject>;
  /** Default: the shop's own key. */
  readonly options?: (shop: Shop) => Partial<CallOptions>;
  /** A part of the answer, with volatile values replaced. */
  readonly answers: JsonObject;
}

const ACH = PAYOUT["payoutMethodData"] ?? null;
const AMOUNT = PAYOUT["amount"] ?? null;
const INSTANT = { sandbox_scenario: "instant_success" };

const payout: readonly Operation[] = [
  {
    method: PayoutService.method.create,
    name: "with an account given inline",
    request: () => PAYOUT,
    answers: {
      payout: {
        payoutId: "<po>",
        merchantPayoutId: "",
        status: "PENDING",
        amount: { minorAmount: "1050", currency: "USD" },
        destinationCurrency: "USD",
        connector: "sandbox",
        payoutMethod: { kind: "ACH", last4: "6789" },
        priority: "PRIORITY_UNSPECIFIED",
        fulfillment: "AUTOMATIC",
        metadata: { sandbox_scenario: "manual" },
        waitingFor: { reason: "SETTLEMENT", who: "PROCESSOR" },
        livemode: false,
      },
    },
  },
  {
    method: PayoutService.method.create,
    name: "with everything",
    request: () => ({
      merchantPayoutId: "invoice/2026:7",
      amount: { minorAmount: "9007199254740991", currency: "USD" },
      destinationCurrency: "EUR",
      connector: "sandbox",
      payoutMethodData: { sepa: { iban: "DE89370400440532013000", holderName: "Jane Doe" } },
      recipient: PERSON,
      priority: "INSTANT",
      description: "Überweisung 你好",
      metadata: { ...INSTANT, "ключ \u{1F4B8}": "=&?/" },
    }),
    answers: {
      payout: {
        merchantPayoutId: "invoice/2026:7",
        status: "SUCCESS",
        amount: { minorAmount: "9007199254740991", currency: "USD" },
        destinationCurrency: "EUR",
        destinationAmount: { currency: "EUR" },
        priority: "INSTANT",
        description: "Überweisung 你好",
      },
    },
  },
  {
    method: PayoutService.method.create,
    name: "held, to a recipient's default account",
    request: async (shop) => {
      const recipientId = await shop.recipient();
      await shop.account(recipientId);
      return { amount: AMOUNT, recipientId, fulfillment: "MANUAL" };
    },
    answers: {
      payout: {
        status: "REQUIRES_FULFILLMENT",
        recipientId: "<rcp>",
        disburseAccountId: "<acct>",
        waitingFor: { reason: "FULFILLMENT", who: "CALLER" },
      },
    },
  },
  {
    method: PayoutService.method.create,
    name: "declined by the processor, which is no error",
    request: () => ({ ...PAYOUT, metadata: { sandbox_scenario: "decline" } }),
    answers: {
      payout: {
        status: "FAILED",
        error: { category: "CONNECTOR_DECLINED", reason: "INSUFFICIENT_FUNDS" },
      },
    },
  },
  {
    method: PayoutService.method.list,
    request: async (shop) => {
      await shop.payout({ merchantPayoutId: "one" });
      await shop.payout({ merchantPayoutId: "two" });
      await shop.payout({ metadata: INSTANT });
      return { status: ["PENDING", "FAILED"], currency: "USD", pageSize: 1 };
    },
    answers: { payouts: [{ merchantPayoutId: "two" }], nextPageToken: "<nextPageToken>" },
  },
  {
    method: PayoutService.method.get,
    request: async (shop) => ({
      payoutId: await shop.payout({ metadata: INSTANT }),
      sync: "FORCE",
      view: "FULL",
    }),
    answers: {
      payout: {
        status: "SUCCESS",
        attempts: [{ number: 1, state: "ACCEPTED", steps: [{ name: "transfer", tries: 1 }] }],
      },
    },
  },
  {
    method: PayoutService.method.stage,
    request: () => ({ ...PAYOUT, destinationCurrency: "USD", merchantPayoutId: "staged" }),
    answers: {
      payout: {
        status: "REQUIRES_CONFIRMATION",
        quote: {
          rate: "1",
          fee: { minorAmount: "0", currency: "USD" },
          destinationAmount: { minorAmount: "1050", currency: "USD" },
          expireTime: "<time>",
        },
      },
    },
  },
  {
    method: PayoutService.method.transfer,
    name: "of a staged payout, with its etag",
    request: async (shop) => {
      const { payoutId, etag } = (await shop.staged({ metadata: INSTANT })) as JsonObject;
      return { payoutId: payoutId ?? null, etag: etag ?? null, note: "seen" };
    },
    answers: { payout: { status: "SUCCESS" } },
  },
  {
    method: PayoutService.method.transfer,
    name: "of a held payout",
    request: async (shop) => ({ payoutId: await shop.payout({ fulfillment: "MANUAL" }) }),
    answers: { payout: { status: "PENDING", fulfillment: "MANUAL" } },
  },
  {
    method: PayoutService.method.void,
    request: async (shop) => ({ payoutId: await shop.payout(), reason: "a mistake" }),
    answers: { payout: { status: "CANCELLED" } },
  },
  {
    method: PayoutService.method.resolve,
    name: "as paid",
    request: async (shop) => ({
      payoutId: await shop.underReview(),
      resolution: "PAID",
      reason: "it is on the processor's statement",
    }),
    answers: { payout: { status: "SUCCESS" } },
  },
  {
    method: PayoutService.method.resolve,
    name: "as not paid",
    request: async (shop) => ({
      payoutId: await shop.underReview(),
      resolution: "NOT_PAID",
      reason: "the processor says so",
    }),
    answers: { payout: { status: "FAILED", error: { reason: "RESOLVED_AS_NOT_PAID" } } },
  },
  {
    method: PayoutService.method.createLink,
    request: () => ({
      amount: AMOUNT,
      allowedMethods: ["ACH", "VENMO"],
      ttl: "3600s",
      returnUrl: "https://shop.example/thanks",
      recipient: { email: "jane@example.com", ...PERSON },
      locale: "pt-BR",
      claimCode: "4711",
    }),
    answers: {
      payout: { status: "REQUIRES_PAYOUT_METHOD_DATA", linkId: "<plink>" },
      link: {
        linkId: "<plink>",
        state: "ACTIVE",
        payoutId: "<po>",
        allowedMethods: ["ACH", "VENMO"],
        locale: "pt-BR",
        requiresClaimCode: true,
      },
    },
  },
  {
    method: PayoutService.method.createRecipient,
    request: () => ({
      ...PERSON,
      phone: "+4915112345678",
      address: { lines: ["Hauptstr. 1"], city: "Berlin", postalCode: "10115", country: "DE" },
      merchantRecipientId: "jane",
      connector: "sandbox",
      metadata: { team: "blue" },
    }),
    answers: {
      recipient: {
        recipientId: "<rcp>",
        merchantRecipientId: "jane",
        type: "INDIVIDUAL",
        status: "ACTIVE",
        person: { city: "Berlin", country: "DE" },
        connectorRecipients: [{ connector: "sandbox", status: "ACTIVE" }],
        metadata: { team: "blue" },
      },
    },
  },
  {
    method: PayoutService.method.enrollDisburseAccount,
    request: async (shop) => ({
      recipientId: await shop.recipient(),
      payoutMethodData: ACH,
      connector: "sandbox",
    }),
    answers: {
      disburseAccount: {
        disburseAccountId: "<acct>",
        status: "VERIFIED",
        payoutMethod: { kind: "ACH", last4: "6789" },
        connectorAccounts: [{ connector: "sandbox", status: "VERIFIED" }],
        isDefault: true,
      },
    },
  },
];

const recipient: readonly Operation[] = [
  {
    method: RecipientService.method.listRecipients,
    request: async (shop) => {
      await shop.recipient();
      await shop.recipient({ merchantRecipientId: "jane" });
      return { status: ["ACTIVE"], merchantRecipientId: "jane" };
    },
    answers: { recipients: [{ merchantRecipientId: "jane" }], nextPageToken: "" },
  },
  {
    method: RecipientService.method.getRecipient,
    request: async (shop) => ({ recipientId: await shop.recipient() }),
    answers: { recipient: { type: "INDIVIDUAL", status: "ACTIVE", etag: "<etag>" } },
  },
  {
    method: RecipientService.method.updateRecipient,
    request: async (shop) => ({
      recipientId: await shop.recipient({ metadata: { a: "1", b: "2" } }),
      email: "",
      individual: { givenName: "Joan", familyName: "Roe" },
      metadata: { a: "", c: "3" },
    }),
    answers: { recipient: { person: { email: "" }, metadata: { b: "2", c: "3" } } },
  },
  {
    method: RecipientService.method.listDisburseAccounts,
    request: async (shop) => {
      const recipientId = await shop.recipient();
      await shop.account(recipientId);
      await shop.account(recipientId, "000987654321");
      return { recipientId, pageSize: 10 };
    },
    answers: {
      disburseAccounts: [
        { payoutMethod: { last4: "4321" }, isDefault: false },
        { payoutMethod: { last4: "6789" }, isDefault: true },
      ],
    },
  },
  {
    method: RecipientService.method.getDisburseAccount,
    request: async (shop) => ({ disburseAccountId: await shop.account(await shop.recipient()) }),
    answers: { disburseAccount: { status: "VERIFIED", isDefault: true } },
  },
  {
    method: RecipientService.method.deleteDisburseAccount,
    request: async (shop) => ({ disburseAccountId: await shop.account(await shop.recipient()) }),
    answers: {},
  },
  {
    method: RecipientService.method.setDefaultDisburseAccount,
    request: async (shop) => {
      const recipientId = await shop.recipient();
      await shop.account(recipientId);
      return { disburseAccountId: await shop.account(recipientId, "000987654321") };
    },
    answers: { disburseAccount: { payoutMethod: { last4: "4321" }, isDefault: true } },
  },
];

const link: readonly Operation[] = [
  {
    method: LinkService.method.listLinks,
    request: async (shop) => {
      await shop.link();
      await shop.link({ locale: "de" });
      return { state: ["ACTIVE"], pageSize: 1 };
    },
    answers: { links: [{ locale: "de", url: "" }], nextPageToken: "<nextPageToken>" },
  },
  {
    method: LinkService.method.getLink,
    request: async (shop) => ({ linkId: await shop.link() }),
    answers: { link: { state: "ACTIVE", url: "", requiresClaimCode: false } },
  },
  {
    method: LinkService.method.revokeLink,
    request: async (shop) => ({ linkId: await shop.link(), reason: "a mistake" }),
    answers: { link: { state: "REVOKED" } },
  },
  {
    method: LinkService.method.resendLink,
    request: async (shop) => ({
      linkId: await shop.link({ allowedOrigins: ["https://shop.example"] }),
      reason: "it went to the wrong person",
    }),
    answers: {
      link: {
        state: "ACTIVE",
        locked: false,
        allowedOrigins: ["https://shop.example"],
      },
    },
  },
];

const event: readonly Operation[] = [
  {
    method: EventService.method.listEvents,
    request: async (shop) => {
      await shop.recipient();
      const objectId = await shop.payout({ metadata: INSTANT });
      return { objectId, type: ["payout.succeeded", "payout.created"] };
    },
    answers: {
      events: [
        { type: "payout.succeeded", data: { payout: { status: "SUCCESS" } } },
        { type: "payout.created", sequence: 1, previousStatus: "", data: {} },
      ],
    },
  },
  {
    method: EventService.method.getEvent,
    request: async (shop) => {
      await shop.recipient();
      return { eventId: await shop.event() };
    },
    answers: { event: { eventId: "<evt>", data: { recipient: { recipientId: "<rcp>" } } } },
  },
];

const inert = {
  clock: { now: () => 0 },
};
const CONNECTOR_NAMES = [
  "sandbox",
  ...createConnectorModules(inert).modules.map(({ manifest }) => manifest.name),
].sort();

const connector: readonly Operation[] = [
  {
    method: ConnectorService.method.listConnectors,
    request: () => ({}),
    answers: {
      connectors: CONNECTOR_NAMES.map((name) => ({
        connector: name,
        available: name === "sandbox",
        missing: name === "sandbox" ? "" : "Store an account there with CreateConnectorAccount.",
      })),
    },
  },
  {
    method: ConnectorService.method.getConnector,
    request: () => ({ connector: "sandbox" }),
    answers: {
      connector: { displayName: "Sandbox", testOnly: true, currencies: [], settings: [] },
    },
  },
  {
    method: ConnectorService.method.getConnector,
    name: "with an account of the merchant",
    request: async (shop) => {
      await shop.connectorAccount();
      return { connector: "stripe" };
    },
    answers: {
      connector: {
        displayName: "Stripe",
        available: true,
        missing: "",
        connectorAccountId: "<cacct>",
        health: { circuit: "CLOSED", lastErrorReason: "" },
      },
    },
  },
  {
    method: ConnectorService.method.createConnectorAccount,
    request: () => STRIPE_ACCOUNT,
    answers: {
      connectorAccount: {
        connectorAccountId: "<cacct>",
        connector: "stripe",
        name: "Main",
        settings: { product_description: "Wages" },
        secrets: ["secret_key"],
        enabled: true,
        fromEnvironment: false,
        missing: [
          "webhook_secret",
          "connect_webhook_secret",
          "service_agreement",
          "reverse_paid_payouts",
        ],
        livemode: false,
        etag: "<etag>",
      },
    },
  },
  {
    method: ConnectorService.method.listConnectorAccounts,
    request: async (shop) => {
      await shop.connectorAccount();
      await shop.connectorAccount({ name: "Second" });
      return { connector: "stripe", pageSize: 1 };
    },
    answers: {
      connectorAccounts: [{ name: "Second", secrets: ["secret_key"] }],
      nextPageToken: "<nextPageToken>",
    },
  },
  {
    method: ConnectorService.method.getConnectorAccount,
    request: async (shop) => ({ connectorAccountId: await shop.connectorAccount() }),
    answers: { connectorAccount: { name: "Main", enabled: true } },
  },
  {
    method: ConnectorService.method.updateConnectorAccount,
    request: async (shop) => ({
      connectorAccountId: await shop.connectorAccount(),
      name: "Renamed",
      settings: { webhook_secret: "whsec_canary4711", product_description: "" },
      enabled: false,
    }),
    answers: {
      connectorAccount: {
        name: "Renamed",
        settings: {},
        secrets: ["secret_key", "webhook_secret"],
        enabled: false,
      },
    },
  },
  {
    method: ConnectorService.method.deleteConnectorAccount,
    request: async (shop) => ({ connectorAccountId: await shop.connectorAccount() }),
    answers: {},
  },
];

const RULE = { name: "small", condition: "amount < 2000", connectors: ["sandbox"] };

const routing: readonly Operation[] = [
  {
    method: RoutingService.method.getRoutingRules,
    request: () => ({}),
    answers: { routingRules: { rules: [], etag: "<etag>" } },
  },
  {
    method: RoutingService.method.replaceRoutingRules,
    request: () => ({ rules: [RULE], etag: "v0" }),
    answers: { routingRules: { rules: [RULE], etag: "<etag>", updateTime: "<time>" } },
  },
  {
    method: RoutingService.method.previewRouting,
    request: async (shop) => {
      await shop.get(RoutingService.method.replaceRoutingRules, { rules: [RULE] });
      return { amount: AMOUNT, method: "ACH", country: "US", priority: "FAST", metadata: INSTANT };
    },
    answers: {
      routing: {
        basis: "RULE",
        rule: "small",
        candidates: [{ connector: "sandbox", verdict: "CHOSEN", why: "" }],
        unevaluatedRules: [],
      },
    },
  },
];

const admin: readonly Operation[] = [
  {
    method: AdminService.method.createMerchant,
    options: ({ app }) => ({ key: app.apiKey }),
    request: () => ({ name: "Über & Söhne", livemode: true }),
    answers: {
      merchant: {
        merchantId: "<mer>",
        name: "Über & Söhne",
        livemode: true,
        operator: false,
        createTime: "<time>",
        logoUrl: "",
        accentColor: "",
        etag: "<etag>",
      },
    },
  },
  {
    method: AdminService.method.updateMerchant,
    request: ({ merchantId }) => ({
      merchantId,
      name: "Café",
      logoUrl: "",
      accentColor: "#1F5FD1",
    }),
    answers: {
      merchant: { name: "Café", logoUrl: "", accentColor: "#1f5fd1", etag: "<etag>" },
    },
  },
  {
    method: AdminService.method.listMerchants,
    request: () => ({ pageSize: 10 }),
    answers: {
      merchants: [{ merchantId: "<mer>", livemode: false, operator: false }],
      nextPageToken: "",
    },
  },
  {
    method: AdminService.method.createApiKey,
    request: () => ({
      name: "reports",
      scopes: ["payouts:read", "links"],
      expireTime: "2090-01-01T00:00:00Z",
    }),
    answers: {
      apiKey: {
        keyId: "<key>",
        merchantId: "<mer>",
        name: "reports",
        scopes: ["payouts:read", "links"],
        state: "ACTIVE",
        hint: "<hint>",
        livemode: false,
        expireTime: "<time>",
        secret: "<sk_test>",
      },
    },
  },
  {
    method: AdminService.method.listApiKeys,
    request: async (shop) => {
      await shop.apiKey({ name: "second" });
      return { merchantId: shop.merchantId, pageSize: 1 };
    },
    answers: {
      apiKeys: [{ name: "second", state: "ACTIVE", secret: "" }],
      nextPageToken: "<nextPageToken>",
    },
  },
  {
    method: AdminService.method.rotateApiKey,
    request: async (shop) => ({
      keyId: (await shop.apiKey({ name: "reports" })).keyId,
      overlap: "3600s",
      reason: "every quarter",
    }),
    answers: {
      apiKey: {
        name: "reports",
        scopes: ["payouts:read"],
        state: "ACTIVE",
        secret: "<sk_test>",
      },
    },
  },
  {
    method: AdminService.method.revokeApiKey,
    request: async (shop) => ({ keyId: (await shop.apiKey()).keyId, reason: "lost" }),
    answers: { apiKey: { state: "REVOKED", revokeTime: "<time>", secret: "" } },
  },
];

const sandbox: readonly Operation[] = [
  {
    method: SandboxService.method.settlePayout,
    request: async (shop) => ({ payoutId: await shop.payout() }),
    answers: { payout: { status: "SUCCESS" } },
  },
  {
    method: SandboxService.method.failPayout,
    request: async (shop) => ({ payoutId: await shop.payout(), reason: "ACCOUNT_NOT_FOUND" }),
    answers: { payout: { status: "FAILED", error: { reason: "ACCOUNT_NOT_FOUND" } } },
  },
  {
    method: SandboxService.method.returnPayout,
    request: async (shop) => ({ payoutId: await shop.payout({ metadata: INSTANT }) }),
    answers: { payout: { status: "REVERSED", error: { reason: "ACCOUNT_CLOSED" } } },
  },
  {
    method: SandboxService.method.listSandboxTransfers,
    request: async (shop) => {
      await shop.payout();
      return { payoutId: await shop.payout({ metadata: INSTANT }), pageSize: 10 };
    },
    answers: {
      transfers: [
        {
          payoutId: "<po>",
          amount: { minorAmount: "1050", currency: "USD" },
          state: "SETTLED",
          scenario: "instant_success",
        },
      ],
    },
  },
];

const FAILED_DELIVERY = {
  deliveryId: "<whd>",
  endpointId: "<we>",
  eventId: "<evt>",
  eventType: "webhook_endpoint.ping",
  state: "FAILED",
  tries: 1,
  attempts: [
    {
      startTime: "<time>",
      duration: "<duration>",
      statusCode: 0,
      errorReason: "NAME_NOT_RESOLVED",
      requestHeaders: { "webhook-id": "<evt>", "webhook-timestamp": "<webhook-timestamp>" },
      answer: "",
    },
  ],
};

const webhooks = WebhookEndpointService.method;
const webhook: readonly Operation[] = [
  {
    method: webhooks.createWebhookEndpoint,
    request: () => ENDPOINT,
    answers: {
      endpoint: {
        ...ENDPOINT,
        endpointId: "<we>",
        state: "ENABLED",
        secret: "<whsec>",
        livemode: false,
        etag: "<etag>",
      },
    },
  },
  {
    method: webhooks.listWebhookEndpoints,
    request: async (shop) => {
      await shop.endpoint();
      await shop.endpoint({ description: "Second" });
      return { pageSize: 1 };
    },
    answers: {
      endpoints: [{ description: "Second", secret: "" }],
      nextPageToken: "<nextPageToken>",
    },
  },
  {
    method: webhooks.getWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
    answers: { endpoint: { ...ENDPOINT, secret: "" } },
  },
  {
    method: webhooks.updateWebhookEndpoint,
    request: async (shop) => ({
      endpointId: await shop.endpoint(),
      url: "https://other.example",
      description: "",
      eventTypes: ["*"],
      state: "DISABLED",
      etag: "v1",
    }),
    answers: {
      endpoint: {
        url: "https://other.example/",
        description: "",
        eventTypes: [],
        state: "DISABLED",
        disabledReason: "BY_CALLER",
        secret: "",
      },
    },
  },
  {
    method: webhooks.deleteWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
    answers: {},
  },
  {
    method: webhooks.rotateWebhookSecret,
    request: async (shop) => ({ endpointId: await shop.endpoint(), overlap: "3600s" }),
    answers: { endpoint: { ...ENDPOINT, secret: "<whsec>" } },
  },
  {
    method: webhooks.pingWebhookEndpoint,
    request: async (shop) => ({ endpointId: await shop.endpoint() }),
    answers: { delivery: FAILED_DELIVERY },
  },
  {
    method: webhooks.listWebhookDeliveries,
    request: async (shop) => {
      const endpointId = await shop.endpoint();
      await shop.delivery(endpointId);
      await shop.delivery(endpointId);
      return { endpointId, state: ["FAILED", "DELIVERED"], pageSize: 1 };
    },
    answers: { deliveries: [FAILED_DELIVERY], nextPageToken: "<nextPageToken>" },
  },
  {
    method: webhooks.redeliverWebhook,
    request: async (shop) => ({ deliveryId: await shop.delivery(await shop.endpoint()) }),
    answers: { delivery: { ...FAILED_DELIVERY, state: "PENDING", tries: 0 } },
  },
  {
    method: webhooks.redeliverWebhooks,
    request: async (shop) => {
      const endpointId = await shop.endpoint();
      await shop.delivery(endpointId);
      await shop.delivery(endpointId);
      return { endpointId, createTimeFrom: "2020-01-01T00:00:00Z", includeDelivered: true };
    },
    answers: { redelivered: 2, nextPageToken: "" },
  },
];

/** Every operation, but for Watch, which streams. */
export const OPERATIONS: readonly Operation[] = [
  ...payout,
  ...recipient,
  ...link,
  ...event,
  ...connector,
  ...routing,
  ...webhook,
  ...admin,
  ...sandbox,
];
