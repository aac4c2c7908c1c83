import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import type { RoutingRule } from "../../src/domain/routing.ts";
import type { Repository } from "../../src/repository/repository.ts";
import { openSqliteRepository } from "../../src/repository/sqlite/index.ts";
import { Cipher } from "../../src/security/cipher.ts";
import { Auditor } from "./invariants.ts";
import type { SeededRandom } from "./random.ts";
import type { SimulatedProcess } from "./scheduler.ts";

const MIGRATIONS = fileURLToPath(new URL("../../drizzle/sqlite", import.meta.url));
const KEY = { id: "sim", key: new Uint8Array(32).fill(7) };

/**
 * The database of a simulation: the real repository on a real SQLite file, in memory where the
 * machine has a place for it (durability is the crash test's business). One file serves many runs,
 * emptied before each.
 */
export class Store {
  readonly #folder: string;
  readonly path: string;
  /** Looks at the database beside the service, as an auditor would. */
  readonly audit: Database.Database;
  readonly auditor: Auditor;
  readonly #idle: Connection[] = [];
  /** Counts what was committed: without a commit there is nothing new to audit. */
  commits = 0;

  constructor() {
    const base = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
    this.#folder = mkdtempSync(join(base, "payout-simulation-"));
    this.path = join(this.#folder, "payouts.db");
    void openSqliteRepository({ ...this.#settings(), schedule: setImmediate }).close();
    this.audit = new Database(this.path);
    this.auditor = new Auditor(this.audit);
  }

  /**
   * A service process's own connection; its commits happen when the scheduler lets them. Opening one
   * is most of a run's time, so a connection that a process left with nothing queued is used again.
   */
  open(process: SimulatedProcess, random: SeededRandom): Connection {
    const connection = this.#idle.pop() ?? new Connection((slot) => this.#open(slot));
    connection.process = process;
    connection.random = random;
    return connection;
  }

  /**
   * The process has ended. What it had queued is committed as its last act, by its own clock, and
   * nobody hears of it: the worst moment for a kill.
   */
  release(connection: Connection): void {
    if (connection.queued) {
      this.commits += 1;
      void connection.repository.close();
      return;
    }
    connection.process = null;
    this.#idle.push(connection);
  }

  #open(slot: Connection): Repository {
    return openSqliteRepository({
      ...this.#settings(),
      now: () => slot.process?.now() ?? 0,
      randomBytes: (size) => slot.random?.bytes(size) ?? new Uint8Array(size),
      schedule: (flush) => {
        slot.queued = true;
        slot.process?.later("commit", () => {
          slot.queued = false;
          this.commits += 1;
          flush();
        });
      },
    });
  }

  empty(merchantId: string, rules: readonly RoutingRule[]): void {
    this.audit.pragma("foreign_keys = OFF");
    for (const table of TABLES) this.audit.exec(`DELETE FROM ${table}`);
    this.audit
      .prepare(
        "INSERT INTO merchants (merchant_id, name, livemode, create_time) VALUES (?, ?, 0, 0)",
      )
      .run(merchantId, "Simulated");
    if (rules.length === 0) return;
    this.audit
      .prepare(
        "INSERT INTO routing_rules (merchant_id, rules, version, update_time) VALUES (?, ?, 1, 0)",
      )
      .run(merchantId, JSON.stringify(rules));
  }

  close(): void {
    for (const { repository } of this.#idle) void repository.close();
    this.audit.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #settings() {
    return {
      path: this.path,
      migrations: MIGRATIONS,
      busyTimeoutMs: 1000,
      cipher: new Cipher([KEY], (size) => new Uint8Array(size).fill(1)),
      now: () => 0,
      randomBytes: (size: number) => new Uint8Array(size),
      maxPerCommit: 4,
      maxWaiting: 10_000,
    };
  }
}

/** A repository, lent to one process after another. */
export class Connection {
  process: SimulatedProcess | null = null;
  random: SeededRandom | null = null;
  /** Whether units wait for their commit. */
  queued = false;
  readonly repository: Repository;

  constructor(open: (slot: Connection) => Repository) {
    this.repository = open(this);
  }
}

const TABLES = [
  "attempt_steps",
  "attempts",
  "links",
  "events",
  "jobs",
  "idempotency_records",
  "payouts",
  "routing_rules",
  "registrations",
  "disburse_accounts",
  "recipients",
  "api_keys",
  "merchants",
];
