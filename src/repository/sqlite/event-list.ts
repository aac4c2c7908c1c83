import { and, desc, eq, gt, gte, inArray, lt, min, sql } from "drizzle-orm";
import type { EventStore, Page } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import type { SqliteContext } from "./context.ts";
import { newestOf, valuesOf, windowOf } from "./newest-of.ts";
import { bounds, newestFirst, within } from "./paging.ts";

type Filter = Parameters<EventStore["list"]>[0];
type EventRow = Tables["events"]["$inferSelect"];

/**
 * Lists events. Without a filter, and of one object, they have the order of their commits, to which
 * their times only come close. By type or time they are read by time, and of one millisecond in the
 * order of commits: no more than a page of each type that the merchant has.
 */
export function createEventList(
  context: SqliteContext,
): (filter: Filter, page: Page) => readonly EventRow[] {
  const { orm, tables } = context;
  const { events } = tables;
  const { createTime, position } = events;
  const ofMerchant = eq(events.merchantId, sql.placeholder("merchantId"));

  const selectPosition = orm
    .select({ position })
    .from(events)
    .where(and(ofMerchant, eq(events.eventId, sql.placeholder("eventId"))))
    .prepare();
  const selectAll = orm
    .select()
    .from(events)
    .where(and(ofMerchant, lt(position, sql.placeholder("before"))))
    .orderBy(desc(position))
    .limit(sql.placeholder("limit"))
    .prepare();
  const nextType = orm
    .select({ value: min(events.type) })
    .from(events)
    .where(and(ofMerchant, gt(events.type, sql.placeholder("above"))))
    .prepare();
  const selectOfType = orm
    .select({ createTime, id: position })
    .from(events)
    .where(and(ofMerchant, eq(events.type, sql.placeholder("type")), within(createTime, position)))
    .orderBy(...newestFirst(createTime, position))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectRows = orm
    .select()
    .from(events)
    .where(sql`${position} in (select value from json_each(${sql.placeholder("positions")}))`)
    .orderBy(...newestFirst(createTime, position))
    .prepare();

  /**
   * Few, whatever they are filtered by. The plus keeps SQLite from walking the merchant's events, or
   * all of them by position, for the sake of the order.
   */
  function ofObject(filter: Filter, objectId: string, before: number, limit: number) {
    const { merchantId, type, createTimeFrom: from, createTimeTo: to } = filter;
    return orm
      .select()
      .from(events)
      .where(
        and(
          eq(events.objectId, objectId),
          sql`+${events.merchantId} = ${merchantId}`,
          sql`+${position} < ${before}`,
          type.length === 0 ? undefined : inArray(sql`+${events.type}`, [...type]),
          from === null ? undefined : gte(createTime, from),
          to === null ? undefined : lt(createTime, to),
        ),
      )
      .orderBy(desc(events.sequence))
      .limit(limit)
      .all();
  }

  return (filter, page) => {
    const { merchantId, type, objectId, createTimeFrom, createTimeTo } = filter;
    const { after, limit } = page;
    const before =
      after === null
        ? Number.MAX_SAFE_INTEGER
        : (selectPosition.get({ merchantId, eventId: after.id })?.position ?? 0);
    if (objectId !== null) return ofObject(filter, objectId, before, limit);
    if (type.length === 0 && createTimeFrom === null && createTimeTo === null) {
      return selectAll.all({ merchantId, before, limit });
    }
    const types =
      type.length === 0
        ? valuesOf((above) => nextType.get({ merchantId, above })?.value ?? null)
        : new Set(type);
    const window = windowOf(page, createTimeFrom, createTimeTo, before);
    const found = newestOf(types, window, (each, part) =>
      selectOfType.all({ merchantId, type: each, ...bounds(part) }),
    );
    return selectRows.all({ positions: JSON.stringify(found.map(({ id }) => id)) });
  };
}
