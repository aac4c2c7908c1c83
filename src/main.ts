import { fileURLToPath } from "node:url";
import { startApp } from "./app.ts";
import { systemClock } from "./clock.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createConnectorModules } from "./connector-modules.ts";
import { createLogger } from "./telemetry/logger.ts";

/** sysexits.h EX_CONFIG: the settings are wrong, and starting again will not help. */
const EXIT_CONFIG = 78;
/** A supervisor kills after this; we end by ourselves before (milliseconds). */
const STOP_MS = 24_000;

const packageRoot = fileURLToPath(new URL("..", import.meta.url));

// The data folder holds account numbers and keys: nobody else on this machine reads its files.
process.umask(0o077);

try {
  const { modules, close } = createConnectorModules({ clock: systemClock });
  const config = readConfig(process.env, undefined, modules);
  const log = createLogger(config.logLevel);
  const app = await startApp({ config, log, packageRoot, modules });
  let signals = 0;
  const stop = (signal: string) => {
    signals += 1;
    // The second signal is an order.
    if (signals > 1) process.exit(1);
    log.info({ signal }, "stopping");
    setTimeout(() => {
      log.error("not everything stopped in time");
      process.exit(1);
    }, STOP_MS).unref();
    app.stop().then(
      () => {
        close();
        log.info("stopped");
        process.exit(0);
      },
      (error) => {
        log.error({ err: error }, "stopping failed");
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => stop("SIGTERM"));
  process.on("SIGINT", () => stop("SIGINT"));
  // What nobody caught leaves the process in a state that nobody knows. Everything that matters is
  // in the database: end, and let the next process go on from there.
  process.on("uncaughtException", (error) => {
    log.fatal({ err: error }, "uncaught");
    process.exit(1);
  });

  // Only now: whoever reads it may send a signal at once.
  log.info({ address: app.url, role: config.role, node: process.version }, "ready");
  if (app.firstApiKey !== null) showFirstKey(app.firstApiKey, app.url);
  if (config.publicUrl === null && ["0.0.0.0", "::"].includes(config.host)) {
    log.warn("payout links will name no host that recipients can reach: set PAYOUT_PUBLIC_URL");
  }
} catch (error) {
  if (error instanceof ConfigError) {
    process.stderr.write(`${error.message}\n`);
    process.exit(EXIT_CONFIG);
  }
  process.stderr.write(`Payout Service could not start: ${(error as Error).message}\n`);
  process.exit(1);
}

/** To the terminal and nowhere else: a log would keep it. */
function showFirstKey(key: string, url: string): void {
  process.stdout.write(`
  A test merchant was made, with this API key. It is shown once:

    ${key}

  Try it:

    curl -H 'Authorization: Bearer ${key}' ${url}/v1/payouts

`);
}
