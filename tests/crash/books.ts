import Database from "better-sqlite3";
import type { PayoutStatus } from "../../src/domain/payout.ts";
import { canTransition, INITIAL_STATUSES } from "../../src/domain/transition.ts";
import { TAG } from "./told.ts";

/** A promise that was broken; the payout that shows it, where one does. */
export interface Violation {
  readonly promise: string;
  readonly payoutId: string | null;
}

export interface StoredPayout {
  readonly payoutId: string;
  readonly status: PayoutStatus;
  readonly minorAmount: string;
  readonly tag: string | null;
}

const ENDED = "('SUCCESS', 'FAILED', 'CANCELLED', 'EXPIRED', 'REVERSED', 'INELIGIBLE')";
/** Only a caller can go on here. Nothing may end up in REVIEW: the sandbox forgets no key. */
const WAITS_FOR_PEOPLE = "('CONFIRMATION', 'FULFILLMENT')";
/**
 * A call in doubt that shall be stopped, and of which the processor has never heard: the service asks
 * again for a quarter of an hour, sends nothing meanwhile, and then leaves it to a person.
 */
const SEARCHED = `(coalesce(wait_reason, '') = 'VOID_REQUESTED'
  AND coalesce(json_extract(void_request, '$.state'), '') = 'UNKNOWN'
  AND payout_id NOT IN (SELECT payout_id FROM ledger.transfers))`;
const STATUS_OF_STATE = `CASE t.state
  WHEN 'HELD' THEN 'REQUIRES_FULFILLMENT' WHEN 'PENDING' THEN 'PENDING' WHEN 'SETTLED' THEN 'SUCCESS'
  WHEN 'FAILED' THEN 'FAILED' WHEN 'RETURNED' THEN 'REVERSED' WHEN 'CANCELLED' THEN 'CANCELLED' END`;

/** What may be found at no time at all; each query finds who breaks it. */
const ALWAYS: Readonly<Record<string, string>> = {
  "two transfers for one payout":
    "SELECT payout_id AS id FROM ledger.transfers GROUP BY payout_id HAVING count(*) > 1",
  "a transfer for a payout that is not stored":
    "SELECT payout_id AS id FROM ledger.transfers WHERE payout_id NOT IN (SELECT payout_id FROM payouts)",
  "a transfer under a key that no attempt has":
    "SELECT payout_id AS id FROM ledger.transfers WHERE idempotency_key NOT IN (SELECT processor_key FROM attempt_steps)",
  "another amount was paid": `
    SELECT p.payout_id AS id FROM payouts p JOIN ledger.transfers t USING (payout_id)
      WHERE t.amount <> CAST(p.minor_amount AS TEXT) OR t.currency <> p.currency`,
  "a second attempt": "SELECT payout_id AS id FROM attempts GROUP BY payout_id HAVING count(*) > 1",
  "a payout that has not ended has no job": `
    SELECT payout_id AS id FROM payouts WHERE status NOT IN ${ENDED}
      AND payout_id NOT IN (SELECT subject_id FROM jobs)`,
  "a job without a payout": `
    SELECT subject_id AS id FROM jobs
      WHERE kind = 'payout' AND subject_id NOT IN (SELECT payout_id FROM payouts)`,
  "an order that became two payouts": `
    SELECT max(payout_id) AS id FROM payouts
      GROUP BY json_extract(metadata, '$.${TAG}') HAVING count(*) > 1`,
};

/** What may not be found once the world has come to rest. */
const AT_REST: Readonly<Record<string, string>> = {
  "an ended payout has a job": `
    SELECT payout_id AS id FROM payouts JOIN jobs ON subject_id = payout_id WHERE status IN ${ENDED}`,
  "an ended payout waits": `SELECT payout_id AS id FROM payouts WHERE status IN ${ENDED} AND wait_reason IS NOT NULL`,
  "a payout that does not end": `
    SELECT payout_id AS id FROM payouts WHERE status NOT IN ${ENDED}
      AND coalesce(wait_reason, '') NOT IN ${WAITS_FOR_PEOPLE} AND NOT ${SEARCHED}`,
  "status and ledger disagree": `
    SELECT p.payout_id AS id FROM payouts p JOIN ledger.transfers t USING (payout_id)
      WHERE p.status <> ${STATUS_OF_STATE}`,
  "money is said to have moved, and the ledger knows nothing": `
    SELECT payout_id AS id FROM payouts
      WHERE payout_id NOT IN (SELECT payout_id FROM ledger.transfers)
        AND status NOT IN ('FAILED', 'CANCELLED', 'REQUIRES_CONFIRMATION') AND NOT ${SEARCHED}`,
  "failed without a refusal or a failed transfer": `
    SELECT payout_id AS id FROM payouts
      WHERE status = 'FAILED' AND payout_id NOT IN (SELECT payout_id FROM ledger.transfers)
        AND payout_id NOT IN (
          SELECT payout_id FROM attempts JOIN attempt_steps USING (attempt_id) WHERE outcome = 'REJECTED')`,
};

/** Database and ledger, read side by side as an auditor would, while everything may be running. */
export class Books {
  readonly #database: Database.Database;

  constructor(databasePath: string, ledgerPath: string) {
    this.#database = new Database(databasePath, { readonly: true });
    this.#database.prepare("ATTACH ? AS ledger").run(ledgerPath);
  }

