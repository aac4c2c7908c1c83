import { and, eq, sql } from "drizzle-orm";
import { RECIPIENT_STATUSES } from "../../domain/recipient.ts";
import type { Page, RecipientStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { newestOf, windowOf } from "./newest-of.ts";
import { bounds, newestFirst, within } from "./paging.ts";
import type { RecipientRow } from "./recipient-table.ts";

type Filter = Parameters<RecipientStore["list"]>[0];

/** Lists recipients, reading no more than a page of each status. */
export function createRecipientList(
  context: SqliteContext,
): (filter: Filter, page: Page) => readonly RecipientRow[] {
  const { orm, tables } = context;
  const { recipients } = tables;
  const { createTime, recipientId } = recipients;
  const ofStatus = and(
    eq(recipients.merchantId, sql.placeholder("merchantId")),
    eq(recipients.status, sql.placeholder("status")),
  );
  const select = orm
    .select({ createTime, id: recipientId })
    .from(recipients)
    .where(and(ofStatus, within(createTime, recipientId)))
    .orderBy(...newestFirst(createTime, recipientId))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectByReference = orm
    .select({ createTime, id: recipientId })
    .from(recipients)
    .where(
      and(
        ofStatus,
        eq(recipients.merchantRecipientId, sql.placeholder("reference")),
        within(createTime, recipientId),
      ),
    )
    .prepare();
  const selectRows = orm
    .select()
    .from(recipients)
    .where(sql`${recipientId} in (select value from json_each(${sql.placeholder("ids")}))`)
    .orderBy(...newestFirst(createTime, recipientId))
    .prepare();

  return ({ merchantId, status, merchantRecipientId: reference }, page) => {
    const statuses = status.length === 0 ? RECIPIENT_STATUSES : new Set(status);
    const found = newestOf(statuses, windowOf(page), (each, window) => {
      const values = { merchantId, status: each, ...bounds(window) };
      return reference === null
        ? select.all(values)
        : selectByReference.all({ ...values, reference });
    });
    return selectRows.all({ ids: JSON.stringify(found.map(({ id }) => id)) });
  };
}
