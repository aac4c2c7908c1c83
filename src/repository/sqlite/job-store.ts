import { and, eq, min, sql } from "drizzle-orm";
import type { JobStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { createDueJobs } from "./due-jobs.ts";

const TOKEN_BYTES = 16;

export function createJobStore(context: SqliteContext): JobStore {
  const { orm, tables } = context;
  const { jobs } = tables;
  const here = and(
    eq(jobs.kind, sql.placeholder("kind")),
    eq(jobs.subjectId, sql.placeholder("subjectId")),
  );
  const underLease = and(here, eq(jobs.leaseToken, sql.placeholder("token")));
  const lease = orm
    .update(jobs)
    .set({
      leaseToken: sql`${sql.placeholder("token")}`,
      leaseUntil: sql`${sql.placeholder("until")}`,
      claimableAt: sql`${sql.placeholder("until")}`,
    })
    // A lease that has not run out cannot be taken, whoever asks.
    .where(
      and(
        here,
        sql`(${jobs.leaseUntil} is null or ${jobs.leaseUntil} <= ${sql.placeholder("now")})`,
      ),
    )
    .prepare();
  const extend = orm
    .update(jobs)
    .set({
      leaseUntil: sql`${sql.placeholder("until")}`,
      claimableAt: sql`${sql.placeholder("until")}`,
    })
    .where(underLease)
    .prepare();
  const defer = orm
    .update(jobs)
    .set({
      runAt: sql`${sql.placeholder("runAt")}`,
      claimableAt: sql`${sql.placeholder("runAt")}`,
      tries: sql`${jobs.tries} + 1`,
      leaseToken: null,
      leaseUntil: null,
      lastError: sql`${sql.placeholder("lastError")}`,
    })
    .where(underLease)
    .prepare();
  const next = orm
    .select({ at: min(jobs.claimableAt) })
    .from(jobs)
    .prepare();
  const dueJobs = createDueJobs(context);

  const token = () => Buffer.from(context.randomBytes(TOKEN_BYTES)).toString("hex");

  return {
    claimDue: (limit, leaseMs, fullLanes = []) =>
      context.write(() => {
        const now = context.now();
        return dueJobs(now, limit, fullLanes).flatMap(
          ({ kind, subjectId, merchantId, lane: connector }) => {
            const fresh = token();
            const { changes } = lease.run({
              kind,
              subjectId,
              token: fresh,
              until: now + leaseMs,
              now,
            });
            return changes === 1 ? [{ kind, subjectId, merchantId, connector, token: fresh }] : [];
          },
        );
      }),

    claim: (kind, subjectId, leaseMs) =>
      context.write(() => {
        const now = context.now();
        const fresh = token();
        const until = now + leaseMs;
        const { changes } = lease.run({ kind, subjectId, token: fresh, until, now });
        return changes === 1 ? { token: fresh, until } : null;
      }),

    extend: (kind, subjectId, held, leaseMs) =>
      context.write(() => {
        const until = context.now() + leaseMs;
        return extend.run({ kind, subjectId, token: held, until }).changes === 1;
      }),

    defer: (kind, subjectId, held, runAt, lastError) =>
      context.write(() => {
        defer.run({ kind, subjectId, token: held, runAt, lastError });
      }),

    nextClaimableAt: () => context.read(() => next.get()?.at ?? null),
  };
}
