import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { startApp } from "../../src/app.ts";
import { type Config, readConfig } from "../../src/config.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { installKey } from "../e2e/support/install-key.ts";
import { watchExchanges } from "../openapi/watch-exchanges.ts";
import { HIDDEN } from "./secrets.ts";
import type { FromService, ToService } from "./service.ts";

/**
 * The service in a process of its own, as main.ts starts it. Nothing is caught here: what would end the
 * service ends this process too. Its parent is told of every log line that must not be.
 */
const [folder = "", apiKey = ""] = process.argv.slice(2);

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

function tell(message: FromService): void {
  process.send?.(message);
}

const config: Config = {
  ...readConfig({}),
  port: 0,
  databasePath: join(folder, "payouts.db"),
  bootstrapApiKey: apiKey,
  encryptionKeys: [{ id: "fuzz", key: Buffer.alloc(32, 1) }],
  hashKey: Buffer.alloc(32, 2),
  // Callers say where they come from, so that none uses up the others' wrong tries.
  trustedProxies: ["127.0.0.1"],
  // Nobody waits long for the processor; it settles at once.
  answerWaitMs: 100,
  sandboxSettleMs: 10,
  pollMs: 200,
  logLevel: "debug",
};
const log = createLogger(config.logLevel, {
  write: (line) => {
    const isFault = line.startsWith('{"level":"error"') || line.startsWith('{"level":"fatal"');
    if (isFault) tell({ kind: "fault", text: `logged ${line}` });
    const hidden = HIDDEN.find((secret) => line.includes(secret));
    if (hidden !== undefined) tell({ kind: "fault", text: `${hidden} is in the log: ${line}` });
  },
});
process.on("warning", (warning) => tell({ kind: "fault", text: `warned: ${warning.stack}` }));

const app = await watchExchanges(
  () =>
    startApp({
      modules: [],
      // Nothing of what is made up here is ever called.
      resolve: () => Promise.reject(new Error("no name server")),
      config,
      log,
      packageRoot: fileURLToPath(new URL("../..", import.meta.url)),
    }),
  (fault) => tell({ kind: "fault", text: `not as gen/openapi.json says: ${fault}` }),
);
const now = Date.now();
const keys = [
  apiKey,
  installKey(config, now, { merchant: "other" }).key,
  installKey(config, now, { scopes: ["payouts:read"] }).key,
];
tell({ kind: "ready", url: app.url, keys });

process.on("message", (message: ToService) => {
  if (message === "measure") {
    collect();
    collect();
    const { rss, heapUsed, external } = process.memoryUsage();
    tell({ kind: "memory", rss, heapUsed, external });
  } else {
    app.stop().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  }
});
// Whoever started this one has gone.
process.on("disconnect", () => process.exit(0));
