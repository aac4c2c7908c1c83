import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CreateConnector } from "../../../src/connectors/connector.ts";
import type { Kit } from "./check.ts";
import type { ConnectorSubject } from "./subject.ts";

const SOURCES = join(import.meta.dirname, "../../../src/connectors");
const SUBJECTS = join(import.meta.dirname, "..");

/** The folders of src/connectors that are connectors. */
export function connectorNames(): readonly string[] {
  return readdirSync(SOURCES)
    .filter((name) => existsSync(join(SOURCES, name, "index.ts")))
    .sort();
}

/**
 * A connector with its subject, under a name.
 *
 * @throws Error where the subject is missing, or one of the two cannot be loaded
 */
export async function loadKit(name: string): Promise<Kit> {
  const path = join(SUBJECTS, name, "subject.ts");
  if (!existsSync(path)) throw new Error(`tests/connectors/${name}/subject.ts is missing`);
  const { subject } = (await import(path)) as { subject: ConnectorSubject };
  const source = join(SOURCES, name, "index.ts");
  const { createConnector } = (await import(source)) as { createConnector: CreateConnector };
  return { name, create: createConnector, subject };
}
