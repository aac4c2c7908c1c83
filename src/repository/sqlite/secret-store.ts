import { and, asc, desc, eq, getTableColumns, getTableName, isNotNull, lt, sql } from "drizzle-orm";
import type { SQLiteColumn, SQLiteTable } from "drizzle-orm/sqlite-core";
import { type Cipher, CipherError, keyIdOf } from "../../security/cipher.ts";
import type { KeyFault, SecretStore, UnreadableSecret } from "../repository.ts";
import { bindingAt, SECRET_PLACES, type SecretPlace } from "../secret-place.ts";
import type { SqliteContext } from "./context.ts";

interface SealedRow {
  readonly id: string;
  readonly merchantId: string;
  readonly sealed: Uint8Array;
}

/**
 * Goes through ciphertexts from the newest row to the oldest, by the id that is the primary key. So
 * what is still under an old key is always the oldest, and a look at both ends of a table tells.
 */
export function createSecretStore(context: SqliteContext, cipher: Cipher): SecretStore {
  const statements = new Map(
    Object.values(SECRET_PLACES).map((place) => [place, prepare(context, place)] as const),
  );
  const at = (place: SecretPlace) => {
    const found = statements.get(place as (typeof SECRET_PLACES)[keyof typeof SECRET_PLACES]);
    if (found === undefined) throw new Error("there are no secrets at this place");
    return found;
  };
  const page = (place: SecretPlace, after: string | null, limit: number) =>
    context.read(() => at(place).before({ after: after ?? LAST, limit }));

  return {
    keyIds: async () => cipher.keyIds,

    reencrypt: async (place, after, limit) => {
      const rows = await page(place, after, limit);
      // Opened and sealed before the unit, which holds the database for the writing alone.
      const unreadable: UnreadableSecret[] = [];
      const resealed = rows.flatMap(({ id, merchantId, sealed }) => {
        try {
          const anew = cipher.reseal(sealed, bindingAt(place, id, merchantId));
          return anew === null ? [] : [{ id, before: sealed, sealed: anew }];
        } catch (error) {
          if (!(error instanceof CipherError)) throw error;
          unreadable.push({ id, problem: error.problem });
          return [];
        }
      });
      const changed =
        resealed.length === 0
          ? 0
          : await context.write(() =>
              resealed.reduce((sum, row) => sum + at(place).replace(row), 0),
            );
      return { looked: rows.length, changed, unreadable, next: nextOf(rows, limit) };
    },

    count: async (place, after, limit) => {
      const rows = await page(place, after, limit);
      const keys = new Map<string | null, number>();
      for (const { sealed } of rows) {
        const keyId = keyIdOf(sealed);
        keys.set(keyId, (keys.get(keyId) ?? 0) + 1);
      }
      return { keys, next: nextOf(rows, limit) };
    },

    probe: (limit) =>
      context.read(() => {
        /** By key, whether anything under it opens. */
        const opens = new Map<string, boolean>();
        for (const [place, { before, oldest }] of statements) {
          for (const row of [...before({ after: LAST, limit }), ...oldest({ limit })]) {
            const keyId = keyIdOf(row.sealed);
            // A single damaged row is no reason against the key.
            if (keyId === null || opens.get(keyId) === true) continue;
            opens.set(keyId, doesOpen(place, row));
          }
        }
        return [...opens]
          .filter(([, does]) => !does)
          .map(([keyId]): KeyFault => {
            const known = cipher.keyIds.includes(keyId);
            return { keyId, fault: known ? "opens nothing" : "unknown" };
          });
      }),
  };

  function doesOpen(place: SecretPlace, { id, merchantId, sealed }: SealedRow): boolean {
    try {
      cipher.open(sealed, bindingAt(place, id, merchantId));
      return true;
    } catch (error) {
      if (error instanceof CipherError) return false;
      throw error;
    }
  }
}

/** Comes after every id: ids are plain ASCII. */
const LAST = "\u{10FFFF}";

function nextOf(rows: readonly SealedRow[], limit: number): string | null {
  return rows.length < limit ? null : (rows.at(-1)?.id ?? null);
}

function prepare({ orm, tables }: SqliteContext, place: SecretPlace) {
  const table: SQLiteTable | undefined = Object.values<SQLiteTable>(tables).find(
    (each) => getTableName(each) === place.table,
  );
  if (table === undefined) throw new Error(`there is no table ${place.table}`);
  const columns = Object.entries<SQLiteColumn>(getTableColumns(table));
  const named = (name: string) => {
    const found = columns.find(([, column]) => column.name === name);
    if (found === undefined) throw new Error(`there is no column ${name} in ${place.table}`);
    return found;
  };
  const [[, id], [, merchantId], [property, sealed]] = [
    named(place.id),
    named("merchant_id"),
    named(place.column),
  ];
  const limit = sql.placeholder("limit");
  const select = () => orm.select({ id, merchantId, sealed }).from(table);
  const before = select()
    .where(and(lt(id, sql.placeholder("after")), isNotNull(sealed)))
    .orderBy(desc(id))
    .limit(limit)
    .prepare();
  const oldest = select().where(isNotNull(sealed)).orderBy(asc(id)).limit(limit).prepare();
  const replace = orm
    .update(table)
    .set({ [property]: sql.placeholder("sealed") })
    // Whatever has been written since it was read is newer, and stays.
    .where(and(eq(id, sql.placeholder("id")), eq(sealed, sql.placeholder("before"))))
    .prepare();
  return {
    before: (values: { after: string; limit: number }) =>
      before.all(values) as readonly SealedRow[],
    oldest: (values: { limit: number }) => oldest.all(values) as readonly SealedRow[],
    replace: (values: { id: string; before: Uint8Array; sealed: Uint8Array }) =>
      replace.run(values).changes,
  };
}
