import { randomBytes } from "node:crypto";
import { dirname } from "node:path";
import type Database from "better-sqlite3";
import {
  bindingAt,
  SECRET_PLACES,
  type SecretPlace,
} from "../../../src/repository/secret-place.ts";
import { Cipher, type CiphertextBinding } from "../../../src/security/cipher.ts";
import { loadOrMakeKeys } from "../../../src/security/key-store.ts";
import { type Cell, type Filling, type Row, RowImage } from "./row-image.ts";

/** A row of a template with everything that a copy of it takes. */
export interface Copied {
  readonly table: string;
  readonly image: RowImage;
  /** The ciphertext's content, to be sealed anew for each copy. */
  readonly secret: string | null;
}

/** Reads rows of templates and writes copies of them, as fast as SQLite takes them. */
export class RowCopier {
  readonly #database: Database.Database;
  readonly #cipher: Cipher;
  readonly #inserts = new Map<string, Database.Statement<Cell[]>>();

  constructor(database: Database.Database) {
    this.#database = database;
    const folder = dirname(database.name);
    const { encryptionKeys } = loadOrMakeKeys(
      folder,
      { encryptionKeys: null, hashKey: null },
      randomBytes,
    );
    this.#cipher = new Cipher(encryptionKeys, randomBytes);
  }

  /** The rows of a table in which a column has this value. */
  rows(table: string, column: string, value: Cell): readonly Row[] {
    const sql = `SELECT * FROM ${table} WHERE ${column} = ? ORDER BY 1`;
    return this.#database.prepare<[Cell], Row>(sql).all(value);
  }

  read(table: string, row: Row, slots: ReadonlyMap<string, string>, createTime: number): Copied {
    const binding = bindingOf(table, row);
    const sealed = binding === null ? null : row[binding.column];
    return {
      table,
      image: new RowImage(row, slots, createTime),
      secret:
        sealed instanceof Uint8Array && binding !== null
          ? this.#cipher.open(sealed, binding)
          : null,
    };
  }

  /** Writes a copy, with some of its columns changed. */
  write(
    { table, image, secret }: Copied,
    filling: Filling,
    createTime: number,
    changes: Row = {},
  ): void {
    const cells = image.copy(filling, createTime);
    for (const [column, cell] of Object.entries(changes)) {
      cells[image.columns.indexOf(column)] = cell;
    }
    if (secret !== null) {
      const row = Object.fromEntries(
        image.columns.map((name, index) => [name, cells[index] ?? null]),
      );
      const binding = bindingOf(table, row);
      if (binding !== null) {
        const sealed = Buffer.from(this.#cipher.seal(secret, binding));
        cells[image.columns.indexOf(binding.column)] = sealed;
      }
    }
    this.#insert(table, image.columns).run(...cells);
  }

  #insert(table: string, columns: readonly string[]): Database.Statement<Cell[]> {
    const known = this.#inserts.get(table);
    if (known !== undefined) return known;
    const marks = columns.map(() => "?").join(", ");
    const statement = this.#database.prepare<Cell[]>(
      `INSERT INTO ${table} (${columns.join(", ")}) VALUES (${marks})`,
    );
    this.#inserts.set(table, statement);
    return statement;
  }
}

function bindingOf(table: string, row: Row): CiphertextBinding | null {
  const place = Object.values<SecretPlace>(SECRET_PLACES).find((each) => each.table === table);
  return place === undefined
    ? null
    : bindingAt(place, String(row[place.id]), String(row["merchant_id"]));
}
