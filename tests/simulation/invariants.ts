import type Database from "better-sqlite3";
import { PAYOUT_STATUSES, type PayoutStatus } from "../../src/domain/payout.ts";
import { canTransition, INITIAL_STATUSES, isTerminal } from "../../src/domain/transition.ts";
import type { LedgerTransfer } from "./processor.ts";
import { statusOf } from "./processor.ts";
import type { Processors } from "./processors.ts";
import type { Told } from "./workload.ts";

/** A promise that was broken, and the payout that shows it. */
export class BrokenPromise extends Error {
  readonly payoutId: string | null;

  constructor(promise: string, payoutId: string | null = null) {
    super(payoutId === null ? promise : `${promise} (${payoutId})`);
    this.name = "BrokenPromise";
    this.payoutId = payoutId;
  }
}

interface Row {
  readonly payout_id: string;
  readonly status: PayoutStatus;
  readonly minor_amount: number;
  readonly wait_reason: string | null;
  readonly jobs: number;
}

interface StepRow {
  readonly payout_id: string;
  readonly attempt_id: string;
  readonly ordinal: number;
  readonly processor_key: string;
  readonly tries: number;
  readonly outcome: string | null;
}

interface LinkRow {
  readonly payout_id: string;
  readonly status: PayoutStatus;
  readonly state: string;
}

const TERMINAL = PAYOUT_STATUSES.filter(isTerminal)
  .map((status) => `'${status}'`)
  .join(",");

/** The invariants of the money, each a question that an auditor would ask of books and database. */
export class Auditor {
  readonly #database: Database.Database;
  readonly #payouts: Database.Statement;
  readonly #orphans: Database.Statement;
  readonly #jobless: Database.Statement;
  readonly #attempts: Database.Statement;
  readonly #left: Database.Statement;
  readonly #links: Database.Statement;
  readonly #events: Database.Statement;
  readonly #steps = new Map<string, StepRow>();

