import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AdminService } from "../../../gen/payout/v1/admin_service_pb.js";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { EventService } from "../../../gen/payout/v1/event_service_pb.js";
import { LinkService } from "../../../gen/payout/v1/link_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../../gen/payout/v1/recipient_service_pb.js";
import { SandboxService } from "../../../gen/payout/v1/sandbox_service_pb.js";
import { WebhookEndpointService } from "../../../gen/payout/v1/webhook_service_pb.js";
import { SERVICES } from "../../../src/app.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";
import type { Face } from "./face.ts";
import { openFaces } from "./open-faces.ts";
import { PAYOUT, Shop } from "./shop.ts";
import { withoutVolatile } from "./without-volatile.ts";

type Kind =
  | "payout"
  | "recipient"
  | "account"
  | "link"
  | "event"
  | "key"
  | "connectorAccount"
  | "endpoint"
  | "delivery";

/** What a merchant has, by kind. */
type Belongings = Readonly<Record<Kind, string>>;

interface Taker {
  readonly method: DescMethod;
  readonly field: string;
  readonly kind: Kind;
  /** The rest of a request that is right. */
  readonly rest?: JsonObject;
  /** The id is a filter: what is another's is not found by finding nothing. */
  readonly filters?: true;
}

const AMOUNT = { amount: PAYOUT["amount"] ?? null };
const METHOD = { payoutMethodData: PAYOUT["payoutMethodData"] ?? null };
const { method } = PayoutService;
const webhooks = WebhookEndpointService.method;

/** Every field of a request that takes an id. */
const TAKERS: readonly Taker[] = [
  { method: method.create, field: "disburseAccountId", kind: "account", rest: AMOUNT },
  { method: method.create, field: "recipientId", kind: "recipient", rest: AMOUNT },
  { method: method.stage, field: "disburseAccountId", kind: "account", rest: AMOUNT },
  { method: method.stage, field: "recipientId", kind: "recipient", rest: AMOUNT },
  { method: method.get, field: "payoutId", kind: "payout" },
  { method: method.transfer, field: "payoutId", kind: "payout" },
  { method: method.void, field: "payoutId", kind: "payout" },
  {
    method: method.resolve,
    field: "payoutId",
    kind: "payout",
    rest: { resolution: "PAID", reason: "seen" },
  },
  { method: method.enrollDisburseAccount, field: "recipientId", kind: "recipient", rest: METHOD },
  { method: method.list, field: "recipientId", kind: "recipient", filters: true },
  { method: RecipientService.method.getRecipient, field: "recipientId", kind: "recipient" },
  { method: RecipientService.method.updateRecipient, field: "recipientId", kind: "recipient" },
  { method: RecipientService.method.listDisburseAccounts, field: "recipientId", kind: "recipient" },
  {
    method: RecipientService.method.getDisburseAccount,
    field: "disburseAccountId",
    kind: "account",
  },
  {
    method: RecipientService.method.deleteDisburseAccount,
    field: "disburseAccountId",
    kind: "account",
  },
  {
    method: RecipientService.method.setDefaultDisburseAccount,
    field: "disburseAccountId",
    kind: "account",
  },
  { method: LinkService.method.listLinks, field: "payoutId", kind: "payout", filters: true },
  { method: LinkService.method.getLink, field: "linkId", kind: "link" },
  { method: LinkService.method.revokeLink, field: "linkId", kind: "link" },
  { method: LinkService.method.resendLink, field: "linkId", kind: "link" },
  { method: EventService.method.getEvent, field: "eventId", kind: "event" },
  {
    method: ConnectorService.method.getConnectorAccount,
    field: "connectorAccountId",
    kind: "connectorAccount",
  },
  {
    method: ConnectorService.method.updateConnectorAccount,
    field: "connectorAccountId",
    kind: "connectorAccount",
  },
  {
    method: ConnectorService.method.deleteConnectorAccount,
    field: "connectorAccountId",
    kind: "connectorAccount",
  },
  { method: AdminService.method.rotateApiKey, field: "keyId", kind: "key" },
  { method: AdminService.method.revokeApiKey, field: "keyId", kind: "key" },
  ...[
    webhooks.getWebhookEndpoint,
    webhooks.updateWebhookEndpoint,
    webhooks.deleteWebhookEndpoint,
    webhooks.rotateWebhookSecret,
    webhooks.pingWebhookEndpoint,
    webhooks.listWebhookDeliveries,
    webhooks.redeliverWebhooks,
  ].map((each) => ({ method: each, field: "endpointId", kind: "endpoint" }) as const),
  { method: webhooks.redeliverWebhook, field: "deliveryId", kind: "delivery" },
  { method: SandboxService.method.settlePayout, field: "payoutId", kind: "payout" },
  { method: SandboxService.method.failPayout, field: "payoutId", kind: "payout" },
  { method: SandboxService.method.returnPayout, field: "payoutId", kind: "payout" },
  {
    method: SandboxService.method.listSandboxTransfers,
    field: "payoutId",
    kind: "payout",
    filters: true,
  },
];

