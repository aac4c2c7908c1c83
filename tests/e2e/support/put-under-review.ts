import Database from "better-sqlite3";
import type { Config } from "../../../src/config.ts";

/** A job that is put off for an hour is not run while a test lasts. */
const OFF_MS = 60 * 60_000;

/**
 * Makes a pending payout of a running app wait for review, which the sandbox processor gives no
 * cause for. Whoever looks it up just now loses its lease, and with it what it would have written.
 */
export function putUnderReview(config: Config, now: number, payoutId: string): void {
  const database = new Database(config.databasePath, { timeout: 5000 });
  try {
    database.transaction(() => {
      const payouts = database
        .prepare("UPDATE payouts SET wait_reason = 'REVIEW', wait_since = ? WHERE payout_id = ?")
        .run(now, payoutId);
      const jobs = database
        .prepare(
          "UPDATE jobs SET run_at = ?, claimable_at = ?, lease_token = NULL, lease_until = NULL WHERE subject_id = ?",
        )
        .run(now + OFF_MS, now + OFF_MS, payoutId);
      if (payouts.changes !== 1 || jobs.changes !== 1) throw new Error("no such open payout");
    })();
  } finally {
    database.close();
  }
}
