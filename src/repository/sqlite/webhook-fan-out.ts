import { and, eq, gt, isNull, sql } from "drizzle-orm";
import { isSelected } from "../../domain/event-type.ts";
import { PING_EVENT } from "../../domain/webhook.ts";
import type { WebhookOutbox } from "../webhooks.ts";
import type { SqliteContext } from "./context.ts";
import type { WebhookDeliveryTable } from "./webhook-delivery-table.ts";
import type { WebhookEndpointTable } from "./webhook-endpoint-table.ts";

/** Events that nobody wants are remembered as seen once there are so many: a commit costs a sync. */
const UNWANTED_PER_COMMIT = 10_000;

interface Parts {
  readonly endpoints: WebhookEndpointTable;
  readonly deliveries: WebhookDeliveryTable;
}

/**
 * Makes events into deliveries. A look at events that nobody wants only reads; of merchants without an
 * endpoint nothing is read but that they have none.
 */
export function createWebhookFanOut(
  context: SqliteContext,
  { endpoints, deliveries }: Parts,
): WebhookOutbox["makeDeliveries"] {
  const { orm, tables } = context;
  const { webhookEndpoints, webhookCursor, events } = tables;
  const selectCursor = orm
    .select({ position: webhookCursor.position })
    .from(webhookCursor)
    .prepare();
  const moveCursor = orm
    .update(webhookCursor)
    .set({ position: sql`${sql.placeholder("position")}` })
    .prepare();
  const { position, eventId, merchantId, type, objectId } = events;
  // Not what comes after the resource in a row: that would read all of it.
  const selectEvents = orm
    .select({ position, eventId, merchantId, type, objectId })
    .from(events)
    .where(gt(position, sql.placeholder("after")))
    .orderBy(position)
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectEndpoints = orm
    .select({
      endpointId: webhookEndpoints.endpointId,
      eventTypes: webhookEndpoints.eventTypes,
      afterPosition: webhookEndpoints.afterPosition,
      livemode: webhookEndpoints.livemode,
    })
    .from(webhookEndpoints)
    .where(
      and(
        eq(webhookEndpoints.merchantId, sql.placeholder("merchantId")),
        isNull(webhookEndpoints.deleteTime),
        eq(webhookEndpoints.state, "ENABLED"),
      ),
    )
    .prepare();

  /** How far this process has seen that nobody wants anything; at or behind the cursor otherwise. */
  let seen = 0;

  /** The next events, and who wants them. */
  function look(limit: number) {
    const cursor = selectCursor.get()?.position ?? 0;
    const rows = selectEvents.all({ after: Math.max(cursor, seen), limit });
    const known = new Map<string, ReturnType<typeof selectEndpoints.all>>();
    const of = (merchant: string) => {
      const found = known.get(merchant) ?? selectEndpoints.all({ merchantId: merchant });
      known.set(merchant, found);
      return found;
    };
    const wanted = rows.flatMap((event) =>
      of(event.merchantId)
        .filter(
          (endpoint) =>
            event.position > endpoint.afterPosition &&
            isSelected(event.type, endpoint.eventTypes) &&
            // A ping is one endpoint's alone, and no endpoint is told of itself.
            event.type !== PING_EVENT &&
            event.objectId !== endpoint.endpointId,
        )
        .map((endpoint) => ({ event, endpoint })),
    );
    return { cursor, looked: rows.length, last: rows.at(-1)?.position ?? cursor, wanted };
  }

  return async (limit) => {
    const first = await context.read(() => look(limit));
    if (first.looked === 0) return { looked: 0, made: 0 };
    if (first.wanted.length === 0 && first.last - first.cursor < UNWANTED_PER_COMMIT) {
      seen = first.last;
      return { looked: first.looked, made: 0 };
    }
    return context.write(() => {
      // Another process may have come further meanwhile.
      const { looked, last, wanted } = look(limit);
      let made = 0;
      for (const { event, endpoint } of wanted) {
        const { endpointId, livemode } = endpoint;
        const row = deliveries.insert({
          merchantId: event.merchantId,
          endpointId,
          eventId: event.eventId,
          eventPosition: event.position,
          eventType: event.type,
          livemode,
          lease: null,
        });
        if (row !== null) made += 1;
      }
      for (const endpointId of new Set(wanted.map(({ endpoint }) => endpoint.endpointId))) {
        endpoints.refreshDue(endpointId);
      }
      if (looked > 0) moveCursor.run({ position: last });
      return { looked, made };
    });
  };
}
