import type { CreateConnector } from "../../../src/connectors/connector.ts";
import type { ConnectorSubject } from "./subject.ts";

/** A connector, with what its author tells of it. */
export interface Kit {
  /** The name of its folder. */
  readonly name: string;
  readonly create: CreateConnector;
  readonly subject: ConnectorSubject;
}

/** One thing that every connector must hold. */
export interface Check {
  readonly name: string;
  /** The parts of it that are run and reported by themselves. Each throws with what is wrong. */
  cases(kit: Kit): readonly Case[];
}

export interface Case {
  readonly name: string;
  run(): Promise<void>;
}

/** What a connector does wrong, for its author to read. */
export class Problem extends Error {
  override readonly name = "Problem";
}

/** @throws Problem */
export function demand(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Problem(what);
}

/** Runs all, whatever becomes of the ones before, and tells of every one that went wrong. */
export async function all<T>(
  scenarios: readonly T[],
  nameOf: (scenario: T) => string,
  run: (scenario: T) => Promise<void>,
): Promise<void> {
  const wrong: string[] = [];
  for (const scenario of scenarios) {
    try {
      await run(scenario);
    } catch (error) {
      const text = error instanceof Problem ? error.message : String((error as Error).stack);
      wrong.push(`${nameOf(scenario)}: ${text}`);
    }
  }
  if (wrong.length > 0) throw new Problem(wrong.join("\n"));
}

/** Runs a property of fast-check. @throws Problem with what breaks it, made as small as it goes */
export async function always(property: () => void | Promise<void>): Promise<void> {
  try {
    await property();
  } catch (error) {
    const { message, cause } = error as Error;
    throw new Problem(`${cause instanceof Error ? cause.message : ""}\n${message}`);
  }
}

/** A case for a check that has no parts. */
export function whole(name: string, run: (kit: Kit) => Promise<void>): Check {
  return { name, cases: (kit) => [{ name: "holds", run: () => run(kit) }] };
}

/** For people; amounts as digits. */
export function print(value: unknown): string {
  return JSON.stringify(value, (_name, each) =>
    typeof each === "bigint" ? each.toString() : each instanceof AbortSignal ? undefined : each,
  );
}
