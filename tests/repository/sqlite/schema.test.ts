import { randomUUID } from "node:crypto";
import type { SQLiteTable } from "drizzle-orm/sqlite-core";
import { getTableConfig } from "drizzle-orm/sqlite-core";
import { describe, expect, it } from "vitest";
import { sqliteKit } from "../../../src/repository/schema/column-kit.ts";
import { defineTables } from "../../../src/repository/schema/tables.ts";
import { migrate } from "../../../src/repository/sqlite/migrate.ts";
import { MIGRATIONS, peek } from "./open.ts";

const client = peek(randomUUID());
migrate(client, MIGRATIONS, () => 0);

interface ColumnInfo {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly pk: number;
}
const columnsOf = (table: string) => client.pragma(`table_info(${table})`) as readonly ColumnInfo[];
const listed = client.pragma("table_list") as readonly {
  readonly schema: string;
  readonly name: string;
  readonly strict: number;
}[];
const ours = listed.filter(
  ({ schema, name }) =>
    schema === "main" && !name.startsWith("sqlite_") && name !== "schema_migrations",
);
const tables: readonly SQLiteTable[] = Object.values(defineTables(sqliteKit));

describe("the schema", () => {
  it("has the tables of the migrated database, and no others", () => {
    const names = tables.map((table) => getTableConfig(table).name);
    expect(names.sort()).toEqual(ours.map(({ name }) => name).sort());
  });

  it.each(tables.map((table) => [getTableConfig(table).name, table] as const))(
    "%s: names, types, nullability and primary key agree, column by column",
    (name, table) => {
      const { columns, primaryKeys } = getTableConfig(table);
      const composite = primaryKeys[0]?.columns.map((column) => column.name) ?? [];
      const written = columns.map((column) => ({
        name: column.name,
        type: column.getSQLType().toUpperCase(),
        notNull: column.notNull,
        key: column.primary ? 1 : composite.indexOf(column.name) + 1,
      }));
      const migrated = columnsOf(name).map((column) => ({
        name: column.name,
        type: column.type,
        // An INTEGER PRIMARY KEY is the row's id and never null, declared or not.
        notNull: column.notnull === 1 || column.pk > 0,
        key: column.pk,
      }));
      expect(written).toEqual(migrated);
    },
  );

  it("is STRICT everywhere, so that a type is a promise", () => {
    expect(ours.filter(({ strict }) => strict !== 1)).toEqual([]);
    const insert = client.prepare(
      "INSERT INTO merchants VALUES ('m', 'n', 'yes', 0, 0, NULL, NULL, 1)",
    );
    expect(() => insert.run()).toThrow("cannot store TEXT value in INTEGER column");
  });

  it("has merchant_id in every table but those that hang on a row that has one", () => {
    const without = ours
      .map(({ name }) => name)
      .filter((name) => !columnsOf(name).some((column) => column.name === "merchant_id"));
    // And but for how far the service itself has come.
    expect(without.toSorted()).toEqual(["attempt_steps", "webhook_cursor"]);
  });

  it("starts every index for callers' questions with the merchant", () => {
    const indexes = client
      .prepare("SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL")
      .all() as readonly { readonly name: string; readonly sql: string }[];
    const others = indexes.filter(({ sql }) => !/\(\s*merchant_id\b/.test(sql));
    // The operator's lists go over every merchant; the rest is the service's own work.
    expect(others.map(({ name }) => name).sort()).toEqual([
      "api_keys_by_create_time",
      "attempt_steps_undone_once",
      "attempts_one_alive",
      "idempotency_records_by_expire_time",
      "inbox_by_account",
      "inbox_by_next_time",
      "inbox_by_receive_time",
      "jobs_by_claimable_at",
      "merchants_by_create_time",
      "webhook_deliveries_by_asked_time",
      "webhook_deliveries_claimable",
      "webhook_deliveries_leased",
      "webhook_deliveries_pending",
      "webhook_endpoints_due",
      "webhook_endpoints_due_failing",
      "webhook_endpoints_removed",
    ]);
  });
});
