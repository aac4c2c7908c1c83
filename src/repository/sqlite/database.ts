import Database from "better-sqlite3";
import { type BetterSQLite3Database, drizzle } from "drizzle-orm/better-sqlite3";

export interface SqliteDatabase {
  readonly client: Database.Database;
  readonly orm: BetterSQLite3Database;
}

/**
 * What every connection must have, with what it reads back as. Opening a WAL file silently gives
 * synchronous=NORMAL, which can lose a committed "submitted" on power loss: that is how one pays
 * twice. So nothing here is taken on trust.
 */
const SETTINGS = [
  { pragma: "journal_mode", set: "WAL", reads: "wal" },
  { pragma: "synchronous", set: "FULL", reads: 2 },
  { pragma: "foreign_keys", set: "ON", reads: 1 },
  { pragma: "trusted_schema", set: "OFF", reads: 0 },
] as const;

/** Opens the file, making it if needed. @throws when a durability setting does not hold. */
export function openDatabase(path: string, options: { busyTimeoutMs: number }): SqliteDatabase {
  const client = new Database(path, { timeout: options.busyTimeoutMs });
  try {
    for (const { pragma, set } of SETTINGS) client.pragma(`${pragma} = ${set}`);
    assertSettings(client);
  } catch (error) {
    client.close();
    throw error;
  }
  return { client, orm: drizzle(client) };
}

/** @throws when a setting reads back as anything else. */
export function assertSettings(client: Database.Database): void {
  for (const { pragma, reads } of SETTINGS) {
    const value = client.pragma(pragma, { simple: true });
    if (value !== reads) {
      throw new Error(`SQLite setting ${pragma} is ${String(value)} and must be ${reads}`);
    }
  }
}