  close(): void {
    this.#database.close();
  }

  /** Whether nothing is left to happen by itself, here or at the processor. */
  rests(): boolean {
    const open = this.#count(`
      SELECT count(*) AS n FROM payouts WHERE status NOT IN ${ENDED}
        AND coalesce(wait_reason, '') NOT IN ${WAITS_FOR_PEOPLE} AND NOT ${SEARCHED}`);
    const jobs = this.#count(`
      SELECT count(*) AS n FROM jobs JOIN payouts ON payout_id = subject_id
        WHERE status IN ${ENDED}`);
    const moving = this.#count(
      "SELECT count(*) AS n FROM ledger.transfers WHERE due_time IS NOT NULL",
    );
    const news = this.#count("SELECT count(*) AS n FROM ledger.news WHERE delivered = 0");
    return open + jobs + moving + news === 0;
  }

  /** Transfers that only a tester moves. */
  manual(): readonly string[] {
    return this.#ids(
      "SELECT payout_id AS id FROM ledger.transfers WHERE state = 'PENDING' AND due_time IS NULL",
    );
  }

  payouts(): readonly StoredPayout[] {
    return this.#database
      .prepare<[], StoredPayout>(
        `SELECT payout_id AS payoutId, status, CAST(minor_amount AS TEXT) AS minorAmount,
           json_extract(metadata, '$.${TAG}') AS tag FROM payouts`,
      )
      .all();
  }

  /** The ledger: the key of each transfer, and its state. */
  transfers(): ReadonlyMap<string, string> {
    const rows = this.#database
      .prepare<[], { id: string; state: string }>(
        "SELECT idempotency_key AS id, state FROM ledger.transfers",
      )
      .all();
    return new Map(rows.map(({ id, state }) => [id, state]));
  }

  always(): readonly Violation[] {
    return [...this.#search(ALWAYS), ...this.#history()];
  }

  atRest(): readonly Violation[] {
    return [...this.always(), ...this.#search(AT_REST), ...this.#damage()];
  }

  /** All that is known of a payout, for people. */
  describe(payoutId: string): readonly string[] {
    const tables: Readonly<Record<string, string>> = {
      payout: "SELECT * FROM payouts WHERE payout_id = ?",
      event:
        "SELECT sequence, type, previous_status, create_time FROM events WHERE object_id = ? ORDER BY sequence",
      attempt: "SELECT * FROM attempts WHERE payout_id = ?",
      step: "SELECT * FROM attempt_steps WHERE attempt_id IN (SELECT attempt_id FROM attempts WHERE payout_id = ?)",
      job: "SELECT * FROM jobs WHERE subject_id = ?",
      transfer: "SELECT * FROM ledger.transfers WHERE payout_id = ?",
      news: "SELECT n.seq, n.type, n.delivered FROM ledger.news n JOIN ledger.transfers USING (transfer_id) WHERE payout_id = ?",
    };
    return Object.entries(tables).flatMap(([name, sql]) =>
      this.#database
        .prepare<[string], object>(sql)
        .all(payoutId)
        .map((row) => `${name} ${JSON.stringify(row)}`),
    );
  }

  #search(queries: Readonly<Record<string, string>>): readonly Violation[] {
    return Object.entries(queries).flatMap(([promise, sql]) =>
      this.#ids(sql).map((payoutId) => ({ promise, payoutId })),
    );
  }

  /** Events are numbered from 1, follow each other by legal steps, and end in the payout's status. */
  #history(): readonly Violation[] {
    const events = this.#database
      .prepare<[], { id: string; sequence: number; previous: string; status: PayoutStatus }>(
        `SELECT object_id AS id, sequence, previous_status AS previous,
           json_extract(resource, '$.payout.status') AS status
         FROM events WHERE object_id LIKE 'po!_%' ESCAPE '!' ORDER BY object_id, sequence`,
      )
      .all();
    const violations: Violation[] = [];
    const last = new Map<string, { sequence: number; status: PayoutStatus }>();
    for (const { id, sequence, previous, status } of events) {
      const before = last.get(id);
      const follows =
        before === undefined
          ? sequence === 1 && previous === "" && INITIAL_STATUSES.some((each) => each === status)
          : sequence === before.sequence + 1 &&
            previous === before.status &&
            canTransition(before.status, status);
      if (!follows) violations.push({ promise: "events do not follow each other", payoutId: id });
      last.set(id, { sequence, status });
    }
    for (const { payoutId, status } of this.payouts()) {
      if (last.get(payoutId)?.status === status) continue;
      violations.push({ promise: "the last event is not the status", payoutId });
    }
    return violations;
  }

  #damage(): readonly Violation[] {
    return ["main", "ledger"].flatMap((name) => {
      const integrity = this.#database.pragma(`${name}.integrity_check`, { simple: true });
      const foreign = this.#database.pragma(`${name}.foreign_key_check`) as readonly unknown[];
      const sound = integrity === "ok" && foreign.length === 0;
      return sound ? [] : [{ promise: `the ${name} file is damaged`, payoutId: null }];
    });
  }

  #ids(sql: string): readonly string[] {
    return this.#database
      .prepare<[], { id: string }>(sql)
      .all()
      .map(({ id }) => id);
  }

  #count(sql: string): number {
    return this.#database.prepare<[], { n: number }>(sql).get()?.n ?? 0;
  }
}
