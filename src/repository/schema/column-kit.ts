import { customType, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";
import { decodeSnapshot, encodeSnapshot } from "../../domain/snapshot.ts";

/**
 * The few kinds of column that the schema is written with, so that one body can be instantiated for
 * each database. The SQLite kit gives the types; another kit must behave the same:
 *
 * - `text`: text
 * - `int`: an integer within 2^53
 * - `time`: milliseconds since the epoch
 * - `money`: minor units as bigint, at most 2^53-1
 * - `flag`: a boolean
 * - `json`: any resource, bigints included (see domain/snapshot.ts)
 * - `secret`: a ciphertext
 * - `bytes`: bytes that are not secret
 * - `serial`: a position that grows with each row
 *
 * Absent is null. Drizzle hands null to a custom type's `toDriver` when it comes through a
 * placeholder of a prepared statement, so each lets it pass.
 */
export const sqliteKit = {
  table: sqliteTable,
  primaryKey,
  text: (name: string) => text(name),
  int: (name: string) => integer(name),
  time: (name: string) => integer(name),
  money: customType<{ data: bigint; driverData: number | bigint }>({
    dataType: () => "integer",
    toDriver: (value) => value,
    fromDriver: (value) => BigInt(value),
  }),
  flag: (name: string) => integer(name, { mode: "boolean" }),
  json: <T>(name: string) =>
    customType<{ data: T; driverData: string }>({
      dataType: () => "text",
      toDriver: (value) => (value === null ? (value as unknown as string) : encodeSnapshot(value)),
      fromDriver: (value) => decodeSnapshot<T>(value),
    })(name),
  secret: customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "blob" }),
  bytes: customType<{ data: Uint8Array; driverData: Uint8Array }>({ dataType: () => "blob" }),
  serial: (name: string) => integer(name).primaryKey({ autoIncrement: true }),
};

export type ColumnKit = typeof sqliteKit;
