import { and, desc, eq, gt, gte, inArray, lt, max, sql } from "drizzle-orm";
import type { PayoutEvent } from "../../domain/event.ts";
import type { EventStore } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import type { SqliteContext } from "./context.ts";

function eventFromRow({ position: _, ...event }: Tables["events"]["$inferSelect"]): PayoutEvent {
  return event;
}

export function createEventStore(context: SqliteContext): EventStore {
  const { orm, tables } = context;
  const { events } = tables;
  const ofMerchant = eq(events.merchantId, sql.placeholder("merchantId"));
  const select = orm
    .select()
    .from(events)
    .where(and(ofMerchant, eq(events.eventId, sql.placeholder("eventId"))))
    .prepare();
  const selectAfter = orm
    .select()
    .from(events)
    .where(and(ofMerchant, gt(events.position, sql.placeholder("position"))))
    .orderBy(events.position)
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectNewest = orm
    .select({ position: max(events.position) })
    .from(events)
    .where(ofMerchant)
    .prepare();

  return {
    find: (merchantId, eventId) =>
      context.read(() => {
        const row = select.get({ merchantId, eventId });
        return row === undefined ? null : eventFromRow(row);
      }),

    list: (filter, page) =>
      context.read(() => {
        const { createTime } = events;
        const where = and(
          eq(events.merchantId, filter.merchantId),
          filter.type.length === 0 ? undefined : inArray(events.type, [...filter.type]),
          filter.objectId === null ? undefined : eq(events.objectId, filter.objectId),
          filter.createTimeFrom === null ? undefined : gte(createTime, filter.createTimeFrom),
          filter.createTimeTo === null ? undefined : lt(createTime, filter.createTimeTo),
          // Events have an order of their own, that of their commits; times only come close to it.
          page.after === null
            ? undefined
            : lt(
                events.position,
                sql`(select ${events.position} from ${events} where ${events.eventId} = ${page.after.id})`,
              ),
        );
        return orm
          .select()
          .from(events)
          .where(where)
          .orderBy(desc(events.position))
          .limit(page.limit)
          .all()
          .map(eventFromRow);
      }),

    after: (merchantId, position, limit) =>
      context.read(() =>
        selectAfter
          .all({ merchantId, position, limit })
          .map((row) => ({ position: row.position, event: eventFromRow(row) })),
      ),

    position: (merchantId, eventId) =>
      context.read(() => {
        if (eventId !== null) return select.get({ merchantId, eventId })?.position ?? null;
        return selectNewest.get({ merchantId })?.position ?? 0;
      }),
  };
}
