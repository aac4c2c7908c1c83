import { expect, onTestFinished, test } from "vitest";
import { ConnectorService } from "../../../gen/payout/v1/connector_service_pb.js";
import { ConfigError, readConfig } from "../../../src/config.ts";
import { createConnectorModules } from "../../../src/connector-modules.ts";
import { openFaces } from "../faces/open-faces.ts";
import { Shop } from "../faces/shop.ts";
import { startTestApp, type TestApp } from "../support/start-app.ts";

const { method } = ConnectorService;
const { modules } = createConnectorModules({
  clock: { now: () => 0 },
});

const WISE = {
  PAYOUT_CONNECTOR_WISE_API_TOKEN: "canary-4711-token",
  PAYOUT_CONNECTOR_WISE_PROFILE_ID: "42",
  PAYOUT_CONNECTOR_WISE_BASE_URL: "http://127.0.0.1:9/",
};

function settingsOf(environment: Readonly<Record<string, string>>) {
  return readConfig(environment, undefined, modules).connectors;
}

function faultsOf(environment: Readonly<Record<string, string>>): readonly string[] {
  try {
    settingsOf(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
  }
  throw new Error("there are no faults");
}

test("an account is read from the environment, with the address of its processor", () => {
  expect(settingsOf(WISE)).toEqual({
    accounts: [
      { connector: "wise", settings: { api_token: "canary-4711-token", profile_id: "42" } },
    ],
    baseUrls: { wise: "http://127.0.0.1:9" },
  });
});

test("what is wrong is said by the names of the settings, and never by their values", () => {
  const { PAYOUT_CONNECTOR_WISE_API_TOKEN } = WISE;
  const faults = faultsOf({
    PAYOUT_CONNECTOR_WISE_API_TOKEN,
    PAYOUT_CONNECTOR_WISE_BASE_URL: "http://wise.example",
    PAYOUT_CONNECTOR_WISE_PASSWORD: "canary-4711",
    PAYOUT_CONNECTOR_ACME_API_TOKEN: "canary-4711",
  });
  expect(faults).toEqual([
    "PAYOUT_CONNECTOR_WISE_BASE_URL must be an https URL without a query (http on this machine only)",
    expect.stringMatching(/^PAYOUT_CONNECTOR_WISE_PROFILE_ID is required\. /),
    "PAYOUT_CONNECTOR_ACME_API_TOKEN is not a setting of this version",
    "PAYOUT_CONNECTOR_WISE_PASSWORD is not a setting of this version",
  ]);
  expect(faults.join()).not.toContain("canary");
});

async function start(environment: Readonly<Record<string, string>>): Promise<TestApp> {
  const app = await startTestApp({ connectors: settingsOf(environment) });
  onTestFinished(() => app.stop());
  return app;
}

/** The first merchant's accounts, as REST tells them. */
async function accountsOf(app: TestApp) {
  const faces = openFaces(app);
  try {
    const face = faces.find(({ name }) => name === "REST");
    if (face === undefined) throw new Error("no REST");
    const answer = await face.call(method.listConnectorAccounts, {}, { key: app.apiKey });
    if (!answer.ok) throw new Error(JSON.stringify(answer.told));
    return answer.message["connectorAccounts"] as Record<string, unknown>[];
  } finally {
    for (const face of faces) face.close();
  }
}

test("it is the first merchant's, follows its settings, and is disabled without them", async () => {
  const app = await start(WISE);
  const [first, ...more] = await accountsOf(app);
  expect(more).toEqual([]);
  expect(first).toMatchObject({
    connector: "wise",
    fromEnvironment: true,
    enabled: true,
    settings: { profile_id: "42" },
    secrets: ["api_token"],
    etag: "v1",
  });

  await app.restart();
  expect(await accountsOf(app)).toEqual([
    { ...first, webhookUrl: expect.any(String), health: expect.any(Object) },
  ]);

  const { PAYOUT_CONNECTOR_WISE_PROFILE_ID: _, ...rest } = WISE;
  const changed = { ...rest, PAYOUT_CONNECTOR_WISE_PROFILE_ID: "43" };
  await app.restart({ connectors: settingsOf(changed) });
  expect(await accountsOf(app)).toMatchObject([
    {
      connectorAccountId: first?.["connectorAccountId"],
      settings: { profile_id: "43" },
      etag: "v2",
    },
  ]);

  await app.restart({ connectors: { accounts: [], baseUrls: {} } });
  expect(await accountsOf(app)).toMatchObject([{ enabled: false, etag: "v3" }]);
});

test("it is changed where it came from: CONNECTOR_ACCOUNT_FIXED", async () => {
  const app = await start(WISE);
  const [account] = await accountsOf(app);
  const connectorAccountId = account?.["connectorAccountId"] as string;
  const faces = openFaces(app);
  onTestFinished(() => {
    for (const face of faces) face.close();
  });
  for (const face of faces) {
    const told = { reason: "CONNECTOR_ACCOUNT_FIXED", code: "failed_precondition" };
    const options = { key: app.apiKey };
    expect(
      await face.call(method.updateConnectorAccount, { connectorAccountId, name: "x" }, options),
    ).toMatchObject({ told });
    expect(
      await face.call(method.deleteConnectorAccount, { connectorAccountId }, options),
    ).toMatchObject({ told });
  }
});

test("another merchant's account is its own, and a changed secret is never answered", async () => {
  const app = await start(WISE);
  const [face] = openFaces(app);
  if (face === undefined) throw new Error("no face");
  onTestFinished(() => face.close());
  const shop = new Shop(app, face);
  const connectorAccountId = await shop.connectorAccount();
  const answer = await shop.call(method.updateConnectorAccount, {
    connectorAccountId,
    settings: { secret_key: "sk_test_rotated4711" },
  });
  expect(answer.ok).toBe(true);
  expect(JSON.stringify(answer)).not.toContain("4711");
  expect(app.logs.join()).not.toContain("4711");
});
