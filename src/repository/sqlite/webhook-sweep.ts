import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, or } from "drizzle-orm";
import type { WebhookOutbox } from "../webhooks.ts";
import type { SqliteContext } from "./context.ts";
import type { WebhookDeliveryTable } from "./webhook-delivery-table.ts";
import type { WebhookEndpointTable } from "./webhook-endpoint-table.ts";

interface Parts {
  readonly endpoints: WebhookEndpointTable;
  readonly deliveries: WebhookDeliveryTable;
}

/** Ends and forgets what is too old, and what belonged to endpoints that were removed. */
export function createWebhookSweep(context: SqliteContext, parts: Parts): WebhookOutbox["sweep"] {
  const { orm, tables } = context;
  const { webhookEndpoints, webhookDeliveries: deliveries, webhookAttempts } = tables;

  function end(askedBefore: number, limit: number): number {
    const now = context.now();
    const rows = orm
      .select()
      .from(deliveries)
      .where(
        and(
          isNotNull(deliveries.claimableAt),
          lt(deliveries.askedTime, askedBefore),
          or(isNull(deliveries.leaseUntil), lte(deliveries.leaseUntil, now)),
        ),
      )
      .orderBy(asc(deliveries.askedTime))
      .limit(limit)
      .all();
    for (const row of rows) {
      parts.deliveries.save(row, {
        state: "FAILED",
        nextTryTime: null,
        claimableAt: null,
        leaseToken: null,
        leaseUntil: null,
        updateTime: Math.max(now, row.updateTime),
      });
    }
    for (const endpointId of new Set(rows.map((row) => row.endpointId))) {
      parts.endpoints.refreshDue(endpointId);
    }
    return rows.length;
  }

  function forget(ids: readonly { readonly deliveryId: string }[]): number {
    const deliveryIds = ids.map(({ deliveryId }) => deliveryId);
    orm.delete(webhookAttempts).where(inArray(webhookAttempts.deliveryId, deliveryIds)).run();
    orm.delete(deliveries).where(inArray(deliveries.deliveryId, deliveryIds)).run();
    return deliveryIds.length;
  }

  const { deliveryId } = deliveries;

  function forgetOld(askedBefore: number, limit: number): number {
    const old = lt(deliveries.askedTime, askedBefore);
    return forget(orm.select({ deliveryId }).from(deliveries).where(old).limit(limit).all());
  }

  /** One endpoint at a time; its row goes when nothing is left that names it. */
  function forgetRemoved(limit: number): number {
    const removed = orm
      .select({ endpointId: webhookEndpoints.endpointId })
      .from(webhookEndpoints)
      .where(isNotNull(webhookEndpoints.deleteTime))
      .limit(1)
      .get();
    if (removed === undefined) return 0;
    const { endpointId } = removed;
    const of = eq(deliveries.endpointId, endpointId);
    const ids = orm.select({ deliveryId }).from(deliveries).where(of).limit(limit).all();
    const forgotten = forget(ids);
    if (forgotten === limit) return forgotten;
    orm.delete(webhookEndpoints).where(eq(webhookEndpoints.endpointId, endpointId)).run();
    return limit;
  }

  return (before, limit) =>
    context.write(() => {
      const counts = [
        end(before.pending, limit),
        forgetOld(before.kept, limit),
        forgetRemoved(limit),
      ];
      return counts.includes(limit);
    });
}
