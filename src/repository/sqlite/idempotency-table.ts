import { and, eq, isNull, lte, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { IdempotencyClaim, Replay } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

/** RPCs that start a payout: their keys are kept for ever, others for 30 days. */
const KEPT_FOR_EVER = new Set([
  "PayoutService.Create",
  "PayoutService.Stage",
  "PayoutService.CreateLink",
]);
const KEPT_MS = 30 * 24 * 60 * 60 * 1000;

/** Idempotency records, read and written inside the unit that makes the change. */
export interface IdempotencyTable {
  /** @throws ServiceError IDEMPOTENCY_KEY_REUSED when the key stands for another request */
  find(merchantId: string, claim: IdempotencyClaim): Replay | null;
  insert(
    merchantId: string,
    claim: IdempotencyClaim,
    subjectId: string,
    answer: string | null,
  ): void;
  /** The first to close a record wins; answers the winner's. */
  close(merchantId: string, claim: IdempotencyClaim, answer: string): string;
  /** Makes a change once: a repeat is answered from the record, with what the first answered. */
  once<T extends object>(
    merchantId: string,
    claim: IdempotencyClaim | null,
    subjectId: string,
    change: () => T,
  ): T | Replay;
  /** Removes a record that is still open. */
  forget(merchantId: string, claim: IdempotencyClaim): void;
  remove(merchantId: string, claim: IdempotencyClaim): void;
}

export function createIdempotencyTable(context: SqliteContext): IdempotencyTable {
  const { orm } = context;
  const records = context.tables.idempotencyRecords;
  const here = and(
    eq(records.merchantId, sql.placeholder("merchantId")),
    eq(records.method, sql.placeholder("method")),
    eq(records.idempotencyKey, sql.placeholder("key")),
  );
  const select = orm.select().from(records).where(here).prepare();
  const remove = orm.delete(records).where(here).prepare();
  const removeExpired = orm
    .delete(records)
    .where(and(here, lte(records.expireTime, sql.placeholder("now"))))
    .prepare();
  const forget = orm
    .delete(records)
    .where(and(here, isNull(records.answer)))
    .prepare();
  const insert = prepareInsert(context, records);
  const close = orm
    .update(records)
    .set({ answer: sql`coalesce(${records.answer}, ${sql.placeholder("answer")})` })
    .where(here)
    .returning({ answer: records.answer })
    .prepare();

  const table: IdempotencyTable = {
    find: (merchantId, { method, key, fingerprint }) => {
      const row = select.get({ merchantId, method, key });
      // An expired record is as good as none; the sweep takes it away, or the next insert.
      if (row === undefined || (row.expireTime !== null && row.expireTime <= context.now())) {
        return null;
      }
      if (row.fingerprint !== fingerprint) throw new ServiceError("IDEMPOTENCY_KEY_REUSED");
      return { kind: "replay", subjectId: row.subjectId, answer: row.answer };
    },
    insert: (merchantId, { method, key, fingerprint }, subjectId, answer) => {
      const createTime = context.now();
      removeExpired.run({ merchantId, method, key, now: createTime });
      insert({
        merchantId,
        method,
        idempotencyKey: key,
        fingerprint,
        subjectId,
        answer,
        createTime,
        expireTime: KEPT_FOR_EVER.has(method) ? null : createTime + KEPT_MS,
      });
    },
    close: (merchantId, { method, key }, answer) => {
      const row = close.get({ merchantId, method, key, answer });
      return row?.answer ?? answer;
    },
    once: (merchantId, claim, subjectId, change) => {
      if (claim === null) return change();
      const replay = table.find(merchantId, claim);
      if (replay !== null) return replay;
      const made = change();
      table.insert(merchantId, claim, subjectId, encodeSnapshot(made));
      return made;
    },
    forget: (merchantId, { method, key }) => {
      forget.run({ merchantId, method, key });
    },
    remove: (merchantId, { method, key }) => {
      remove.run({ merchantId, method, key });
    },
  };
  return table;
}
