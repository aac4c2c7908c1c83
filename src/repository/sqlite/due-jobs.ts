import { and, eq, gt, lte, min, sql } from "drizzle-orm";
import { laneOf } from "../job.ts";
import type { SqliteContext } from "./context.ts";
import { valuesOf } from "./newest-of.ts";
import type { JobRow } from "./payout-rows.ts";

/** Due rows that are looked at one by one before lanes are asked one by one. */
const NEAR = 256;

/**
 * Finds due jobs, the longest due first, past lanes that take no more. What is due in a full lane may be
 * a hundred thousand rows that all come first: then every other lane is asked for its own.
 */
export function createDueJobs(
  context: SqliteContext,
): (now: number, limit: number, fullLanes: readonly string[]) => readonly JobRow[] {
  const { orm, tables } = context;
  const { jobs } = tables;
  const isDue = lte(jobs.claimableAt, sql.placeholder("now"));
  const select = orm
    .select()
    .from(jobs)
    .where(isDue)
    .orderBy(jobs.claimableAt)
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectOfLane = orm
    .select()
    .from(jobs)
    .where(
      and(
        eq(jobs.merchantId, sql.placeholder("merchantId")),
        eq(jobs.lane, sql.placeholder("lane")),
        isDue,
      ),
    )
    .orderBy(jobs.claimableAt)
    .limit(sql.placeholder("limit"))
    .prepare();
  const nextMerchant = orm
    .select({ value: min(jobs.merchantId) })
    .from(jobs)
    .where(gt(jobs.merchantId, sql.placeholder("above")))
    .prepare();
  // Not as one row value with the merchant's: SQLite would walk all that is equal to it first.
  const nextLane = orm
    .select({ value: min(jobs.lane) })
    .from(jobs)
    .where(
      and(
        eq(jobs.merchantId, sql.placeholder("merchantId")),
        gt(jobs.lane, sql.placeholder("above")),
      ),
    )
    .prepare();

  /** The lanes that have jobs, by two looks at an index for each. */
  function* lanes(): Iterable<{ readonly merchantId: string; readonly lane: string }> {
    for (const merchantId of valuesOf((above) => nextMerchant.get({ above })?.value ?? null)) {
      const next = (above: string) => nextLane.get({ merchantId, above })?.value ?? null;
      for (const lane of valuesOf(next)) yield { merchantId, lane };
    }
  }

  function inOtherLanes(now: number, limit: number, full: ReadonlySet<string>): readonly JobRow[] {
    const found: JobRow[] = [];
    for (const { merchantId, lane } of lanes()) {
      if (full.has(laneOf({ merchantId, connector: lane }))) continue;
      found.push(...selectOfLane.all({ merchantId, lane, now, limit }));
    }
    return found.sort((a, b) => a.claimableAt - b.claimableAt).slice(0, limit);
  }

  return (now, limit, fullLanes) => {
    if (fullLanes.length === 0) return select.all({ now, limit });
    const full = new Set(fullLanes);
    const near = select.all({ now, limit: NEAR });
    const free = near.filter(
      ({ merchantId, lane: connector }) => !full.has(laneOf({ merchantId, connector })),
    );
    const isEnough = free.length >= limit || near.length < NEAR;
    return isEnough ? free.slice(0, limit) : inOtherLanes(now, limit, full);
  };
}
