import type { JsonObject } from "@bufbuild/protobuf";
import { afterAll, beforeAll, expect, test } from "vitest";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { PayoutService } from "../../../gen/payout/v1/payout_service_pb.js";
import { RoutingService } from "../../../gen/payout/v1/routing_service_pb.js";
import { openWiseFake, type WiseFake } from "../../processors/wise/fake.ts";
import { restFace } from "../faces/rest-face.ts";
import { field, Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

const { method } = PayoutService;

let fake: WiseFake;
let app: TestApp;
let shop: Shop;
/** By name, the oldest first. */
const accounts: Record<"main" | "other" | "broken", string> = { main: "", other: "", broken: "" };

beforeAll(async () => {
  fake = await openWiseFake({ token: "good-token", balances: { GBP: 10n ** 9n } });
  app = await startTestApp({ connectors: { accounts: [], baseUrls: { wise: fake.http.url } } });
  shop = new Shop(app, restFace(app.url));
  const good = { api_token: "good-token", profile_id: String(fake.profile) };
  for (const [name, settings] of [
    ["main", good],
    ["other", good],
    ["broken", { ...good, api_token: "bad-token" }],
  ] as const) {
    accounts[name] = await shop.connectorAccount({ connector: "wise", name, settings });
  }
});
afterAll(async () => {
  await app.stop();
  await fake.close();
});

function payout(connector: string, minorAmount = "10000"): JsonObject {
  return {
    amount: { minorAmount, currency: "GBP" },
    destinationCurrency: "EUR",
    payoutMethodData: { sepa: { iban: "DE89370400440532013000", holderName: "Ada Lovelace" } },
    recipient: { type: "INDIVIDUAL", individual: { givenName: "Ada", familyName: "Lovelace" } },
    ...(connector === "" ? {} : { connector }),
  };
}

async function accountOf(request: JsonObject): Promise<unknown> {
  const answer = await shop.get(method.create, request);
  return (answer["payout"] as JsonObject)["connectorAccountId"];
}

test("a connector's name means the oldest account that is enabled, an id that very one", async () => {
  expect(await accountOf(payout("wise"))).toBe(accounts.main);
  expect(await accountOf(payout(accounts.other))).toBe(accounts.other);
  const update = ConnectorService.method.updateConnectorAccount;
  await shop.get(update, { connectorAccountId: accounts.main, enabled: false });
  expect(await accountOf(payout("wise"))).toBe(accounts.other);
  const refused = await shop.call(method.create, payout(accounts.main));
  expect(refused).toMatchObject({ ok: false, told: { violations: [{ field: "connector" }] } });
  await shop.get(update, { connectorAccountId: accounts.main, enabled: true });
});

test("rules choose between the merchant's accounts, and go on to the next one where the first cannot", async () => {
  await shop.get(RoutingService.method.replaceRoutingRules, {
    rules: [
      { name: "large", condition: "amount >= 50000", connectors: [accounts.other] },
      { name: "all", condition: "", connectors: [accounts.broken, accounts.main] },
    ],
  });
  expect(await accountOf(payout("", "60000"))).toBe(accounts.other);
  const created = (await shop.get(method.create, payout("")))["payout"] as JsonObject;
  const payoutId = field(created, "payoutId");
  await expect
    .poll(
      async () => {
        const request = { payoutId, sync: "STORED", view: "FULL" };
        const now = (await shop.get(method.get, request))["payout"] as JsonObject;
        const { candidates } = now["routing"] as { candidates: JsonObject[] };
        return candidates.map(({ connectorAccountId, verdict }) => [connectorAccountId, verdict]);
      },
      { timeout: 20_000 },
    )
    .toEqual([
      [accounts.broken, "UNREACHABLE"],
      [accounts.main, "CHOSEN"],
    ]);
});

test("a payout of several calls is answered when the last is made, and so is a repeat", async () => {
  const options = { idempotencyKey: "several-calls" };
  const request = payout(accounts.main, "12300");
  const first = await shop.get(method.create, request, options);
  expect(first["payout"]).toMatchObject({
    status: "INITIATED",
    waitingFor: { reason: "SETTLEMENT" },
  });
  expect(await shop.get(method.create, request, options)).toEqual(first);
});

test("each account tells how its own calls went", async () => {
  const of = ConnectorService.method.getConnectorAccount;
  const healthOf = async (connectorAccountId: string) => {
    const { connectorAccount } = await shop.get(of, { connectorAccountId });
    return (connectorAccount as JsonObject)["health"] as JsonObject;
  };
  expect(await healthOf(accounts.main)).toMatchObject({
    circuit: "CLOSED",
    lastSuccessTime: expect.any(String),
    lastErrorReason: "",
  });
  expect(await healthOf(accounts.broken)).toMatchObject({
    lastErrorTime: expect.any(String),
    lastErrorReason: expect.stringMatching(/^[A-Z_]+$/),
  });
});

test("an account in use is not removed; an idle one is, with its secrets", async () => {
  const of = ConnectorService.method.deleteConnectorAccount;
  expect(await shop.call(of, { connectorAccountId: accounts.main })).toMatchObject({
    ok: false,
    told: { reason: "CONNECTOR_ACCOUNT_IN_USE" },
  });
  expect((await shop.call(of, { connectorAccountId: accounts.broken })).ok).toBe(true);
  const gone = await shop.call(ConnectorService.method.getConnectorAccount, {
    connectorAccountId: accounts.broken,
  });
  expect(gone).toMatchObject({ ok: false, told: { reason: "CONNECTOR_ACCOUNT_NOT_FOUND" } });
});
