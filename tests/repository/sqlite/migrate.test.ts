import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { cpSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { migrate } from "../../../src/repository/sqlite/migrate.ts";
import { MIGRATIONS, pathOf, peek } from "./open.ts";

/** How many migrations there are, and the names of the next one and of one too far. */
const newest = readdirSync(MIGRATIONS).filter((name) => name.endsWith(".sql")).length;
const nameOf = (version: number) => `${String(version).padStart(4, "0")}_more.sql`;
const [next, tooFar] = [nameOf(newest + 1), nameOf(newest + 2)];
const MORE = "CREATE TABLE more (x INTEGER) STRICT;";

/** What is recorded when every migration ran at once. */
const all = (apply_time: number) =>
  Array.from({ length: newest }, (_, index) => ({ version: index + 1, apply_time }));

/** A copy of the migrations that a test may spoil. */
function copyOfMigrations(): string {
  const folder = mkdtempSync(join(tmpdir(), "payout-migrations-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  cpSync(MIGRATIONS, folder, { recursive: true });
  return folder;
}

function newDatabase() {
  const client = peek(randomUUID());
  onTestFinished(() => void client.close());
  return client;
}

const schemaOf = (client: ReturnType<typeof newDatabase>) =>
  client.prepare("SELECT type, name, sql FROM sqlite_schema ORDER BY name").all();
const applied = (client: ReturnType<typeof newDatabase>) =>
  client.prepare("SELECT version, apply_time FROM schema_migrations").all();

describe("migrate", () => {
  it("does nothing the second time", () => {
    const client = newDatabase();
    migrate(client, MIGRATIONS, () => 1);
    const schema = schemaOf(client);
    migrate(client, MIGRATIONS, () => 2);
    expect(schemaOf(client)).toEqual(schema);
    expect(applied(client)).toEqual(all(1));
  });

  it("runs what is new, and that alone", () => {
    const client = newDatabase();
    const folder = copyOfMigrations();
    migrate(client, folder, () => 1);
    writeFileSync(join(folder, next), MORE);
    migrate(client, folder, () => 2);
    expect(applied(client)).toEqual([...all(1), { version: newest + 1, apply_time: 2 }]);
  });

  it("refuses a migration that was edited after it ran", () => {
    const client = newDatabase();
    const folder = copyOfMigrations();
    migrate(client, folder, () => 1);
    writeFileSync(join(folder, "0001_initial.sql"), "-- another");
    expect(() => migrate(client, folder, () => 2)).toThrow(
      "migration 0001_initial.sql was changed after it ran on this database",
    );
  });

  it("refuses a database that is newer than the code", () => {
    const client = newDatabase();
    const folder = copyOfMigrations();
    writeFileSync(join(folder, next), MORE);
    migrate(client, folder, () => 1);
    expect(() => migrate(client, MIGRATIONS, () => 2)).toThrow(
      `the database is at version ${newest + 1}`,
    );
  });

  it("leaves nothing of migrations of which one fails", () => {
    const client = newDatabase();
    const folder = copyOfMigrations();
    writeFileSync(join(folder, next), `${MORE} nonsense;`);
    expect(() => migrate(client, folder, () => 1)).toThrow();
    expect(schemaOf(client)).toEqual([]);
  });

  it("refuses numbers with a gap", () => {
    const folder = copyOfMigrations();
    writeFileSync(join(folder, tooFar), "");
    expect(() => migrate(newDatabase(), folder, () => 1)).toThrow(`${tooFar} breaks the numbering`);
  });

  it("runs once when processes start together on a new file", async () => {
    for (let round = 0; round < 2; round += 1) {
      const database = randomUUID();
      const start = String(Date.now() + 1000);
      const child = join(import.meta.dirname, "migrate-child.ts");
      const args = [child, pathOf(database), MIGRATIONS, start];
      const ends = await Promise.all(
        Array.from({ length: 4 }, () => promisify(execFile)(process.execPath, args)),
      );
      expect(ends.map(({ stdout }) => stdout)).toEqual(ends.map(() => "migrated"));
      const client = peek(database);
      expect(applied(client)).toEqual(all(1));
      client.close();
    }
  }, 20_000);
});

describe("the migration for undoing", () => {
  it("keeps attempts and steps that are there, with foreign keys on", () => {
    const client = newDatabase();
    client.pragma("foreign_keys = ON");
    const folder = copyOfMigrations();
    for (const name of readdirSync(folder)) {
      if (Number.parseInt(name, 10) >= 6) rmSync(join(folder, name));
    }
    migrate(client, folder, () => 1);
    client.exec(`
      INSERT INTO merchants (merchant_id, name, livemode, create_time) VALUES ('mer', 'M', 0, 1);
      INSERT INTO payouts (payout_id, merchant_id, status, minor_amount, currency, destination_currency,
          connector, connector_references, fulfillment, description, metadata, livemode, create_time,
          update_time, version, event_sequence)
        VALUES ('po', 'mer', 'PENDING', 1, 'USD', 'USD', 'sandbox', '[]', 'AUTOMATIC', '', '{}', 0, 1, 1, 1, 1);
      INSERT INTO attempts (attempt_id, merchant_id, payout_id, number, connector, state, create_time, end_time)
        VALUES ('att', 'mer', 'po', 1, 'sandbox', 'RUNNING', 1, NULL);
      INSERT INTO attempt_steps
          (attempt_id, ordinal, name, processor_key, outcome, tries, error, start_time, update_time)
        VALUES ('att', 0, 'transfer', 'key-0', 'ACCEPTED', 2, NULL, 3, 4),
          ('att', 1, 'payout', 'key-1', 'UNKNOWN', 1, '{"reason":"X"}', 5, 6);
    `);
    const stepsOf = () => client.prepare("SELECT * FROM attempt_steps ORDER BY ordinal").all();
    const [before, attempts] = [stepsOf(), client.prepare("SELECT * FROM attempts").all()];
    migrate(client, MIGRATIONS, () => 2);
    expect(stepsOf()).toEqual(before.map((step) => ({ ...(step as object), undoes: null })));
    expect(client.prepare("SELECT * FROM attempts").all()).toEqual(attempts);
    expect(client.pragma("foreign_key_check")).toEqual([]);
    const orphan = `INSERT INTO attempt_steps (attempt_id, ordinal, name, processor_key, tries)
      VALUES ('nobody', 0, 'x', 'key-2', 0)`;
    expect(() => client.exec(orphan)).toThrow("FOREIGN KEY");
    const second = `INSERT INTO attempts (attempt_id, merchant_id, payout_id, number, connector, state, create_time)
      VALUES ('two', 'mer', 'po', 2, 'sandbox', 'UNDOING', 1)`;
    expect(() => client.exec(second)).toThrow("UNIQUE");
  });
});
