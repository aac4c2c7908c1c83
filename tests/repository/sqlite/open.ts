import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterAll } from "vitest";
import type { Repository } from "../../../src/repository/repository.ts";
import {
  openSqliteRepository,
  type SqliteRepositoryOptions,
} from "../../../src/repository/sqlite/index.ts";
import type { OpenOptions } from "../fixtures.ts";

export const MIGRATIONS = join(import.meta.dirname, "../../../drizzle/sqlite");

/** A folder of this test file's own. */
const folder = mkdtempSync(join(tmpdir(), "payout-repository-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

export function pathOf(database: string): string {
  return join(folder, `${database}.db`);
}

/** Opens a real SQLite file. */
export async function openSqlite(
  options: OpenOptions,
  changes: Partial<SqliteRepositoryOptions> = {},
): Promise<Repository> {
  return openSqliteRepository({
    path: pathOf(options.database),
    migrations: MIGRATIONS,
    busyTimeoutMs: 5000,
    cipher: options.cipher,
    now: options.now,
    randomBytes,
    maxPerCommit: 64,
    maxWaiting: 1024,
    schedule: setImmediate,
    ...changes,
  });
}

/** A plain connection, for looking behind the repository's back. */
export function peek(database: string): Database.Database {
  return new Database(pathOf(database));
}