const NOT_FOUND: Readonly<Record<Kind, string>> = {
  payout: "PAYOUT_NOT_FOUND",
  recipient: "RECIPIENT_NOT_FOUND",
  account: "DISBURSE_ACCOUNT_NOT_FOUND",
  link: "LINK_NOT_FOUND",
  event: "EVENT_NOT_FOUND",
  key: "API_KEY_NOT_FOUND",
  connectorAccount: "CONNECTOR_ACCOUNT_NOT_FOUND",
  endpoint: "WEBHOOK_ENDPOINT_NOT_FOUND",
  delivery: "WEBHOOK_DELIVERY_NOT_FOUND",
};

const EXPECTED: Readonly<Record<Kind, string>> = {
  payout: "must be a payout id (po_...)",
  recipient: "must be a recipient id (rcp_...)",
  account: "must be a disburse account id (acct_...)",
  link: "must be a payout link id (plink_...)",
  event: "must be an event id (evt_...)",
  key: "must be an API key id (key_...)",
  connectorAccount: "must be a connector account id (cacct_...)",
  endpoint: "must be a webhook endpoint id (we_...)",
  delivery: "must be a webhook delivery id (whd_...)",
};

let app: TestApp;
let faces: readonly Face[];
let theirs: Belongings;
let shops: readonly Shop[];
beforeAll(async () => {
  app = await startTestApp();
  faces = openFaces(app);
  shops = faces.map((face) => new Shop(app, face));
  const [face] = faces;
  if (face === undefined) throw new Error("no face");
  const stranger = new Shop(app, face);
  const recipient = await stranger.recipient();
  const endpoint = await stranger.endpoint();
  theirs = {
    endpoint,
    delivery: await stranger.delivery(endpoint),
    recipient,
    account: await stranger.account(recipient),
    link: await stranger.link(),
    payout: await stranger.payout(),
    event: await stranger.event(),
    key: (await stranger.apiKey()).keyId,
    connectorAccount: await stranger.connectorAccount(),
  };
});
afterAll(async () => {
  for (const face of faces) face.close();
  await app.stop();
});

/** The same kind of id, which nobody has. */
function nobodys(id: string): string {
  return id.replace(/_.*/, "_01h455vb4pex5vsknk084sn02q");
}

describe("ids", () => {
  for (const { method, field, kind, rest, filters } of TAKERS) {
    const name = `${method.parent.name}.${method.name} ${field}`;
    const ask = (id: string) =>
      Promise.all(
        shops.map(async (shop) => {
          const answer = await shop.call(method, { ...rest, [field]: id });
          return withoutVolatile(answer.ok ? answer.message : answer.told);
        }),
      );

    test(`${name}: another merchant's is answered like nobody's`, async () => {
      const foreign = await ask(theirs[kind]);
      const none = await ask(nobodys(theirs[kind]));
      const [first] = none;
      if (filters !== true) {
        expect(first).toMatchObject({ code: "not_found", reason: NOT_FOUND[kind], violations: [] });
      }
      for (const each of [...foreign, ...none]) expect(each).toEqual(first);
    });

    test(`${name}: the wrong kind is refused, and the right one named`, async () => {
      const [other, words] =
        kind === "event" ? [theirs.payout, "a payout id"] : [theirs.event, "an event id"];
      const path = field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
      for (const [id, message] of [
        [other, `${EXPECTED[kind]}; ${words} was given`],
        ["canary-4711", EXPECTED[kind]],
      ] as const) {
        for (const each of await ask(id)) {
          expect(each).toMatchObject({
            code: "invalid_argument",
            reason: "VALIDATION_FAILED",
            violations: [{ field: path, message }],
          });
        }
      }
    });
  }

  test("and none is left out", () => {
    const named = new Set(TAKERS.map(({ method, field }) => `${method.input.typeName}.${field}`));
    const missing = SERVICES.flatMap(({ methods }) => methods).flatMap(({ input }) =>
      input.fields
        .map(({ jsonName }) => `${input.typeName}.${jsonName}`)
        .filter((field) => /Id$/.test(field) && !/merchant\w*Id$/.test(field) && !named.has(field)),
    );
    // Of any kind; the two of Watch, which flow.test.ts has; and a filter beside an id.
    expect(missing).toEqual([
      "payout.v1.WatchRequest.afterEventId",
      "payout.v1.WatchRequest.recipientId",
      "payout.v1.ListEventsRequest.objectId",
      "payout.v1.ListWebhookDeliveriesRequest.eventId",
    ]);
  });

  test("RPC: Get takes exactly one", async () => {
    for (const shop of shops.filter(({ face }) => face.name !== "REST")) {
      for (const request of [{}, { payoutId: theirs.payout, merchantPayoutId: "one" }]) {
        expect(await shop.call(method.get, request)).toMatchObject({
          told: {
            violations: [
              { field: "payout_id", message: "give exactly one of payout_id, merchant_payout_id" },
            ],
          },
        });
      }
    }
  });
});
