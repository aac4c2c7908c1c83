import Database from "better-sqlite3";
import { expect } from "vitest";
import { eventually } from "./client.ts";

export interface StoredPayout {
  readonly payoutId: string;
  readonly status: string;
  readonly scenario: string;
  /** What it waits for; null when it has ended. */
  readonly waitsFor: string | null;
}

export interface LedgerRow {
  readonly payoutId: string;
  readonly key: string;
  readonly state: string;
  readonly scenario: string;
}

/** Where a payout of each scenario ends, and how its transfer then stands; null for none. */
export const ENDS: Readonly<Record<string, readonly [status: string, ledger: string | null]>> = {
  success: ["SUCCESS", "SETTLED"],
  instant_success: ["SUCCESS", "SETTLED"],
  manual: ["PENDING", "PENDING"],
  decline: ["FAILED", null],
  account_closed: ["FAILED", "FAILED"],
  return_after_success: ["REVERSED", "RETURNED"],
  timeout_before_send: ["SUCCESS", "SETTLED"],
  timeout_after_accept: ["SUCCESS", "SETTLED"],
  server_error_after_accept: ["SUCCESS", "SETTLED"],
  unreadable_reply: ["SUCCESS", "SETTLED"],
  unavailable: ["SUCCESS", "SETTLED"],
  slow: ["SUCCESS", "SETTLED"],
  duplicate_webhook: ["SUCCESS", "SETTLED"],
  out_of_order_webhook: ["SUCCESS", "SETTLED"],
};

/** Looks into a SQLite file that somebody else may be writing to. */
function query<T>(path: string, sql: string): readonly T[] {
  const database = new Database(path, { readonly: true });
  try {
    return database.prepare<[], T>(sql).all();
  } finally {
    database.close();
  }
}

export function storedPayouts(databasePath: string): readonly StoredPayout[] {
  return query(
    databasePath,
    `SELECT payout_id AS payoutId, status, wait_reason AS waitsFor,
       coalesce(json_extract(metadata, '$.sandbox_scenario'), 'success') AS scenario
     FROM payouts`,
  );
}

export function ledgerRows(ledgerPath: string): readonly LedgerRow[] {
  return query(
    ledgerPath,
    `SELECT payout_id AS payoutId, idempotency_key AS key, state, scenario FROM transfers`,
  );
}

/** Payouts that are not yet where their scenario ends. */
export function unfinished(databasePath: string): readonly StoredPayout[] {
  return storedPayouts(databasePath).filter(
    ({ status, scenario }) => status !== ENDS[scenario]?.[0],
  );
}

const ENDED = "('SUCCESS', 'FAILED', 'CANCELLED', 'EXPIRED', 'REVERSED', 'INELIGIBLE')";

/** What may never be found, at any moment; each query finds who breaks it. */
const BROKEN: Readonly<Record<string, string>> = {
  "a payout that has not ended, without a job": `
    SELECT payout_id FROM payouts WHERE status NOT IN ${ENDED}
      AND payout_id NOT IN (SELECT subject_id FROM jobs)`,
  "a job of a payout that is not there": `
    SELECT subject_id FROM jobs WHERE kind = 'payout'
      AND subject_id NOT IN (SELECT payout_id FROM payouts)`,
  "an ended payout that waits": `
    SELECT payout_id FROM payouts WHERE status IN ${ENDED} AND wait_reason IS NOT NULL`,
  "a payout that has not ended and waits for nothing": `
    SELECT payout_id FROM payouts WHERE status NOT IN ${ENDED} AND wait_reason IS NULL`,
  "events with a gap": `
    SELECT payout_id FROM payouts p WHERE event_sequence <>
      (SELECT count(*) FROM events WHERE object_id = p.payout_id)`,
  "a last event that is not the status": `
    SELECT p.payout_id FROM payouts p JOIN events e
      ON e.object_id = p.payout_id AND e.sequence = p.event_sequence
      WHERE json_extract(e.resource, '$.payout.status') <> p.status`,
  "an event that does not go on from the one before": `
    SELECT e.object_id FROM events e JOIN events b
      ON b.object_id = e.object_id AND b.sequence = e.sequence - 1
      WHERE e.object_id LIKE 'po_%'
        AND json_extract(b.resource, '$.payout.status') <> e.previous_status`,
  "a second attempt": `SELECT payout_id FROM attempts GROUP BY payout_id HAVING count(*) > 1`,
  "two payouts for one idempotency key": `
    SELECT idempotency_key FROM idempotency_records
      GROUP BY merchant_id, method, idempotency_key HAVING count(*) > 1`,
};

/** Left by a holder that was still calling when news ended its payout; it goes with the lease at the latest. */
const LEFT_OVER = `SELECT subject_id FROM jobs JOIN payouts ON payout_id = subject_id
  WHERE status IN ${ENDED}`;

export function expectSound(databasePath: string): void {
  for (const [what, sql] of Object.entries(BROKEN)) {
    expect(query(databasePath, sql), what).toEqual([]);
  }
}

/** Checks the books once every payout has ended: each accepted one is in the ledger exactly once. */
export async function expectSettledBooks(databasePath: string, ledgerPath: string): Promise<void> {
  await eventually(
    async () => query(databasePath, LEFT_OVER),
    (jobs) => jobs.length === 0,
    5000,
    (jobs) => `jobs of ended payouts: ${JSON.stringify(jobs)}`,
  );
  expectSound(databasePath);
  expect(unfinished(databasePath)).toEqual([]);
  const payouts = storedPayouts(databasePath);
  const transfers = ledgerRows(ledgerPath).map(({ payoutId, state }) => `${payoutId} ${state}`);
  const wanted = payouts.flatMap(({ payoutId, scenario }) => {
    const state = ENDS[scenario]?.[1] ?? null;
    return state === null ? [] : [`${payoutId} ${state}`];
  });
  expect(transfers.toSorted()).toEqual(wanted.toSorted());
  const keys = query<{ key: string }>(
    databasePath,
    "SELECT processor_key AS key FROM attempt_steps",
  );
  const known = new Set(keys.map(({ key }) => key));
  expect(ledgerRows(ledgerPath).filter(({ key }) => !known.has(key))).toEqual([]);
}
