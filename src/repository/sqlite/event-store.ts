import { and, eq, gt, max, sql } from "drizzle-orm";
import type { PayoutEvent } from "../../domain/event.ts";
import type { EventStore } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import type { SqliteContext } from "./context.ts";
import { createEventList } from "./event-list.ts";

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
  const listEvents = createEventList(context);

  return {
    find: (merchantId, eventId) =>
      context.read(() => {
        const row = select.get({ merchantId, eventId });
        return row === undefined ? null : eventFromRow(row);
      }),

    list: (filter, page) => context.read(() => listEvents(filter, page).map(eventFromRow)),

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
