import { type ParseArgsConfig, parseArgs } from "node:util";
import type { Clock } from "../clock.ts";
import type { Storage } from "../storage.ts";

/** What a command works with. */
export interface Tools extends Storage {
  readonly clock: Clock;
  /** Takes a line of text for whoever called. */
  readonly write: (line: string) => void;
  /** Aborts at SIGINT and SIGTERM. */
  readonly signal: AbortSignal;
}

export interface Command {
  /** The arguments, such as "KEY_ID [--reason TEXT]". */
  readonly usage: string;
  readonly about: string;
  /** Whether it makes no sense without a database: one that was just made would answer wrongly. */
  readonly needsDatabase?: true;
  /**
   * Reads the arguments before anything is opened; what it returns does the work and answers the exit
   * code.
   *
   * @throws UsageError
   */
  readonly prepare: (args: readonly string[]) => (tools: Tools) => Promise<number>;
}

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
 * @throws UsageError
 */
export function readArguments<T extends NonNullable<ParseArgsConfig["options"]>>(
  args: readonly string[],
  options: T,
  positionals = 0,
) {
  const parsed = parse(args, options);
  if (parsed.positionals.length !== positionals) {
    throw new UsageError(
      positionals === 0 ? "takes no arguments but options" : "one argument is needed",
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
