import type { AuditNote } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

/** Keeps what somebody decided, inside the unit that makes the change. */
export type AppendAudit = (
  subject: { readonly merchantId: string; readonly subjectId: string },
  note: AuditNote,
) => void;

export function createAuditLog(context: SqliteContext): AppendAudit {
  const insert = prepareInsert(context, context.tables.auditEntries, "position");
  return ({ merchantId, subjectId }, note) => {
    insert({ ...note, merchantId, subjectId, createTime: context.now() });
  };
}
