import { and, desc, eq, sql } from "drizzle-orm";
import { connectorAccountOf } from "../../domain/connector-ref.ts";
import type { Payout } from "../../domain/payout.ts";
import type { ReferencedPayout, ReferencePlace } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

/** By what ids processors know payouts, so that an event finds its payout; read and written inside a unit. */
export interface ReferenceTable {
  /** Brings the rows of a payout from one state to the other; null for one that is new. */
  replace(before: Payout | null, after: Payout): void;
  /** Newest first. */
  find(
    place: ReferencePlace,
    reference: { readonly kind: string | null; readonly id: string },
    limit: number,
  ): readonly ReferencedPayout[];
}

export function createReferenceTable(context: SqliteContext): ReferenceTable {
  const { orm, tables } = context;
  const { connectorReferences: references, payouts } = tables;
  const named = and(
    eq(references.merchantId, sql.placeholder("merchantId")),
    eq(references.connectorAccountId, sql.placeholder("connectorAccountId")),
    eq(references.referenceId, sql.placeholder("referenceId")),
  );
  const here = and(named, eq(references.kind, sql.placeholder("kind")));
  const select = (where: typeof here) =>
    orm
      .select({ payoutId: references.payoutId, status: payouts.status })
      .from(references)
      .innerJoin(payouts, eq(payouts.payoutId, references.payoutId))
      .where(where)
      .orderBy(desc(references.payoutId))
      .limit(sql.placeholder("limit"))
      .prepare();
  const [selectOfKind, selectOfAny] = [select(here), select(named)];
  const insert = prepareInsert(context, references);
  const remove = orm
    .delete(references)
    .where(and(here, eq(references.payoutId, sql.placeholder("payoutId"))))
    .prepare();

  /** Of connectors without accounts there are none: nothing comes to an account's address for them. */
  function rowsOf(payout: Payout) {
    const connectorAccountId = connectorAccountOf(payout.connector);
    if (connectorAccountId === null) return [];
    const { merchantId, payoutId } = payout;
    return payout.connectorReferences.map(({ kind, id: referenceId }) => ({
      merchantId,
      connectorAccountId,
      kind,
      referenceId,
      payoutId,
    }));
  }

  return {
    replace: (before, after) => {
      if (
        before?.connectorReferences === after.connectorReferences &&
        before.connector === after.connector
      ) {
        return;
      }
      const [old, fresh] = [keyed(before === null ? [] : rowsOf(before)), keyed(rowsOf(after))];
      for (const [key, row] of old) if (!fresh.has(key)) remove.run(row);
      for (const [key, row] of fresh) if (!old.has(key)) insert(row);
    },
    find: (place, { kind, id: referenceId }, limit) =>
      kind === null
        ? selectOfAny.all({ ...place, referenceId, limit })
        : selectOfKind.all({ ...place, kind, referenceId, limit }),
  };
}

function keyed<T extends object>(rows: readonly T[]): ReadonlyMap<string, T> {
  return new Map(rows.map((row) => [JSON.stringify(Object.values(row)), row]));
}
