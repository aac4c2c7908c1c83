import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { dirname } from "node:path";
import { createSandboxServer } from "./http.ts";
import { openLedger } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import { createSandboxProcessor } from "./processor.ts";
import { readSettings, type Settings, SettingsError } from "./settings.ts";

/**
 * The sandbox processor as a process of its own, so that it or the service can be killed alone. Exit
 * codes: 0 after SIGTERM or SIGINT, 78 for faults of the environment, 1 for anything else, such as a
 * port that is taken or a second signal.
 */
function main(settings: Settings): void {
  mkdirSync(dirname(settings.database), { recursive: true });
  const ledger = openLedger(settings.database);
  const processor = createSandboxProcessor({
    ledger,
    now: Date.now,
    randomId: () => randomUUID().replaceAll("-", ""),
    timers: { setTimeout, clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout) },
    settleMs: settings.settleMs,
    quoteMs: settings.quoteMs,
    onError: (error) => complain(error instanceof Error ? error.name : "error"),
  });
  const server = createSandboxServer(processor);

  const stop = async (): Promise<void> => {
    process.once("SIGTERM", () => process.exit(1));
    process.once("SIGINT", () => process.exit(1));
    const cut = setTimeout(() => server.closeAllConnections(), LIMITS.drainMs);
    await processor.stop();
    await new Promise((resolve) => server.close(resolve));
    clearTimeout(cut);
    ledger.close();
    process.exit(0);
  };

  server.on("error", (error: NodeJS.ErrnoException) => {
    complain(`cannot listen: ${error.code ?? error.name}`);
    process.exit(1);
  });
  server.listen(settings.port, settings.host, () => {
    processor.start();
    process.once("SIGTERM", stop);
    process.once("SIGINT", stop);
    const { address, family, port } = server.address() as AddressInfo;
    const host = family === "IPv6" ? `[${address}]` : address;
    process.stdout.write(`sandbox processor ready on http://${host}:${port}\n`);
  });
}

function complain(text: string): void {
  process.stderr.write(`sandbox processor: ${text}\n`);
}

try {
  main(readSettings(process.env));
} catch (error) {
  complain(error instanceof Error ? error.message : "cannot start");
  process.exit(error instanceof SettingsError ? 78 : 1);
}
