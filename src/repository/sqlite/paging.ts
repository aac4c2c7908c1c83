import { and, desc, gte, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Page } from "../repository.ts";
import type { Window } from "./newest-of.ts";

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

/** The same for prepared statements, bound from both sides: see `bounds`. */
export function within(time: SQLiteColumn, id: SQLiteColumn): SQL | undefined {
  return and(
    sql`(${time}, ${id}) < (${sql.placeholder("beforeTime")}, ${sql.placeholder("beforeId")})`,
    gte(time, sql.placeholder("since")),
  );
}

/** What `within` and a limit take. */
export function bounds({ before, since, limit }: Window) {
  return { beforeTime: before.createTime, beforeId: before.id, since, limit };
}

export function newestFirst(time: SQLiteColumn, id: SQLiteColumn): [SQL, SQL] {
  return [desc(time), desc(id)];
}
