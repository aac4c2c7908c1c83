import { and, eq, sql } from "drizzle-orm";
import type { Job, JobKind } from "../job.ts";
import type { SqliteContext } from "./context.ts";
import { jobFromRow } from "./payout-rows.ts";
import { prepareInsert } from "./statements.ts";

/** Whose job it is. */
export interface JobOwner {
  readonly kind: JobKind;
  readonly subjectId: string;
  readonly merchantId: string;
  /** The connector that the work calls. */
  readonly lane: string;
}

/** The job of one subject, as it is written together with the subject's own data. */
export interface JobTable {
  read(kind: JobKind, subjectId: string): Job | null;
  insert(owner: JobOwner, job: Job): void;
  /** Brings the row from one state to the other; null is no row. */
  replace(owner: JobOwner, before: Job | null, after: Job | null): void;
  remove(kind: JobKind, subjectId: string): void;
}

export function createJobTable(context: SqliteContext): JobTable {
  const { orm, tables } = context;
  const { jobs } = tables;
  const here = and(
    eq(jobs.kind, sql.placeholder("kind")),
    eq(jobs.subjectId, sql.placeholder("subjectId")),
  );
  const select = orm.select().from(jobs).where(here).prepare();
  const remove = orm.delete(jobs).where(here).prepare();
  const insertRow = prepareInsert(context, jobs);
  const update = orm
    .update(jobs)
    .set({
      lane: sql`${sql.placeholder("lane")}`,
      runAt: sql`${sql.placeholder("runAt")}`,
      claimableAt: sql`${sql.placeholder("claimableAt")}`,
      tries: sql`${sql.placeholder("tries")}`,
      leaseToken: sql`${sql.placeholder("leaseToken")}`,
      leaseUntil: sql`${sql.placeholder("leaseUntil")}`,
      lastError: null,
    })
    .where(here)
    .prepare();

  const columns = ({ runAt, tries, lease }: Job) => ({
    runAt,
    tries,
    claimableAt: lease?.until ?? runAt,
    leaseToken: lease?.token ?? null,
    leaseUntil: lease?.until ?? null,
  });

  const table: JobTable = {
    read: (kind, subjectId) => {
      const row = select.get({ kind, subjectId });
      return row === undefined ? null : jobFromRow(row);
    },
    insert: (owner, job) => {
      insertRow({ ...owner, ...columns(job), lastError: null });
    },
    replace: (owner, before, after) => {
      if (before === after) return;
      if (after === null) table.remove(owner.kind, owner.subjectId);
      else if (before === null) table.insert(owner, after);
      else update.run({ ...owner, ...columns(after) });
    },
    remove: (kind, subjectId) => {
      remove.run({ kind, subjectId });
    },
  };
  return table;
}