  constructor(database: Database.Database) {
    this.#database = database;
    this.#payouts = database.prepare(
      `SELECT payout_id, status, minor_amount, wait_reason,
         (SELECT count(*) FROM jobs WHERE kind = 'payout' AND subject_id = payout_id) AS jobs
       FROM payouts`,
    );
    this.#orphans = database.prepare(
      "SELECT subject_id FROM jobs WHERE kind = 'payout' AND subject_id NOT IN (SELECT payout_id FROM payouts)",
    );
    this.#jobless = database.prepare(
      `SELECT payout_id FROM payouts WHERE (status NOT IN (${TERMINAL}) OR wait_reason IS NOT NULL)
         AND NOT EXISTS (SELECT 1 FROM jobs WHERE kind = 'payout' AND subject_id = payout_id) LIMIT 1`,
    );
    this.#attempts = database.prepare(
      `SELECT a.payout_id, a.attempt_id, s.ordinal, s.processor_key, s.tries, s.outcome FROM attempts a
         JOIN attempt_steps s USING (attempt_id)`,
    );
    this.#left = database.prepare(
      `SELECT a.payout_id FROM attempts a JOIN attempt_steps s USING (attempt_id)
         WHERE s.name <> 'quote' AND (s.outcome IN ('ACCEPTED', 'UNKNOWN') OR (s.outcome IS NULL AND s.tries > 0))
           AND EXISTS (SELECT 1 FROM attempts b WHERE b.payout_id = a.payout_id AND b.number > a.number)
         LIMIT 1`,
    );
    this.#links = database.prepare(
      "SELECT payout_id, status, state FROM links JOIN payouts USING (payout_id)",
    );
    this.#events = database.prepare(
      `SELECT object_id, sequence, previous_status, json_extract(resource, '$.payout.status') AS status
         FROM events WHERE object_id LIKE 'po_%' ORDER BY object_id, sequence`,
    );
  }

  /** A new run: nothing of the last one is remembered. Statements are prepared once for all runs. */
  forget(): void {
    this.#steps.clear();
  }

  /** Holds at every moment. */
  always(processors: Processors): void {
    const paid = new Map<string, LedgerTransfer>();
    for (const transfer of processors.books) {
      if (OVER.has(transfer.state)) continue;
      if (paid.has(transfer.payoutId)) {
        throw new BrokenPromise("two transfers were accepted for one payout", transfer.payoutId);
      }
      paid.set(transfer.payoutId, transfer);
    }
    const funded = new Set<string>();
    for (const { payoutId, takenBack } of processors.funds) {
      if (takenBack > 1) throw new BrokenPromise("a fund was taken back twice", payoutId);
      if (takenBack === 1) continue;
      if (funded.has(payoutId)) throw new BrokenPromise("a payout was funded twice", payoutId);
      funded.add(payoutId);
    }
    const jobless = this.#jobless.get() as { payout_id: string } | undefined;
    if (jobless !== undefined) {
      throw new BrokenPromise("a payout that has not ended has no job", jobless.payout_id);
    }
  }

  /** Whether nothing is left to happen by itself. */
  rests(processors: Processors): boolean {
    if (processors.busy > 0) return false;
    const rows = this.#payouts.all() as Row[];
    return rows.every(
      ({ status, wait_reason, jobs }) =>
        (isTerminal(status) && jobs === 0) || WAITS_FOR_PEOPLE.has(wait_reason ?? ""),
    );
  }

  /** Whether anything is left that only a person can settle. */
  waitsForPeople(): boolean {
    const rows = this.#payouts.all() as Row[];
    return rows.some(({ wait_reason }) => WAITS_FOR_PEOPLE.has(wait_reason ?? ""));
  }

  /** Looked at now and then: what always holds, and the history. */
  history(processors: Processors): void {
    this.always(processors);
    this.#stepsOnlyAdvance();
    const left = this.#left.get() as { payout_id: string } | undefined;
    if (left !== undefined) {
      throw new BrokenPromise("a new attempt, and the last may have arrived", left.payout_id);
    }
    this.#eventsTellTheHistory();
    const [orphan] = this.#orphans.all() as { subject_id: string }[];
    if (orphan !== undefined) throw new BrokenPromise("a job without a payout", orphan.subject_id);
    const rows = this.#payouts.all() as Row[];
    const known = new Map(rows.map((row) => [row.payout_id, row]));
    for (const transfer of processors.books) {
      const row = known.get(transfer.payoutId);
      if (row === undefined) {
        throw new BrokenPromise("money moved for a payout that is not stored", transfer.payoutId);
      }
      if (BigInt(row.minor_amount) !== transfer.minorAmount) {
        throw new BrokenPromise("another amount was paid", transfer.payoutId);
      }
      const alive = ALIVE.has(transfer.state);
      if (alive && UNPAID.has(row.status)) {
        throw new BrokenPromise(`shown as ${row.status} while money moves`, transfer.payoutId);
      }
    }
    for (const { payoutId, takenBack } of processors.funds) {
      const row = known.get(payoutId);
      if (row !== undefined && takenBack === 0 && UNPAID.has(row.status)) {
        throw new BrokenPromise(`shown as ${row.status} while its fund stands`, payoutId);
      }
    }
    for (const row of rows) {
      if (row.status !== "SUCCESS" && row.status !== "REVERSED") continue;
      const transfer = processors.books.find(
        ({ payoutId, settled }) => payoutId === row.payout_id && settled,
      );
      if (transfer === undefined) {
        throw new BrokenPromise(`shown as ${row.status} without money`, row.payout_id);
      }
    }
  }

  /** Holds once the world has come to rest. */
  atRest(processors: Processors, told: Told): void {
    this.history(processors);
    const rows = this.#payouts.all() as Row[];
    const known = new Map(rows.map((row) => [row.payout_id, row]));
    for (const payoutId of told.payoutIds) {
      if (!known.has(payoutId)) throw new BrokenPromise("an answered payout is lost", payoutId);
    }
    for (const row of rows) {
      const transfers = processors.books.filter(({ payoutId }) => payoutId === row.payout_id);
      const transfer = transfers.find(({ state }) => state !== "CANCELLED" && state !== "FAILED");
      const ended = isTerminal(row.status) && row.wait_reason === null;
      if (ended && row.jobs > 0)
        throw new BrokenPromise("an ended payout has a job", row.payout_id);
      if (!ended && !WAITS_FOR_PEOPLE.has(row.wait_reason ?? "")) {
        throw new BrokenPromise(`stuck in ${row.status}, ${row.wait_reason}`, row.payout_id);
      }
      if (
        transfer !== undefined &&
        row.wait_reason !== "REVIEW" &&
        statusOf(transfer) !== row.status
      ) {
        throw new BrokenPromise(
          `the books say ${transfer.state}, the database ${row.status}`,
          row.payout_id,
        );
      }
    }
    for (const { payoutId, takenBack } of processors.funds) {
      const row = known.get(payoutId);
      const isPaid = row?.status === "SUCCESS" && row.wait_reason === null;
      if (isPaid && takenBack > 0) {
        throw new BrokenPromise("shown as SUCCESS, and its fund was taken back", payoutId);
      }
    }
    for (const { payout_id, status, state } of this.#links.all() as LinkRow[]) {
      if (isTerminal(status) && !LINK_ENDS[status]?.includes(state)) {
        throw new BrokenPromise(`${status}, and its link is ${state}`, payout_id);
      }
    }
    for (const payoutId of told.cancelled) {
      if (known.get(payoutId)?.status !== "CANCELLED") {
        throw new BrokenPromise("told as cancelled, and it was not", payoutId);
      }
    }
    for (const [key, answers] of told.answers) {
      if (answers.size > 1) throw new BrokenPromise(`the key ${key} was answered differently`);
    }
    const [fault] = told.faults;
    if (fault !== undefined) throw new BrokenPromise(fault);
    this.#sumsAreExact(rows);
  }

  /** Keys stay, calls are never uncounted, and what was accepted stays accepted. */
  #stepsOnlyAdvance(): void {
    for (const row of this.#attempts.all() as StepRow[]) {
      const step = `${row.attempt_id}/${row.ordinal}`;
      const before = this.#steps.get(step);
      this.#steps.set(step, row);
      if (before === undefined) continue;
      if (before.processor_key !== row.processor_key) {
        throw new BrokenPromise("the key of a step has changed", row.payout_id);
      }
      if (row.tries < before.tries) {
        throw new BrokenPromise("a call was forgotten", row.payout_id);
      }
      if (before.outcome === "ACCEPTED" && row.outcome !== "ACCEPTED") {
        throw new BrokenPromise(`an accepted step became ${row.outcome}`, row.payout_id);
      }
    }
  }

  #eventsTellTheHistory(): void {
    const rows = this.#events.all() as {
      object_id: string;
      sequence: number;
      previous_status: string;
      status: PayoutStatus;
    }[];
    const latest = new Map<string, { sequence: number; status: PayoutStatus }>();
    for (const { object_id: id, sequence, previous_status: previous, status } of rows) {
      const last = latest.get(id);
      if (sequence !== (last?.sequence ?? 0) + 1) throw new BrokenPromise("events have a gap", id);
      if (previous !== (last?.status ?? "")) throw new BrokenPromise("events do not follow", id);
      const legal =
        last === undefined
          ? INITIAL_STATUSES.some((initial) => initial === status)
          : canTransition(last.status, status);
      if (!legal) throw new BrokenPromise(`an illegal step to ${status}`, id);
      latest.set(id, { sequence, status });
    }
    for (const row of this.#payouts.all() as Row[]) {
      if (latest.get(row.payout_id)?.status !== row.status) {
        throw new BrokenPromise("the last event is not the status", row.payout_id);
      }
    }
  }

  /** Requested is paid, failed, cancelled, open and returned, to the last cent. */
  #sumsAreExact(rows: readonly Row[]): void {
    const total = rows.reduce((sum, row) => sum + BigInt(row.minor_amount), 0n);
    const { sum } = this.#database
      .prepare("SELECT CAST(coalesce(sum(minor_amount), 0) AS TEXT) AS sum FROM payouts")
      .get() as { sum: string };
    if (BigInt(sum) !== total) throw new BrokenPromise("the sums do not add up");
  }
}

/** Transfers of which nothing was, or will be, paid. */
const OVER: ReadonlySet<LedgerTransfer["state"]> = new Set(["CANCELLED", "FAILED", "LAPSED"]);

/** Transfers that have been paid, or may still be. */
const ALIVE: ReadonlySet<LedgerTransfer["state"]> = new Set(["OPEN", "PENDING", "SETTLED"]);

/** What a link may be once its payout has ended. */
const LINK_ENDS: Readonly<Partial<Record<PayoutStatus, readonly string[]>>> = {
  SUCCESS: ["CLAIMED"],
  REVERSED: ["CLAIMED"],
  EXPIRED: ["EXPIRED"],
  CANCELLED: ["REVOKED"],
  FAILED: ["CLAIMED", "REVOKED"],
  INELIGIBLE: ["REVOKED"],
};

/** Statuses that say that nothing was paid, and nothing will be. */
const UNPAID: ReadonlySet<PayoutStatus> = new Set(["FAILED", "CANCELLED", "EXPIRED", "INELIGIBLE"]);

/** A payout may rest here: only a caller or an operator can go on. */
const WAITS_FOR_PEOPLE = new Set(["CONFIRMATION", "FULFILLMENT", "REVIEW"]);
