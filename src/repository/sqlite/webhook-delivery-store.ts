import { and, eq, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import { WEBHOOK_DELIVERY_STATES } from "../../domain/webhook.ts";
import type { Page } from "../repository.ts";
import type { WebhookDeliveryFilter, WebhookDeliveryStore } from "../webhooks.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { newestOf, windowOf } from "./newest-of.ts";
import { bounds, newestFirst, within } from "./paging.ts";
import type { WebhookDeliveryRow, WebhookDeliveryTable } from "./webhook-delivery-table.ts";
import type { WebhookEndpointRow, WebhookEndpointTable } from "./webhook-endpoint-table.ts";

interface Parts {
  readonly endpoints: WebhookEndpointTable;
  readonly deliveries: WebhookDeliveryTable;
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

export function createWebhookDeliveryStore(
  context: SqliteContext,
  { endpoints, deliveries: table, idempotency, appendAudit }: Parts,
): WebhookDeliveryStore {
  const { orm, tables } = context;
  const { webhookDeliveries: deliveries } = tables;
  const { createTime, deliveryId } = deliveries;
  const ofEndpoint = and(
    eq(deliveries.merchantId, sql.placeholder("merchantId")),
    eq(deliveries.endpointId, sql.placeholder("endpointId")),
  );
  const selectOfState = orm
    .select({ createTime, id: deliveryId })
    .from(deliveries)
    .where(
      and(
        ofEndpoint,
        eq(deliveries.state, sql.placeholder("state")),
        within(createTime, deliveryId),
      ),
    )
    .orderBy(...newestFirst(createTime, deliveryId))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectRows = orm
    .select()
    .from(deliveries)
    .where(sql`${deliveryId} in (select value from json_each(${sql.placeholder("ids")}))`)
    .orderBy(...newestFirst(createTime, deliveryId))
    .prepare();
  const selectOfEvent = orm
    .select()
    .from(deliveries)
    .where(and(ofEndpoint, eq(deliveries.eventId, sql.placeholder("eventId"))))
    .prepare();

  function rowsOf(filter: WebhookDeliveryFilter, page: Page): readonly WebhookDeliveryRow[] {
    const { merchantId, endpointId, eventId, createTimeFrom, createTimeTo } = filter;
    const states = filter.state.length === 0 ? WEBHOOK_DELIVERY_STATES : new Set(filter.state);
    if (eventId !== null) {
      const row = selectOfEvent.get({ merchantId, endpointId, eventId });
      const isWanted = row !== undefined && new Set(states).has(row.state) && page.after === null;
      return isWanted ? [row] : [];
    }
    const window = windowOf(page, createTimeFrom, createTimeTo);
    const found = newestOf(states, window, (state, part) =>
      selectOfState.all({ merchantId, endpointId, state, ...bounds(part) }),
    );
    return selectRows.all({ ids: JSON.stringify(found.map(({ id }) => id)) });
  }

  /** @throws ServiceError WEBHOOK_ENDPOINT_DISABLED */
  function requireEnabled({ state }: WebhookEndpointRow): void {
    if (state !== "ENABLED") throw new ServiceError("WEBHOOK_ENDPOINT_DISABLED");
  }

  /** Due now; one that is being sent is due when that has ended, if it has not arrived by then. */
  function askAgain(row: WebhookDeliveryRow): WebhookDeliveryRow {
    const now = context.now();
    const isLeased = row.leaseUntil !== null && row.leaseUntil > now;
    return table.save(row, {
      state: "PENDING",
      tries: 0,
      askedTime: now,
      nextTryTime: now,
      claimableAt: isLeased ? row.leaseUntil : now,
      leaseToken: isLeased ? row.leaseToken : null,
      leaseUntil: isLeased ? row.leaseUntil : null,
      updateTime: Math.max(now, row.updateTime),
    });
  }

  return {
    find: (ref) =>
      context.read(() => {
        const row = table.find(ref.deliveryId);
        const isThere = row?.merchantId === ref.merchantId && endpoints.find(row.endpointId);
        return isThere ? table.fromRow(row) : null;
      }),

    list: (filter, page) => context.read(() => table.fromRows(rowsOf(filter, page))),

    redeliver: (ref, { callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, deliveryId: subjectId } = ref;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          const row = table.find(subjectId);
          const endpoint = row === null ? null : endpoints.find(row.endpointId);
          if (row === null || endpoint === null || row.merchantId !== merchantId) {
            throw new ServiceError("WEBHOOK_DELIVERY_NOT_FOUND");
          }
          requireEnabled(endpoint);
          const asked = askAgain(row);
          endpoints.refreshDue(row.endpointId);
          appendAudit({ merchantId, subjectId }, audit);
          return table.fromRow(asked);
        });
        return "kind" in made ? made : { kind: "stored" as const, delivery: made };
      }, signal),

    redeliverAll: (filter, page, { callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, endpointId: subjectId } = filter;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          requireEnabled(endpoints.load(filter));
          const rows = rowsOf({ ...filter, eventId: null }, page);
          for (const row of rows) askAgain(row);
          endpoints.refreshDue(subjectId);
          appendAudit({ merchantId, subjectId }, audit);
          const last = rows.length < page.limit ? undefined : rows.at(-1);
          return {
            count: rows.length,
            last: last === undefined ? null : { createTime: last.createTime, id: last.deliveryId },
          };
        });
        return "kind" in made ? made : { kind: "stored" as const, ...made };
      }, signal),
  };
}
