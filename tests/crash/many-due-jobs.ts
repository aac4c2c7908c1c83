import { randomBytes, randomUUID } from "node:crypto";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { type IdKind, newId } from "../../src/domain/id.ts";
import { Cipher } from "../../src/security/cipher.ts";
import { loadOrMakeKeys } from "../../src/security/key-store.ts";

/**
 * Fills the database of a stopped service with payouts that are all due at once: copies of one payout
 * that was never sent, each with its own ids and keys, in one transaction. The destination is sealed
 * for its row, so each copy is sealed anew with the key in the data folder.
 */
export function fillWithDueJobs(databasePath: string, payoutId: string, count: number): void {
  const database = new Database(databasePath);
  const now = Date.now();
  const id = (kind: IdKind) => newId(kind, now, randomBytes);
  const copier = new Copier(database);
  const due = { run_at: now, claimable_at: now, tries: 0, lease_token: null, lease_until: null };
  const unsent = { outcome: null, tries: 0, error: null, start_time: null, update_time: null };
  const fresh = {
    merchant_payout_id: null,
    status: "REQUIRES_CREATION",
    error: null,
    wait_reason: "EXECUTION",
    event_sequence: 1,
    version: 1,
  };
  const keys = loadOrMakeKeys(dirname(databasePath), NO_KEYS_GIVEN, randomBytes);
  const cipher = new Cipher(keys.encryptionKeys, randomBytes);
  const { merchantId, sealed } = database
    .prepare<[string], { merchantId: string; sealed: Buffer | null }>(
      "SELECT merchant_id AS merchantId, destination_secret AS sealed FROM payouts WHERE payout_id = ?",
    )
    .get(payoutId) ?? { merchantId: "", sealed: null };
  const bindingOf = (row: string) => ({
    table: "payouts",
    row,
    column: "destination_secret",
    merchantId,
  });
  const destination = sealed === null ? null : cipher.open(sealed, bindingOf(payoutId));
  const sealFor = (row: string) =>
    destination === null ? null : Buffer.from(cipher.seal(destination, bindingOf(row)));
  const { attemptId } = database
    .prepare<[string], { attemptId: string }>(
      "SELECT attempt_id AS attemptId FROM attempts WHERE payout_id = ?",
    )
    .get(payoutId) ?? { attemptId: "" };
  const { eventId, resource } = database
    .prepare<[string], { eventId: string; resource: string }>(
      "SELECT event_id AS eventId, resource FROM events WHERE object_id = ? AND sequence = 1",
    )
    .get(payoutId) ?? { eventId: "", resource: "" };
  const fill = database.transaction(() => {
    for (let i = 0; i < count; i += 1) {
      const ids = { payout: id("payout"), attempt: id("attempt"), event: id("event") };
      copier.copy(
        "payouts",
        { payout_id: payoutId },
        { payout_id: ids.payout, destination_secret: sealFor(ids.payout), ...fresh },
      );
      copier.copy(
        "attempts",
        { attempt_id: attemptId },
        { attempt_id: ids.attempt, payout_id: ids.payout },
      );
      copier.copy(
        "attempt_steps",
        { attempt_id: attemptId },
        { attempt_id: ids.attempt, processor_key: randomUUID(), ...unsent },
      );
      copier.copy(
        "jobs",
        { kind: "payout", subject_id: payoutId },
        { subject_id: ids.payout, ...due },
      );
      copier.copy(
        "events",
        { event_id: eventId },
        {
          position: null,
          event_id: ids.event,
          object_id: ids.payout,
          resource: resource.replaceAll(payoutId, ids.payout),
        },
      );
    }
  });
  fill();
  database.close();
}

const NO_KEYS_GIVEN = { encryptionKeys: null, hashKey: null };

type Row = Readonly<Record<string, string | number | Buffer | null>>;

/** Copies a row with some of its columns changed, whatever other columns the table has. */
class Copier {
  readonly #database: Database.Database;
  readonly #statements = new Map<string, Database.Statement<[Row]>>();

  constructor(database: Database.Database) {
    this.#database = database;
  }

  /** @throws when there is not exactly one row to copy */
  copy(table: string, of: Row, changes: Row): void {
    const statement = this.#statements.get(table) ?? this.#prepare(table, of, changes);
    const named = Object.entries(of).map(([name, value]) => [`of_${name}`, value]);
    const { changes: copied } = statement.run({ ...changes, ...Object.fromEntries(named) });
    if (copied !== 1) throw new Error(`there is no row of ${table} to copy`);
  }

  #prepare(table: string, of: Row, changes: Row): Database.Statement<[Row]> {
    const columns = (this.#database.pragma(`table_info(${table})`) as { name: string }[]).map(
      ({ name }) => name,
    );
    const values = columns.map((name) => (name in changes ? `@${name}` : name));
    const where = Object.keys(of).map((name) => `${name} = @of_${name}`);
    const statement = this.#database.prepare<[Row]>(
      `INSERT INTO ${table} (${columns.join(", ")})
       SELECT ${values.join(", ")} FROM ${table} WHERE ${where.join(" AND ")}`,
    );
    this.#statements.set(table, statement);
    return statement;
  }
}
