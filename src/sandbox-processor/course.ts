import type { Context } from "./context.ts";
import { LIMITS } from "./limits.ts";
import { type Scenario, SUCCESS, scenarioByName } from "./scenarios.ts";
import type { TransferRow } from "./transfer-store.ts";
import type { TransferState } from "./wire.ts";

/** Where a transfer goes from one state, by itself or because somebody asked. */
export interface Move {
  readonly state: TransferState;
  readonly reason: string | null;
  /** When it moves on by itself (milliseconds); null when it does not. */
  readonly dueTime: number | null;
}

export const ACCOUNT_CLOSED = "account_closed";

/** The scenario of a row. A word that only a newer program knows goes the plain way. */
export function scenarioOf(row: TransferRow): Scenario {
  return scenarioByName(row.scenario) ?? SUCCESS;
}

/** How a transfer starts when its money is asked to move at `now`. */
export function startOf(scenario: Scenario, now: number, settleMs: number): Move {
  if (scenario.course === "instant") return { state: "SETTLED", reason: null, dueTime: null };
  const dueTime = scenario.course === "manual" ? null : now + settleMs;
  return { state: "PENDING", reason: null, dueTime };
}

/**
 * Moves a transfer and writes its news: of arrivals, failures, returns and cancellations. That money
 * is held or moving is not news: whoever asked for it was told. Runs inside the caller's transaction.
 */
export function moveTransfer(context: Context, row: TransferRow, move: Move): TransferRow {
  const now = context.now();
  const moved: TransferRow = {
    ...row,
    state: move.state,
    reason: move.reason,
    due_time: move.dueTime,
    sequence: row.sequence + 1,
    update_time: now,
  };
  context.transfers.move(moved);
  if (move.state !== "PENDING") tell(context, moved, row);
  return moved;
}

/** Writes the news of a row's state, in the way of its scenario. */
export function tell(context: Context, row: TransferRow, before: TransferRow | undefined): void {
  const now = context.now();
  const { news } = scenarioOf(row);
  const eventId = `evt_${context.randomId()}`;
  context.news.append(eventId, row, now);
  if (news === "twice") context.news.append(eventId, row, now);
  if (news === "newest_first" && before !== undefined) {
    context.news.append(`evt_${context.randomId()}`, before, now);
  }
}

/**
 * Moves everything whose time has come. A transfer that is long overdue takes all its steps at once,
 * each in a state and with news of its own. Returns how many moves there were.
 */
export function settleDue(context: Context): number {
  const batch = context.ledger.transaction(() => {
    const rows = context.transfers.due(context.now(), LIMITS.settleBatch);
    for (const row of rows) moveTransfer(context, row, nextMove(row, context.settleMs));
    return rows.length;
  });
  let moves = 0;
  // Looked at first without a lock: on most calls nothing is due.
  while ((context.transfers.nextDueTime() ?? Number.POSITIVE_INFINITY) <= context.now()) {
    moves += batch.immediate();
  }
  return moves;
}

function nextMove(row: TransferRow, settleMs: number): Move {
  const { course } = scenarioOf(row);
  if (row.state === "SETTLED") return { state: "RETURNED", reason: ACCOUNT_CLOSED, dueTime: null };
  if (course === "fail") return { state: "FAILED", reason: ACCOUNT_CLOSED, dueTime: null };
  const returns = course === "settle_then_return" && row.due_time !== null;
  return {
    state: "SETTLED",
    reason: null,
    // Counted from the time that it was due, so that a sleep does not stretch the scenario.
    dueTime: returns ? (row.due_time ?? 0) + settleMs : null,
  };
}
