import type { Ledger } from "./ledger.ts";
import type { TransferState, WireTransfer } from "./wire.ts";

/** A row of the ledger. `number` is the order of acceptance, `due_time` when it moves by itself. */
export interface TransferRow {
  readonly number: number;
  readonly transfer_id: string;
  readonly idempotency_key: string;
  /** Whose money it is. */
  readonly account: string;
  readonly payout_id: string;
  readonly amount: string;
  readonly currency: string;
  readonly destination_amount: string | null;
  readonly destination_currency: string;
  readonly destination_kind: string;
  /** Masked. */
  readonly destination_account: string;
  readonly scenario: string;
  readonly state: TransferState;
  readonly reason: string | null;
  readonly sequence: number;
  readonly due_time: number | null;
  readonly create_time: number;
  readonly update_time: number;
}

/** Which transfers to list; null for every account, every payout. */
export interface TransferFilter {
  readonly account: string | null;
  readonly payoutId: string | null;
}

/** The statements on the ledger's transfers. Each is one statement: transactions are the caller's. */
export interface TransferStore {
  insert(row: Omit<TransferRow, "number">): void;
  /** By the processor's id or by the idempotency key of its acceptance. */
  find(idOrKey: string): TransferRow | undefined;
  findByKey(key: string): TransferRow | undefined;
  /** Newest first, those accepted before `before`. */
  list(filter: TransferFilter, before: number, limit: number): readonly TransferRow[];
  due(now: number, limit: number): readonly TransferRow[];
  nextDueTime(): number | undefined;
  /** Writes the state, reason and times of a row that is still at `sequence`, and counts it on. */
  move(row: TransferRow): void;
}

const COLUMNS = [
  "transfer_id",
  "idempotency_key",
  "account",
  "payout_id",
  "amount",
  "currency",
  "destination_amount",
  "destination_currency",
  "destination_kind",
  "destination_account",
  "scenario",
  "state",
  "reason",
  "sequence",
  "due_time",
  "create_time",
  "update_time",
];

export function createTransferStore(ledger: Ledger): TransferStore {
  const insert = ledger.prepare(
    `INSERT INTO transfers (${COLUMNS.join(", ")}) VALUES (${COLUMNS.map((c) => `@${c}`).join(", ")})`,
  );
  const byId = ledger.prepare<[string], TransferRow>(
    "SELECT * FROM transfers WHERE transfer_id = ?",
  );
  const byKey = ledger.prepare<[string], TransferRow>(
    "SELECT * FROM transfers WHERE idempotency_key = ?",
  );
  // A statement for each way to filter, so that each goes by an index of its own.
  const pageWhere = (...conditions: readonly string[]) =>
    ledger.prepare<[TransferFilter & { before: number; limit: number }], TransferRow>(
      `SELECT * FROM transfers WHERE ${[...conditions, "number < @before"].join(" AND ")}
       ORDER BY number DESC LIMIT @limit`,
    );
  const page = pageWhere();
  const pageOfAccount = pageWhere("account = @account");
  const pageOfPayout = pageWhere("payout_id = @payoutId");
  const pageOfBoth = pageWhere("account = @account", "payout_id = @payoutId");
  const due = ledger.prepare<[number, number], TransferRow>(
    "SELECT * FROM transfers WHERE due_time <= ? ORDER BY due_time, number LIMIT ?",
  );
  const nextDue = ledger
    .prepare<[], number | null>("SELECT min(due_time) FROM transfers WHERE due_time IS NOT NULL")
    .pluck();
  const move = ledger.prepare(
    `UPDATE transfers SET state = @state, reason = @reason, sequence = @sequence,
       due_time = @due_time, update_time = @update_time
     WHERE transfer_id = @transfer_id AND sequence = @sequence - 1`,
  );
  return {
    insert: (row) => {
      insert.run(row);
    },
    find: (idOrKey) => byId.get(idOrKey) ?? byKey.get(idOrKey),
    findByKey: (key) => byKey.get(key),
    list: (filter, before, limit) => {
      const [ofAll, ofPayout] =
        filter.account === null ? [page, pageOfPayout] : [pageOfAccount, pageOfBoth];
      return (filter.payoutId === null ? ofAll : ofPayout).all({ ...filter, before, limit });
    },
    due: (now, limit) => due.all(now, limit),
    nextDueTime: () => nextDue.get() ?? undefined,
    move: (row) => {
      if (move.run(row).changes !== 1) throw new Error("A transfer was moved from a stale row.");
    },
  };
}

/** The row as clients see it. */
export function toWireTransfer(row: TransferRow): WireTransfer {
  return {
    transfer_id: row.transfer_id,
    idempotency_key: row.idempotency_key,
    account: row.account,
    payout_id: row.payout_id,
    amount: row.amount,
    currency: row.currency,
    destination_amount: row.destination_amount,
    destination_currency: row.destination_currency,
    destination: { kind: row.destination_kind, account: row.destination_account },
    scenario: row.scenario,
    state: row.state,
    reason: row.reason,
    sequence: row.sequence,
    create_time: row.create_time,
    update_time: row.update_time,
  };
}
