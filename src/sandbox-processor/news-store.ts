import type { Ledger } from "./ledger.ts";
import { LIMITS } from "./limits.ts";
import type { TransferRow } from "./transfer-store.ts";
import { toWireTransfer } from "./transfer-store.ts";
import type { WireNews } from "./wire.ts";

/**
 * The outbox. News is written in the transaction of the change that it tells of, delivered later, and
 * marked only after it has been taken: it may come twice, and is never lost.
 */
export interface NewsStore {
  append(eventId: string, transfer: TransferRow, now: number): void;
  /** What is to be delivered at `now`, oldest first. */
  due(now: number, limit: number): readonly OpenNews[];
  nextDueTime(): number | undefined;
  /** What nobody has taken yet, after `seq`, whether its delivery is due or not. */
  open(after: number, limit: number): readonly WireNews[];
  markDelivered(seqs: readonly number[]): void;
  /** Counts a delivery that failed and sets the time of the next. */
  postpone(news: OpenNews, now: number): void;
}

export interface OpenNews extends WireNews {
  readonly tries: number;
}

interface NewsRow {
  readonly seq: number;
  readonly event_id: string;
  readonly type: string;
  readonly transfer: string;
  readonly tries: number;
}

export function createNewsStore(ledger: Ledger): NewsStore {
  const append = ledger.prepare(
    "INSERT INTO news (event_id, type, transfer_id, transfer, due_time) VALUES (?, ?, ?, ?, ?)",
  );
  const due = ledger.prepare<[number, number], NewsRow>(
    "SELECT * FROM news WHERE delivered = 0 AND due_time <= ? ORDER BY seq LIMIT ?",
  );
  const nextDue = ledger
    .prepare<[], number | null>("SELECT min(due_time) FROM news WHERE delivered = 0")
    .pluck();
  const open = ledger.prepare<[number, number], NewsRow>(
    "SELECT * FROM news WHERE delivered = 0 AND seq > ? ORDER BY seq LIMIT ?",
  );
  const mark = ledger.prepare<[number]>("UPDATE news SET delivered = 1 WHERE seq = ?");
  const postpone = ledger.prepare("UPDATE news SET tries = ?, due_time = ? WHERE seq = ?");
  const markAll = ledger.transaction((seqs: readonly number[]) => {
    for (const seq of seqs) mark.run(seq);
  });
  return {
    append: (eventId, transfer, now) => {
      const view = toWireTransfer(transfer);
      const type = `transfer.${view.state.toLowerCase()}`;
      append.run(eventId, type, view.transfer_id, JSON.stringify(view), now);
    },
    due: (now, limit) => due.all(now, limit).map(toOpenNews),
    nextDueTime: () => nextDue.get() ?? undefined,
    open: (after, limit) =>
      open.all(after, limit).map((row) => {
        const { tries: _tries, ...news } = toOpenNews(row);
        return news;
      }),
    markDelivered: (seqs) => {
      if (seqs.length > 0) markAll.immediate(seqs);
    },
    postpone: (news, now) => {
      const pause = Math.min(LIMITS.redeliverFirstMs * 2 ** news.tries, LIMITS.redeliverMaxMs);
      const next = news.tries + 1 < LIMITS.redeliverTries ? now + pause : null;
      postpone.run(news.tries + 1, next, news.seq);
    },
  };
}

function toOpenNews(row: NewsRow): OpenNews {
  const { seq, event_id, type, tries } = row;
  return { event_id, seq, type, transfer: JSON.parse(row.transfer), tries };
}
