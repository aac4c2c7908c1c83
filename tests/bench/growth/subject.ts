import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { limits } from "../../../src/limits.ts";
import type { Repository } from "../../../src/repository/repository.ts";
import { openSqliteRepository } from "../../../src/repository/sqlite/index.ts";
import { Cipher } from "../../../src/security/cipher.ts";
import { loadOrMakeKeys } from "../../../src/security/key-store.ts";
import { databasePath } from "../server-process.ts";

/** What is asked of a filled database: the biggest merchant's data, big parts and small. */
export interface Subject {
  readonly merchantId: string;
  /** A payout from the middle of the merchant's. */
  readonly payoutId: string;
  readonly reference: string;
  /** The one that was paid most often, and one that was paid seldom. */
  readonly recipients: { readonly biggest: string; readonly small: string };
  /** When its first and last payouts were made (milliseconds). */
  readonly from: number;
  readonly to: number;
}

export function subjectOf(folder: string): Subject {
  const database = new Database(databasePath(folder), { readonly: true });
  const get = <T>(sql: string, ...values: (string | number)[]): T =>
    database.prepare<(string | number)[], T>(sql).get(...values) as T;
  try {
    // The service's own merchant was made first among them; all others were copied from it.
    const { merchantId } = get<{ merchantId: string }>(
      "SELECT merchant_id AS merchantId FROM merchants ORDER BY rowid LIMIT 1",
    );
    const range = get<{ from: number; to: number }>(
      `SELECT min(create_time) AS "from", max(create_time) AS "to" FROM payouts WHERE merchant_id = ?`,
      merchantId,
    );
    const middle = get<{ payoutId: string; reference: string }>(
      `SELECT payout_id AS payoutId, merchant_payout_id AS reference FROM payouts
       WHERE merchant_id = ? AND create_time >= ? AND status = 'SUCCESS' LIMIT 1`,
      merchantId,
      (range.from + range.to) / 2,
    );
    const recipient = (order: string) =>
      get<{ id: string }>(
        `SELECT recipient_id AS id FROM payouts WHERE merchant_id = ? AND recipient_id IS NOT NULL
         GROUP BY recipient_id ORDER BY count(*) ${order} LIMIT 1`,
        merchantId,
      ).id;
    return {
      merchantId,
      ...middle,
      ...range,
      recipients: { biggest: recipient("DESC"), small: recipient("ASC") },
    };
  } finally {
    database.close();
  }
}

/** The repository on a filled database, as the service opens it; migrates it if that is due. */
export function openFilled(folder: string): Repository {
  const keys = loadOrMakeKeys(folder, { encryptionKeys: null, hashKey: null }, randomBytes);
  return openSqliteRepository({
    path: databasePath(folder),
    migrations: join(dirname(import.meta.dirname), "../../drizzle/sqlite"),
    busyTimeoutMs: limits.databaseBusyMs,
    cipher: new Cipher(keys.encryptionKeys, randomBytes),
    now: Date.now,
    randomBytes,
    maxPerCommit: limits.unitsPerCommit,
    maxWaiting: limits.unitsWaiting,
    schedule: setImmediate,
  });
}
