import Database from "better-sqlite3";
import type { Config } from "../../../src/config.ts";

/** How many rows each table has of some merchants, to tell whether a call has stored anything. */
export function countRows(
  config: Config,
  merchantIds: readonly string[],
): Readonly<Record<string, number>> {
  const database = new Database(config.databasePath, { readonly: true, timeout: 5000 });
  try {
    const tables = database
      .prepare("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%merchant_id%'")
      .pluck()
      .all() as string[];
    const ids = JSON.stringify(merchantIds);
    const of = (table: string) =>
      database
        .prepare(
          `SELECT count(*) FROM ${table} WHERE merchant_id IN (SELECT value FROM json_each(?))`,
        )
        .pluck()
        .get(ids) as number;
    return Object.fromEntries(tables.map((table) => [table, of(table)]));
  } finally {
    database.close();
  }
}
