import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type Command, UsageError } from "./cli/command.ts";
import { encryptionCommands } from "./cli/encryption.ts";
import { keyCommands } from "./cli/keys.ts";
import { merchantCommands } from "./cli/merchants.ts";
import { systemClock } from "./clock.ts";
import { ConfigError, readConfig } from "./config.ts";
import { createConnectorModules } from "./connector-modules.ts";
import { ServiceError } from "./domain/errors.ts";
import { openStorage } from "./storage.ts";

/** sysexits.h: what was asked for is not right; the settings are not. */
const EXIT_USAGE = 64;
const EXIT_CONFIG = 78;

const COMMANDS: Readonly<Record<string, Readonly<Record<string, Command>>>> = {
  keys: keyCommands,
  merchants: merchantCommands,
  encryption: encryptionCommands,
};

const packageRoot = fileURLToPath(new URL("..", import.meta.url));
const write = (line: string) => void process.stdout.write(`${line}\n`);

// As the service does: what is made in the data folder is for nobody else to read.
process.umask(0o077);
process.exitCode = await main(process.argv.slice(2));

/** The `payout` command: works on the database itself, with the settings of the service. */
async function main([topic = "", verb = "", ...args]: readonly string[]): Promise<number> {
  const command = COMMANDS[topic]?.[verb];
  if (command === undefined) {
    for (const line of usage()) process.stderr.write(`${line}\n`);
    return topic === "" || topic === "--help" ? 0 : EXIT_USAGE;
  }
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());
  try {
    const run = command.prepare(args);
    const clock = systemClock;
    const { modules } = createConnectorModules({ clock, randomBytes });
    const config = readConfig(process.env, undefined, modules);
    if (command.needsDatabase === true && !existsSync(config.databasePath)) {
      throw new Error(`there is no database at ${resolve(config.databasePath)}`);
    }
    const storage = openStorage(config, { packageRoot, clock });
    // The clock's timers keep no process alive, and a command may be waiting for one.
    const alive = setInterval(() => {}, 60_000);
    try {
      return await run({ ...storage, clock, write, signal: stop.signal });
    } finally {
      clearInterval(alive);
      await storage.repository.close();
    }
  } catch (error) {
    if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nusage: payout ${topic} ${verb} ${command.usage}\n`);
      return EXIT_USAGE;
    }
    process.stderr.write(`${explain(error)}\n`);
    return error instanceof ConfigError ? EXIT_CONFIG : 1;
  }
}

function usage(): readonly string[] {
  const lines = Object.entries(COMMANDS).flatMap(([topic, verbs]) =>
    Object.entries(verbs).map(
      ([verb, command]) => `  payout ${topic} ${verb} ${command.usage}\n      ${command.about}`,
    ),
  );
  return ["Works on the service's own database, with the service's settings.", "", ...lines];
}

function explain(error: unknown): string {
  if (error instanceof ServiceError) {
    const [violation] = error.violations;
    return violation === undefined ? error.message : `${violation.field} ${violation.message}`;
  }
  return error instanceof Error ? error.message : String(error);
}
