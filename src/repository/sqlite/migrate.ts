import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";

interface Migration {
  readonly version: number;
  readonly name: string;
  readonly sql: string;
  readonly checksum: string;
}

/** `0001_initial.sql`, `0002_...`: numbered without gaps. */
function readMigrations(folder: string): readonly Migration[] {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  return names.map((name, index) => {
    const version = Number.parseInt(name, 10);
    if (version !== index + 1) throw new Error(`migration ${name} breaks the numbering`);
    const sql = readFileSync(join(folder, name), "utf8");
    return { version, name, sql, checksum: createHash("sha256").update(sql).digest("hex") };
  });
}

/**
 * Brings the database to the newest version. Runs in one exclusive transaction: two processes that
 * start together migrate once, and a migration that fails leaves nothing behind.
 *
 * @throws when the database is newer than the code, or a migration that ran has been edited since.
 */
export function migrate(client: Database.Database, folder: string, now: () => number): void {
  const migrations = readMigrations(folder);
  client
    .transaction(() => {
      client.exec(`CREATE TABLE IF NOT EXISTS schema_migrations (
        version INTEGER PRIMARY KEY NOT NULL,
        name TEXT NOT NULL,
        checksum TEXT NOT NULL,
        apply_time INTEGER NOT NULL
      ) STRICT`);
      const applied = client
        .prepare("SELECT version, name, checksum FROM schema_migrations ORDER BY version")
        .all() as Pick<Migration, "version" | "name" | "checksum">[];
      const newest = applied.at(-1)?.version ?? 0;
      if (newest > migrations.length) {
        throw new Error(
          `the database is at version ${newest}, this program knows ${migrations.length}: start a newer program`,
        );
      }
      for (const { version, name, checksum } of applied) {
        if (migrations[version - 1]?.checksum !== checksum) {
          throw new Error(`migration ${name} was changed after it ran on this database`);
        }
      }
      const record = client.prepare(
        "INSERT INTO schema_migrations (version, name, checksum, apply_time) VALUES (?, ?, ?, ?)",
      );
      for (const { version, name, sql, checksum } of migrations.slice(newest)) {
        client.exec(sql);
        record.run(version, name, checksum, now());
      }
    })
    .exclusive();
}
