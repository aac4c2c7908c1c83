import type { BetterSQLite3Database } from "drizzle-orm/better-sqlite3";
import type { IdKind } from "../../domain/id.ts";
import type { CiphertextBinding } from "../../security/cipher.ts";
import type { Tables } from "../schema/tables.ts";

/** What every store of the SQLite repository works with. */
export interface SqliteContext {
  readonly orm: BetterSQLite3Database;
  readonly tables: Tables;
  /** Milliseconds; the repository's one clock. */
  now(): number;
  newId(kind: IdKind): string;
  randomBytes(size: number): Uint8Array;
  seal(value: unknown, binding: CiphertextBinding): Uint8Array;
  open<T>(sealed: Uint8Array, binding: CiphertextBinding): T;
  /**
   * Runs a unit of work; resolves once it is durable. Refused with DEADLINE_EXCEEDED when the signal
   * has aborted before its turn.
   */
  write<T>(unit: () => T, signal?: AbortSignal): Promise<T>;
  /** Runs a reading; nothing can come between its parts. */
  read<T>(query: () => T): Promise<T>;
}
