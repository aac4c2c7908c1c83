import { and, eq, sql } from "drizzle-orm";
import type { Registration } from "../registration.ts";
import type { RegistrationName } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import type { SqliteContext } from "./context.ts";
import type { JobOwner, JobTable } from "./job-table.ts";
import { placeholders, prepareInsert } from "./statements.ts";

type RegistrationRow = Tables["registrations"]["$inferSelect"];

function jobOwner(registration: Omit<Registration, "job">): JobOwner {
  const { subjectId, merchantId, connector: lane } = registration;
  return { kind: "registration", subjectId, merchantId, lane };
}

/** A processor gives a recipient and its accounts one id at most, and a repeated enrolment a few more. */
const MOST_NAMED = 16;

/** Registrations at processors, read and written inside a unit. */
export interface RegistrationTable {
  of(subjectId: string): readonly RegistrationRow[];
  load(subjectId: string): Registration | null;
  /** Whose registrations at a connector have this id there. */
  subjectsOf(named: RegistrationName): readonly string[];
  insert(registration: Registration): void;
  save(before: Registration, after: Registration): void;
  remove(subjectId: string): void;
}

export function createRegistrationTable(context: SqliteContext, jobs: JobTable): RegistrationTable {
  const { orm, tables } = context;
  const { registrations } = tables;
  const select = orm
    .select()
    .from(registrations)
    .where(eq(registrations.subjectId, sql.placeholder("subjectId")))
    .orderBy(registrations.createTime)
    .prepare();
  const selectNamed = orm
    .select({ subjectId: registrations.subjectId })
    .from(registrations)
    .where(
      and(
        eq(registrations.merchantId, sql.placeholder("merchantId")),
        eq(registrations.connector, sql.placeholder("connector")),
        eq(registrations.connectorId, sql.placeholder("connectorId")),
      ),
    )
    .limit(MOST_NAMED)
    .prepare();
  const insert = prepareInsert(context, registrations);
  const update = orm
    .update(registrations)
    .set(
      placeholders<typeof registrations>([
        "outcome",
        "tries",
        "status",
        "connectorId",
        "requirements",
        "error",
        "updateTime",
      ]),
    )
    .where(
      and(
        eq(registrations.subjectId, sql.placeholder("subjectId")),
        eq(registrations.connector, sql.placeholder("connector")),
      ),
    )
    .prepare();
  const remove = orm
    .delete(registrations)
    .where(eq(registrations.subjectId, sql.placeholder("subjectId")))
    .prepare();

  return {
    of: (subjectId) => select.all({ subjectId }),
    load: (subjectId) => {
      // One at a time is under way; the newest is the one that a job is about.
      const row = select.all({ subjectId }).at(-1);
      if (row === undefined) return null;
      const { updateTime: _, ...columns } = row;
      return { ...columns, job: jobs.read("registration", subjectId) };
    },
    subjectsOf: ({ merchantId, connector, connectorId }) =>
      selectNamed.all({ merchantId, connector, connectorId }).map(({ subjectId }) => subjectId),
    insert: ({ job, ...registration }) => {
      insert({ ...registration, updateTime: registration.createTime });
      if (job !== null) {
        jobs.insert(jobOwner(registration), job);
      }
    },
    save: (before, { job, ...after }) => {
      update.run({ ...after, updateTime: context.now() });
      jobs.replace(jobOwner(before), before.job, job);
    },
    remove: (subjectId) => {
      remove.run({ subjectId });
      jobs.remove("registration", subjectId);
    },
  };
}
