import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { ConnectError } from "@connectrpc/connect";
import { type Command, type Commands, type Tools, UsageError } from "./cli/command.ts";
import { encryptionCommands } from "./cli/database/encryption.ts";
import { keyCommands } from "./cli/database/keys.ts";
import { merchantCommands } from "./cli/database/merchants.ts";
import { ClientSettingError, connectService } from "./cli/service/client.ts";
import { doctorCommands } from "./cli/service/doctor.ts";
import { explainRefusal } from "./cli/service/explain-refusal.ts";
import { listenCommands } from "./cli/service/listen.ts";
import { payoutCommands } from "./cli/service/payouts.ts";
import { triggerCommands } from "./cli/service/trigger.ts";
import { systemClock } from "./clock.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createConnectorModules } from "./connector-modules.ts";
import { ServiceError } from "./domain/errors.ts";
import { openStorage } from "./storage.ts";

/** sysexits.h: what was asked for is not right; the settings are not. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const COMMANDS: Commands = {
  ...payoutCommands,
  ...listenCommands,
  ...triggerCommands,
  ...doctorCommands,
  ...keyCommands,
  ...merchantCommands,
  ...encryptionCommands,
};

const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const write = (line: string) => void process.stdout.write(`${line}\n`);
const tell = (line: string) => void process.stderr.write(`${line}\n`);

// As the service does: what is made in the data folder is for nobody else to read.
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));

/** The `payout` command. */
async function main(words: readonly string[]): Promise<number> {
  const name = [2, 1]
    .map((count) => words.slice(0, count).join(" "))
    .find((each) => COMMANDS[each]);
  const command = name === undefined ? undefined : COMMANDS[name];
  if (name === undefined || command === undefined) {
    for (const line of usage()) tell(line);
    return words.length === 0 || words[0] === "--help" ? 0 : EXIT_USAGE;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
  // The clock's timers keep no process alive, and a command may be waiting for one.
  const alive = setInterval(() => {}, 60_000);
  try {
    const args = words.slice(name.split(" ").length);
    return await run(command, args, { clock: systemClock, write, tell, signal: stop.signal });
  } catch (error) {
    if (stop.signal.aborted) return 0;
    if (error instanceof UsageError) {
      tell(`${error.message}\nusage: payout ${name} ${command.usage}`);
      return EXIT_USAGE;
    }
    for (const line of explain(error)) tell(line);
    return error instanceof ConfigError || error instanceof ClientSettingError ? EXIT_CONFIG : 1;
  } finally {
    clearInterval(alive);
  }
}

async function run(command: Command, args: readonly string[], tools: Tools): Promise<number> {
  if (command.needs === "service") {
    const work = command.prepare(args);
    return work({ ...tools, service: connectService(process.env) });
  }
  const work = command.prepare(args);
  const { clock } = tools;
  const { modules } = createConnectorModules({ clock });
  const config = readConfig(process.env, undefined, modules);
  if (command.needs === "existing database" && !existsSync(config.databasePath)) {
    throw new Error(`there is no database at ${resolve(config.databasePath)}`);
  }
  const storage = openStorage(config, { packageRoot, clock });
  try {
    return await work({ ...storage, ...tools });
  } finally {
    await storage.repository.close();
  }
}

function usage(): readonly string[] {
  const describe = (of: (needs: Command["needs"]) => boolean) =>
    Object.entries(COMMANDS)
      .filter(([, { needs }]) => of(needs))
      .map(([name, command]) => `  payout ${name} ${command.usage}\n      ${command.about}`);
  return [
    "Calls the service at PAYOUT_API_URL (http://127.0.0.1:8080) with PAYOUT_API_KEY:",
    "",
    ...describe((needs) => needs === "service"),
    "",
    "Works on the service's own database, with the service's settings:",
    "",
    ...describe((needs) => needs !== "service"),
  ];
}

function explain(error: unknown): readonly string[] {
  if (error instanceof ConnectError) return explainRefusal(error);
  if (error instanceof ServiceError) {
    const [violation] = error.violations;
    return [violation === undefined ? error.message : `${violation.field} ${violation.message}`];
  }
  return [error instanceof Error ? error.message : String(error)];
}
