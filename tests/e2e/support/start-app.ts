import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type App, type AppOptions, startApp } from "../../../src/app.ts";
import { type Config, readConfig } from "../../../src/config.ts";
import { createConnectorModules } from "../../../src/connector-modules.ts";
import type { ConnectorModule } from "../../../src/connectors/connector.ts";
import type { Scope } from "../../../src/domain/access.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { watchExchanges } from "../../openapi/watch-exchanges.ts";
import { refusalsAreDocumented } from "./documented-refusals.ts";
import { installKey, type TestKey } from "./install-key.ts";
import { MovableClock } from "./movable-clock.ts";

export type { TestKey } from "./install-key.ts";

/** Where the migrations are. */
const packageRoot = fileURLToPath(new URL("../../..", import.meta.url));

export interface TestApp {
  /** Such as http://127.0.0.1:40001; another one after `restart`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  /** The bootstrap key: every scope, of the first (test) merchant. */
  readonly apiKey: string;
  /** What it runs with. */
  readonly config: Config;
  /** The data folder: payouts.db, sandbox.db. */
  readonly folder: string;
  /** The app's clock: the machine's, and as much further as the test has moved it. */
  readonly clock: MovableClock;
  /** Every log line so far, one JSON object each; they go on over a restart. */
  readonly logs: readonly string[];
  /** A further key: for the same merchant, for another test merchant, or for a live one. */
  addKey(options?: {
    readonly merchant?: "same" | "other" | "live";
    readonly scopes?: readonly Scope[];
    readonly expireTime?: number;
    readonly revokeTime?: number;
  }): TestKey;
  /** The connectors that are built in. */
  readonly modules: readonly ConnectorModule[];
  /** Stops, and starts again on the same folder and keys, on another port. */
  restart(overrides?: Partial<Config>): Promise<void>;
  /** Stops, and deletes the folder. Fails when an operation has refused for a reason that the reference does not list. */
  stop(options?: { readonly keepFolder?: boolean }): Promise<void>;
}

/**
 * The whole service in this process, on a free port of 127.0.0.1 and in a folder of its own, with a
 * quick sandbox. Its REST exchanges are held to gen/openapi.json. `overrides` are settings as config.ts has them; `more` are connectors beside the built-in ones.
 */
export async function startTestApp(
  overrides: Partial<Config> = {},
  more: readonly ConnectorModule[] = [],
  { resolve = noNames, readUrl }: Pick<AppOptions, "resolve" | "readUrl"> = {},
): Promise<TestApp> {
  const folder = await mkdtemp(join(tmpdir(), "payout-e2e-"));
  const apiKey = `sk_test_${randomBytes(24).toString("base64url")}`;
  const clock = new MovableClock();
  const logs: string[] = [];
  const connectors = createConnectorModules({ clock });
  let config: Config = {
    ...readConfig({}),
    port: 0,
    databasePath: join(folder, "payouts.db"),
    bootstrapApiKey: apiKey,
    encryptionKeys: [{ id: "test", key: randomBytes(32) }],
    hashKey: randomBytes(32),
    pollMs: 20,
    sandboxSettleMs: 50,
    logLevel: "debug",
    // No test reaches a real processor: nobody listens there.
    connectors: { accounts: [], baseUrls: nowhere(connectors.modules) },
    ...overrides,
  };
  let app = await start();

  function start(): Promise<App> {
    const log = createLogger(config.logLevel, { write: (line) => void logs.push(line) });
    const modules = [...connectors.modules, ...more];
    const reading = readUrl === undefined ? {} : { readUrl };
    return watchExchanges(() =>
      startApp({ config, log, packageRoot, modules, clock, resolve, ...reading }),
    );
  }

  return {
    get url() {
      return app.url;
    },
    get host() {
      return new URL(app.url).hostname;
    },
    get port() {
      return Number(new URL(app.url).port);
    },
    get config() {
      return config;
    },
    apiKey,
    folder,
    clock,
    logs,
    modules: connectors.modules,
    addKey: (options) => installKey(config, clock.now(), options),
    restart: async (more = {}) => {
      await app.stop();
      config = { ...config, ...more };
      app = await start();
    },
    stop: async ({ keepFolder = false } = {}) => {
      await app.stop();
      connectors.close();
      if (!keepFolder) await rm(folder, { recursive: true, force: true });
      await refusalsAreDocumented(logs);
    },
  };
}

/** No test asks a name server; what a test wants to be called, it calls by an address. */
async function noNames(): Promise<never> {
  throw new Error("no name server");
}

function nowhere(modules: readonly ConnectorModule[]): Readonly<Record<string, string>> {
  return Object.fromEntries(modules.map(({ manifest }) => [manifest.name, "http://127.0.0.1:9"]));
}
