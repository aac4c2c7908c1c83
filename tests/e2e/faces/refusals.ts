import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import type { Refusal } from "./answer.ts";
import type { CallOptions } from "./face.ts";
import { field, PAYOUT, PERSON, type Shop } from "./shop.ts";

/** One call that is refused, the same by every face. */
export interface Refused {
  readonly name: string;
  readonly method: DescMethod;
  readonly request: (shop: Shop) => JsonObject | Promise<JsonObject>;
  readonly options?: (shop: Shop) => Partial<CallOptions>;
  /** Whose shop; default: a test merchant's. */
  readonly merchant?: "live";
  readonly told: Partial<Refusal["told"]>;
  /** The details beside, on RPC faces. */
  readonly rpc?: Partial<Refusal["rpc"]>;
  /** On REST. */
  readonly status: number;
  /** Whether the same call may succeed later, and after how many seconds; default: it may not. */
  readonly retrySeconds?: number;
  /** Rows that are stored all the same, by table; default: none. */
  readonly leaves?: Readonly<Record<string, number>>;
}

/** An id of each kind that nobody has. */
const NOBODYS = "01h455vb4pex5vsknk084sn02q";

const AMOUNT = PAYOUT["amount"] ?? null;
const { method } = PayoutService;
const webhooks = WebhookEndpointService.method;
const UNAUTHENTICATED = { code: "unauthenticated", violations: [], metadata: {} };
const VALIDATION = { code: "invalid_argument", reason: "VALIDATION_FAILED", metadata: {} };

