import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Clock } from "../clock.ts";
import type { Storage } from "../storage.ts";
import type { ServiceClient } from "./service/client.ts";

/** What every command works with. */
export interface Tools {
  readonly clock: Clock;
  /** Takes a line of text for whoever called. */
  readonly write: (line: string) => void;
  /** Takes a line about the work, which is no part of what it gives. */
  readonly tell: (line: string) => void;
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

/** What a command works with that opens the service's own database. */
export interface DatabaseTools extends Tools, Storage {}

/** What a command works with that calls a running service. */
export interface ServiceTools extends Tools {
  readonly service: ServiceClient;
}

interface About {
  /** The arguments, such as "KEY_ID [--reason TEXT]". */
  readonly usage: string;
  readonly about: string;
}

/**
 * A command. `prepare` reads the arguments before anything is opened and throws UsageError; what it
 * returns does the work and answers the exit code.
 *
 * - `database` opens the service's own database, and makes it where there is none;
 * - `existing database` makes no sense without one: one that was just made would answer wrongly;
 * - `service` calls the service that PAYOUT_API_URL and PAYOUT_API_KEY name.
 */
export type Command =
  | (About & {
      readonly needs: "database" | "existing database";
      readonly prepare: (args: readonly string[]) => (tools: DatabaseTools) => Promise<number>;
    })
  | (About & {
      readonly needs: "service";
      readonly prepare: (args: readonly string[]) => (tools: ServiceTools) => Promise<number>;
    });

/** Commands by their words, such as "keys create". */
export type Commands = Readonly<Record<string, Command>>;

/** The arguments are not right; the message says what is. */
export class UsageError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UsageError";
  }
}

/**
 * Reads arguments, strictly.
 *
 * @param positionals how many there are besides options; several numbers when some are optional
 * @throws UsageError
 */
export function readArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
  ...positionals: readonly number[]
) {
  const parsed = parse(args, options);
  const allowed = positionals.length === 0 ? [0] : positionals;
  if (!allowed.includes(parsed.positionals.length)) {
    throw new UsageError(
      allowed.includes(0) && allowed.length === 1
        ? "takes no arguments but options"
        : "one argument is needed",
    );
  }
  return parsed;
}

function parse<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
