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
    for (const { pragma, set } of SETTINGS) {
      retryWhileBusy(options.busyTimeoutMs, () => client.pragma(`${pragma} = ${set}`));
    }
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

/** A pause between tries at a lock that SQLite does not wait for by itself (milliseconds). */
const BUSY_PAUSE_MS = 20;

/**
 * Going over to WAL takes a lock for which SQLite does not always wait: of two processes that start
 * together on a new file, one is refused at once. Blocks, as everything does while a process starts.
 */
function retryWhileBusy(timeoutMs: number, run: () => void): void {
  for (let waited = 0; ; waited += BUSY_PAUSE_MS) {
    try {
      run();
      return;
    } catch (error) {
      const { code } = error as { readonly code?: unknown };
      if (code !== "SQLITE_BUSY" || waited >= timeoutMs) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_PAUSE_MS);
    }
  }
}