const access: readonly Refused[] = [
  {
    name: "no key",
    method: method.create,
    request: () => PAYOUT,
    options: () => ({ key: null }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_MISSING" },
    status: 401,
  },
  {
    name: "no key on a read",
    method: EventService.method.listEvents,
    request: () => ({}),
    options: () => ({ key: null }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_MISSING" },
    status: 401,
  },
  {
    name: "an unknown key",
    method: method.create,
    request: () => PAYOUT,
    options: ({ key }) => ({ key: `${key}x` }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_INVALID" },
    status: 401,
  },
  {
    name: "a key of another form",
    method: method.list,
    request: () => ({}),
    options: () => ({ key: "pk_1" }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_INVALID" },
    status: 401,
  },
  {
    name: "a revoked key",
    method: method.list,
    request: () => ({}),
    options: ({ app }) => ({ key: app.addKey({ revokeTime: app.clock.now() }).key }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_INVALID" },
    status: 401,
  },
  {
    name: "an expired key",
    method: method.list,
    request: () => ({}),
    options: ({ app }) => ({ key: app.addKey({ expireTime: app.clock.now() }).key }),
    told: { ...UNAUTHENTICATED, reason: "API_KEY_INVALID" },
    status: 401,
  },
  {
    name: "a key without the scope, whatever is wrong with the request",
    method: method.create,
    request: () => ({}),
    options: ({ app }) => ({ key: app.addKey({ scopes: ["payouts:read", "links"] }).key }),
    told: {
      code: "permission_denied",
      reason: "SCOPE_MISSING",
      metadata: { required_scope: "payouts:write" },
      violations: [],
    },
    status: 403,
  },
  {
    name: "a merchant's making by who is no operator",
    method: AdminService.method.createMerchant,
    request: () => ({ name: "Mine" }),
    told: {
      code: "permission_denied",
      reason: "OPERATOR_REQUIRED",
      metadata: {},
      violations: [],
    },
    status: 403,
  },
];

/** What nobody has is not found: ids.test.ts and the isolation's tests try every field. */
function missing(of: DescMethod, reason: string, request: JsonObject): Refused {
  return {
    name: reason,
    method: of,
    request: () => request,
    told: { code: "not_found", reason, metadata: {}, violations: [] },
    rpc: { preconditions: [], retrySeconds: null },
    status: 404,
  };
}

const absent: readonly Refused[] = [
  missing(method.get, "PAYOUT_NOT_FOUND", { payoutId: `po_${NOBODYS}` }),
  missing(RecipientService.method.getRecipient, "RECIPIENT_NOT_FOUND", {
    recipientId: `rcp_${NOBODYS}`,
  }),
  missing(RecipientService.method.getDisburseAccount, "DISBURSE_ACCOUNT_NOT_FOUND", {
    disburseAccountId: `acct_${NOBODYS}`,
  }),
  missing(LinkService.method.getLink, "LINK_NOT_FOUND", { linkId: `plink_${NOBODYS}` }),
  missing(EventService.method.getEvent, "EVENT_NOT_FOUND", { eventId: `evt_${NOBODYS}` }),
  missing(AdminService.method.createApiKey, "MERCHANT_NOT_FOUND", {
    merchantId: `mer_${NOBODYS}`,
    scopes: ["links"],
  }),
  missing(AdminService.method.revokeApiKey, "API_KEY_NOT_FOUND", { keyId: `key_${NOBODYS}` }),
];

function invalid(
  name: string,
  of: DescMethod,
  request: JsonObject,
  ...violations: readonly (readonly [field: string, message: string])[]
): Refused {
  const told = violations.map(([path, message]) => ({ field: path, message }));
  return {
    name: `${of.name}: ${name}`,
    method: of,
    request: () => request,
    told: { ...VALIDATION, violations: told },
    status: 400,
  };
}

const ONE_DESTINATION = "give exactly one of disburse_account_id, recipient_id, payout_method_data";
const ISO_CODE = "must be an ISO 4217 code of three capital letters, such as EUR";
const REFERENCE = "must be 1 to 64 letters, digits and -_.:/";
const PAGE_SIZE = ["page_size", "must be at least 0 and at most 100"] as const;
const MANY = Object.fromEntries(Array.from({ length: 51 }, (_each, index) => [`k${index}`, "v"]));

function ach(changes: JsonObject): JsonObject {
  const { ach: good } = PAYOUT["payoutMethodData"] as { readonly ach: JsonObject };
  return { ...PAYOUT, payoutMethodData: { ach: { ...good, ...changes } } };
}

function money(minorAmount: string, currency = "USD"): JsonObject {
  return { ...PAYOUT, amount: { minorAmount, currency } };
}

const validation: readonly Refused[] = [
  invalid("no destination", method.create, { amount: AMOUNT }, [
    "disburse_account_id",
    ONE_DESTINATION,
  ]),
  invalid("two destinations", method.create, { ...PAYOUT, recipientId: "rcp_1" }, [
    "disburse_account_id",
    ONE_DESTINATION,
  ]),
  invalid("no amount", method.create, { ...PAYOUT, amount: null }, ["amount", "is required"]),
  invalid("nothing to pay", method.create, money("0"), [
    "amount.minor_amount",
    "must be greater than 0",
  ]),
  invalid("more than fits a double", method.create, money("9007199254740992"), [
    "amount.minor_amount",
    "must be at least 0 and at most 9007199254740991",
  ]),
  invalid("no such form of currency", method.create, money("1", "usd"), [
    "amount.currency",
    ISO_CODE,
  ]),
  invalid("no such currency", method.create, money("1", "ZZZ"), [
    "amount.currency",
    "must be the ISO 4217 code of an active currency, such as EUR",
  ]),
  invalid("a rail that does not pay the currency", method.create, money("1", "EUR"), [
    "amount.currency",
    "must be USD: the payout method ach pays in nothing else",
  ]),
  invalid("a bad reference", method.create, { ...PAYOUT, merchantPayoutId: "a b" }, [
    "merchant_payout_id",
    REFERENCE,
  ]),
  invalid("a connector's name that none has", method.create, { ...PAYOUT, connector: "acme" }, [
    "connector",
    "must name a connector that there is; ListConnectors lists them",
  ]),
  invalid("a long description", method.create, { ...PAYOUT, description: "x".repeat(501) }, [
    "description",
    "must be at most 500 characters long",
  ]),
  invalid("too much metadata", method.create, { ...PAYOUT, metadata: MANY }, [
    "metadata",
    "must have at most 50 entries",
  ]),
  invalid("a long key", method.create, { ...PAYOUT, metadata: { ["k".repeat(41)]: "v" } }, [
    "metadata",
    "a key must be 1 to 40 characters long",
  ]),
  invalid("a long value", method.create, { ...PAYOUT, metadata: { k: "v".repeat(501) } }, [
    "metadata",
    "a value must be at most 500 characters long",
  ]),
  invalid("a number that no enum has", method.create, { ...PAYOUT, priority: 99 }, [
    "priority",
    "must be one of the values of its enum",
  ]),
  invalid("a rail without data", method.create, { ...PAYOUT, payoutMethodData: {} }, [
    "payout_method_data.method",
    "is required",
  ]),
  {
    ...invalid("account data that is wrong", method.create, ach({ routingNumber: "110000001" })),
    told: {
      ...VALIDATION,
      violations: [
        {
          field: "payout_method_data.ach.routing_number",
          message: expectText("routing number"),
        },
      ],
    },
  },
  {
    ...invalid("neither what was found nor how", method.resolve, {}, [
      "resolution",
      "must be one of the values of its enum",
    ]),
    request: async (shop) => ({ payoutId: await shop.underReview() }),
    told: {
      ...VALIDATION,
      violations: [
        { field: "resolution", message: "must be one of the values of its enum" },
        { field: "reason", message: "is required" },
      ],
    },
  },
  invalid("a page too long", method.list, { pageSize: 101 }, PAGE_SIZE),
  invalid("a page too short", method.list, { pageSize: -1 }, PAGE_SIZE),
  invalid("a status that is none", method.list, { status: ["STATUS_UNSPECIFIED"] }, [
    "status[0]",
    "must be one of the values of its enum",
  ]),
  invalid("a page too long", RecipientService.method.listRecipients, { pageSize: 101 }, PAGE_SIZE),
  invalid("a page too long", LinkService.method.listLinks, { pageSize: 101 }, PAGE_SIZE),
  invalid("a page too long", EventService.method.listEvents, { pageSize: 101 }, PAGE_SIZE),
  invalid(
    "a page too long",
    SandboxService.method.listSandboxTransfers,
    { pageSize: 101 },
    PAGE_SIZE,
  ),
  invalid("no type", method.createRecipient, { email: "jane@example.com" }, [
    "type",
    "must be one of the values of its enum",
  ]),
  invalid(
    "two ends",
    method.createLink,
    { amount: AMOUNT, ttl: "60s", expireTime: "2040-01-01T00:00:00Z" },
    ["expire_time", "give at most one of expire_time, ttl"],
  ),
  invalid("an end too late", method.createLink, { amount: AMOUNT, ttl: "2592001s" }, [
    "ttl",
    "must be at most 30 days from now",
  ]),
  invalid("a way back that is no https", method.createLink, link("http://a.example/"), [
    "return_url",
    "must be an absolute https URL without user name and password",
  ]),
  invalid("an end in the past", method.createLink, { amount: AMOUNT, ttl: "0s" }, [
    "ttl",
    "must lie in the future",
  ]),
  invalid("a claim code too short", method.createLink, { amount: AMOUNT, claimCode: "123" }, [
    "claim_code",
    "must be 4 to 64 characters long",
  ]),
  invalid("no name", AdminService.method.createMerchant, {}, ["name", "is required"]),
  invalid("no scope", AdminService.method.createApiKey, {}, ["scopes", "is required"]),
  invalid(
    "an end in the past",
    AdminService.method.createApiKey,
    { scopes: ["links"], expireTime: "2000-01-01T00:00:00Z" },
    ["expire_time", "must be in the future"],
  ),
  invalid(
    "an overlap too long",
    AdminService.method.rotateApiKey,
    { keyId: `key_${NOBODYS}`, overlap: "2592001s" },
    ["overlap", "must be from 0 to 30 days (2592000s)"],
  ),
  invalid("a method twice", method.createLink, { amount: AMOUNT, allowedMethods: ["ACH", "ACH"] }, [
    "allowed_methods",
    "must not name anything twice",
  ]),
];

function link(returnUrl: string): JsonObject {
  return { amount: AMOUNT, returnUrl };
}

/** Any text with these words in it. */
function expectText(words: string): string {
  return { asymmetricMatch: (text: unknown) => String(text).includes(words) } as never;
}

const FAILED_PRECONDITION = { code: "failed_precondition", violations: [] };

const state: readonly Refused[] = [
  {
    name: "a step that the status does not allow",
    method: method.transfer,
    request: async (shop) => ({ payoutId: await shop.payout() }),
    told: {
      ...FAILED_PRECONDITION,
      reason: "PAYOUT_STATE_CONFLICT",
      metadata: { status: "PENDING" },
    },
    rpc: { preconditions: [{ type: "PAYOUT_STATE_CONFLICT", subject: "PENDING" }] },
    status: 409,
  },
  {
    name: "a resolution of what waits for no review",
    method: method.resolve,
    request: async (shop) => ({
      payoutId: await shop.payout(),
      resolution: "PAID",
      reason: "seen",
    }),
    told: {
      ...FAILED_PRECONDITION,
      reason: "PAYOUT_STATE_CONFLICT",
      metadata: { status: "PENDING", waiting_for: "SETTLEMENT" },
    },
    status: 409,
  },
  {
    name: "a void of what has ended",
    method: method.void,
    request: async (shop) => ({
      payoutId: await shop.payout({ metadata: { sandbox_scenario: "instant_success" } }),
    }),
    told: { ...FAILED_PRECONDITION, metadata: { status: "SUCCESS" } },
    status: 409,
  },
  {
    name: "another etag of a payout",
    method: method.transfer,
    request: async (shop) => ({
      payoutId: field(await shop.staged(), "payoutId"),
      etag: "v99",
    }),
    told: { code: "aborted", reason: "ETAG_MISMATCH", metadata: {}, violations: [] },
    rpc: { preconditions: [], retrySeconds: null },
    status: 412,
  },
  {
    name: "another etag of a recipient",
    method: RecipientService.method.updateRecipient,
    request: async (shop) => ({ recipientId: await shop.recipient(), email: "", etag: "v99" }),
    told: { code: "aborted", reason: "ETAG_MISMATCH" },
    status: 412,
  },
  {
    name: "an idempotency key that was used for another request",
    method: method.create,
    request: async (shop) => {
      await shop.get(method.create, PAYOUT, { idempotencyKey: "one" });
      return { ...PAYOUT, description: "another" };
    },
    options: () => ({ idempotencyKey: "one" }),
    told: { code: "invalid_argument", reason: "IDEMPOTENCY_KEY_REUSED", violations: [] },
    status: 422,
  },
  {
    name: "an idempotency key with a space",
    method: method.create,
    request: () => PAYOUT,
    options: () => ({ idempotencyKey: "a b" }),
    told: { code: "invalid_argument", reason: "IDEMPOTENCY_KEY_INVALID" },
    status: 400,
  },
  {
    name: "an idempotency key of 256 characters",
    method: method.createRecipient,
    request: () => PERSON,
    options: () => ({ idempotencyKey: "k".repeat(256) }),
    told: { code: "invalid_argument", reason: "IDEMPOTENCY_KEY_INVALID" },
    status: 400,
  },
  {
    name: "a reference that another payout has",
    method: method.create,
    request: async (shop) => {
      await shop.payout({ merchantPayoutId: "one" });
      return { ...PAYOUT, merchantPayoutId: "one" };
    },
    told: {
      code: "already_exists",
      reason: "PAYOUT_ALREADY_EXISTS",
      metadata: { payout_id: "<po>" },
    },
    status: 409,
  },
  {
    name: "a reference that another recipient has",
    method: method.createRecipient,
    request: async (shop) => {
      await shop.recipient({ merchantRecipientId: "one" });
      return { ...PERSON, merchantRecipientId: "one" };
    },
    told: {
      code: "already_exists",
      reason: "RECIPIENT_ALREADY_EXISTS",
      metadata: { recipient_id: "<rcp>" },
    },
    status: 409,
  },
  {
    name: "a recipient without an account",
    method: method.create,
    request: async (shop) => ({ amount: AMOUNT, recipientId: await shop.recipient() }),
    told: { ...FAILED_PRECONDITION, reason: "RECIPIENT_HAS_NO_ACCOUNT" },
    status: 400,
  },
  {
    name: "a connector that does not serve this merchant",
    method: method.create,
    merchant: "live",
    request: () => ({ ...PAYOUT, connector: "sandbox" }),
    told: { ...FAILED_PRECONDITION, reason: "CONNECTOR_UNSUPPORTED" },
    rpc: { preconditions: [] },
    status: 400,
  },
  {
    name: "no connector for this merchant at all",
    method: method.stage,
    merchant: "live",
    request: () => PAYOUT,
    told: { ...FAILED_PRECONDITION, reason: "CONNECTOR_UNSUPPORTED" },
    status: 400,
  },
  {
    name: "the sandbox, for a live merchant",
    method: SandboxService.method.listSandboxTransfers,
    merchant: "live",
    request: () => ({}),
    told: {
      ...FAILED_PRECONDITION,
      reason: "CONNECTOR_UNSUPPORTED",
      metadata: { connector: "sandbox", lacking: "livemode", serves: "test" },
    },
    status: 400,
  },
  {
    name: "a page token with another filter",
    method: method.list,
    request: async (shop) => {
      await shop.payout();
      await shop.payout();
      const { nextPageToken } = await shop.get(method.list, { pageSize: 1 });
      return { pageSize: 1, currency: "USD", pageToken: nextPageToken ?? null };
    },
    told: { code: "invalid_argument", reason: "INVALID_PAGE_TOKEN" },
    status: 400,
  },
  {
    name: "a page token of another list",
    method: RecipientService.method.listRecipients,
    request: async (shop) => {
      await shop.payout();
      await shop.payout();
      const { nextPageToken } = await shop.get(method.list, { pageSize: 1 });
      return { pageToken: nextPageToken ?? null };
    },
    told: { code: "invalid_argument", reason: "INVALID_PAGE_TOKEN" },
    status: 400,
  },
  {
    name: "a page token of the sandbox's ledger with another filter",
    method: SandboxService.method.listSandboxTransfers,
    request: async (shop) => {
      const payoutId = await shop.payout();
      await shop.payout();
      const list = SandboxService.method.listSandboxTransfers;
      const { nextPageToken } = await shop.get(list, { pageSize: 1 });
      return { payoutId, pageToken: nextPageToken ?? null };
    },
    told: { code: "invalid_argument", reason: "INVALID_PAGE_TOKEN" },
    status: 400,
  },
  {
    name: "rubbish as a page token",
    method: SandboxService.method.listSandboxTransfers,
    request: () => ({ pageToken: "rubbish" }),
    told: { code: "invalid_argument", reason: "INVALID_PAGE_TOKEN" },
    status: 400,
  },
  {
    name: "a connector that there is not",
    method: ConnectorService.method.getConnector,
    request: () => ({ connector: "acme" }),
    told: { code: "not_found", reason: "CONNECTOR_NOT_FOUND" },
    status: 404,
  },
  {
    name: "an account at a processor that there is not",
    method: ConnectorService.method.deleteConnectorAccount,
    request: () => ({ connectorAccountId: "cacct_01h455vb4pex5vsknk084sn02q" }),
    told: { code: "not_found", reason: "CONNECTOR_ACCOUNT_NOT_FOUND" },
    status: 404,
  },
  invalid(
    "an account at a connector that needs none",
    ConnectorService.method.createConnectorAccount,
    { connector: "sandbox" },
    [
      "connector",
      "must name a connector that works with accounts; ListConnectors lists what each needs",
    ],
  ),
  {
    name: "an account that lacks what it cannot do without",
    method: ConnectorService.method.createConnectorAccount,
    request: () => ({ connector: "wise", settings: { api_token: "token" } }),
    told: { code: "invalid_argument", reason: "VALIDATION_FAILED" },
    status: 400,
  },
  {
    name: "a webhook endpoint that there is not",
    method: webhooks.pingWebhookEndpoint,
    request: () => ({ endpointId: `we_${NOBODYS}` }),
    told: { code: "not_found", reason: "WEBHOOK_ENDPOINT_NOT_FOUND" },
    status: 404,
  },
  {
    name: "a webhook delivery that there is not",
    method: webhooks.redeliverWebhook,
    request: () => ({ deliveryId: `whd_${NOBODYS}` }),
    told: { code: "not_found", reason: "WEBHOOK_DELIVERY_NOT_FOUND" },
    status: 404,
  },
  {
    name: "a repeat to an endpoint that is disabled",
    method: webhooks.redeliverWebhooks,
    request: async (shop) => {
      const endpointId = await shop.endpoint();
      await shop.get(webhooks.updateWebhookEndpoint, { endpointId, state: "DISABLED" });
      return { endpointId };
    },
    told: { ...FAILED_PRECONDITION, reason: "WEBHOOK_ENDPOINT_DISABLED" },
    status: 409,
  },
  invalid(
    "an endpoint on this machine",
    webhooks.createWebhookEndpoint,
    { url: "https://127.1/hook" },
    ["url", "must lead to public addresses: private, local and reserved ones are not called"],
  ),
  invalid(
    "an endpoint in the clear",
    webhooks.createWebhookEndpoint,
    { url: "http://hooks.example/" },
    ["url", "must be an https URL"],
  ),
  invalid(
    "a type of event that there is not",
    webhooks.createWebhookEndpoint,
    { url: "https://hooks.example/", eventTypes: ["payout.*", "payout.suceeded"] },
    [
      "event_types[1]",
      "must be a type of event such as payout.succeeded, or a kind such as payout.*",
    ],
  ),
  {
    name: "a move that the sandbox's transfer does not allow",
    method: SandboxService.method.returnPayout,
    request: async (shop) => ({ payoutId: await shop.payout() }),
    told: { ...FAILED_PRECONDITION, reason: "SANDBOX_STATE_CONFLICT" },
    status: 409,
  },
  {
    name: "a rejected recipient",
    method: method.create,
    request: async (shop) => {
      const recipientId = await shop.recipient({
        connector: "sandbox",
        metadata: { sandbox_scenario: "decline" },
      });
      await shop.account(recipientId);
      return { amount: AMOUNT, recipientId };
    },
    told: {
      ...FAILED_PRECONDITION,
      reason: "RECIPIENT_REJECTED",
      metadata: { recipient_id: "<rcp>", disburse_account_id: "<acct>" },
    },
    status: 400,
  },
  {
    name: "a rotation of a key that was revoked",
    method: AdminService.method.rotateApiKey,
    request: async (shop) => {
      const { keyId } = await shop.apiKey();
      await shop.get(AdminService.method.revokeApiKey, { keyId });
      return { keyId };
    },
    told: { ...FAILED_PRECONDITION, reason: "API_KEY_ENDED", metadata: {} },
    rpc: { preconditions: [{ type: "API_KEY_ENDED", subject: "" }] },
    status: 409,
  },
  {
    name: "a processor that is down, in an operation that cannot wait",
    method: method.createRecipient,
    request: () => ({
      ...PERSON,
      connector: "sandbox",
      metadata: { sandbox_scenario: "unavailable" },
    }),
    told: { code: "unavailable", reason: "CONNECTOR_UNAVAILABLE", metadata: {}, violations: [] },
    rpc: { preconditions: [] },
    status: 503,
    retrySeconds: 1,
    // It is taken back when nothing was sent; that it was there for a while stays told.
    leaves: { events: 1 },
  },
  {
    name: "a link that was taken back already",
    method: LinkService.method.revokeLink,
    request: async (shop) => {
      const linkId = await shop.link();
      await shop.get(LinkService.method.revokeLink, { linkId });
      return { linkId };
    },
    told: {
      ...FAILED_PRECONDITION,
      reason: "LINK_STATE_CONFLICT",
      metadata: { state: "REVOKED" },
    },
    status: 409,
  },
  {
    name: "sending a link anew that was taken back",
    method: LinkService.method.resendLink,
    request: async (shop) => {
      const linkId = await shop.link();
      await shop.get(LinkService.method.revokeLink, { linkId });
      return { linkId };
    },
    told: {
      ...FAILED_PRECONDITION,
      reason: "LINK_STATE_CONFLICT",
      metadata: { state: "REVOKED" },
    },
    status: 409,
  },
];

export const REFUSALS: readonly Refused[] = [...access, ...absent, ...validation, ...state];
