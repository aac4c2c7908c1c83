import { desc, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Page } from "../repository.ts";

/**
 * Keyset paging, newest first: rows strictly before the position in (time, id). Rows that are
 * inserted meanwhile are newer and move nothing.
 */
export function beforePosition(
  time: SQLiteColumn,
  id: SQLiteColumn,
  { after }: Page,
): SQL | undefined {
  if (after === null) return undefined;
  // A row value and not "or": only this makes the index a range.
  return sql`(${time}, ${id}) < (${after.createTime}, ${after.id})`;
}

export function newestFirst(time: SQLiteColumn, id: SQLiteColumn): [SQL, SQL] {
  return [desc(time), desc(id)];
}
