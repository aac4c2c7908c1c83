import Database from "better-sqlite3";
import { LIMITS } from "./limits.ts";

/** The processor's own memory: a connection of its own to a SQLite file of its own. */
export type Ledger = Database.Database;

const SCHEMA_VERSION = 1;

/**
 * Money is text, times are milliseconds. `answers` is what each idempotency key was told and
 * `refusals` how often it was turned away; neither ever expires, so that a key means the same for as
 * long as the file is there. A transfer's `account` is the client's that pays; the accounts that are
 * paid are masked before they come here.
 */
const SCHEMA = `
CREATE TABLE transfers (
  number INTEGER PRIMARY KEY AUTOINCREMENT,
  transfer_id TEXT NOT NULL UNIQUE,
  idempotency_key TEXT NOT NULL UNIQUE,
  account TEXT NOT NULL,
  payout_id TEXT NOT NULL,
  amount TEXT NOT NULL,
  currency TEXT NOT NULL,
  destination_amount TEXT,
  destination_currency TEXT NOT NULL,
  destination_kind TEXT NOT NULL,
  destination_account TEXT NOT NULL,
  scenario TEXT NOT NULL,
  state TEXT NOT NULL
    CHECK (state IN ('HELD', 'PENDING', 'SETTLED', 'FAILED', 'RETURNED', 'CANCELLED')),
  reason TEXT,
  sequence INTEGER NOT NULL,
  due_time INTEGER,
  create_time INTEGER NOT NULL,
  update_time INTEGER NOT NULL
) STRICT;
CREATE INDEX transfers_by_account ON transfers (account, number);
CREATE INDEX transfers_by_payout ON transfers (payout_id, account, number);
CREATE INDEX transfers_due ON transfers (due_time) WHERE due_time IS NOT NULL;

CREATE TABLE recipients (
  recipient_id TEXT PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL,
  scenario TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE accounts (
  account_id TEXT PRIMARY KEY,
  idempotency_key TEXT NOT NULL UNIQUE,
  reference TEXT NOT NULL,
  recipient_id TEXT REFERENCES recipients,
  destination_kind TEXT NOT NULL,
  destination_account TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE answers (
  idempotency_key TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  status INTEGER NOT NULL,
  body TEXT NOT NULL,
  create_time INTEGER NOT NULL
) STRICT;

CREATE TABLE refusals (
  idempotency_key TEXT PRIMARY KEY,
  count INTEGER NOT NULL
) STRICT;

CREATE TABLE news (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  event_id TEXT NOT NULL,
  type TEXT NOT NULL,
  transfer_id TEXT NOT NULL REFERENCES transfers (transfer_id),
  transfer TEXT NOT NULL,
  delivered INTEGER NOT NULL DEFAULT 0 CHECK (delivered IN (0, 1)),
  tries INTEGER NOT NULL DEFAULT 0,
  due_time INTEGER
) STRICT;
CREATE INDEX news_due ON news (due_time) WHERE delivered = 0;
CREATE INDEX news_open ON news (seq) WHERE delivered = 0;
`;

/**
 * Opens the ledger at `path`, making it if it is not there; its folder must be. What makes it durable
 * is set and then read back, since SQLite ignores a setting that it cannot keep. Throws when the file
 * is no ledger, is newer than this program, or cannot be made durable.
 */
export function openLedger(path: string): Ledger {
  const ledger = new Database(path, { timeout: LIMITS.busyMs });
  try {
    ledger.pragma("journal_mode = WAL");
    ledger.pragma("synchronous = FULL");
    ledger.pragma("foreign_keys = ON");
    expectSetting(ledger, "journal_mode", "wal");
    expectSetting(ledger, "synchronous", 2);
    expectSetting(ledger, "foreign_keys", 1);
    expectSetting(ledger, "busy_timeout", LIMITS.busyMs);
    ledger.transaction(() => migrate(ledger)).immediate();
    return ledger;
  } catch (error) {
    ledger.close();
    throw error;
  }
}

function migrate(ledger: Ledger): void {
  const version = ledger.pragma("user_version", { simple: true });
  if (version === SCHEMA_VERSION) return;
  if (version !== 0) throw new Error("The sandbox ledger was written by another version.");
  const tables = ledger.prepare("SELECT count(*) FROM sqlite_schema").pluck().get();
  if (tables !== 0) throw new Error("The file is a database, but not a sandbox ledger.");
  ledger.exec(SCHEMA);
  ledger.pragma(`user_version = ${SCHEMA_VERSION}`);
}

function expectSetting(ledger: Ledger, name: string, value: string | number): void {
  if (ledger.pragma(name, { simple: true }) !== value) {
    throw new Error(`The sandbox ledger does not keep the setting ${name}.`);
  }
}
