import { and, eq, getTableColumns, lte, sql } from "drizzle-orm";
import type { WebhookAttempt, WebhookDelivery } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import type { SqliteContext } from "./context.ts";
import { placeholders, prepareInsert } from "./statements.ts";

export type WebhookDeliveryRow = SqliteContext["tables"]["webhookDeliveries"]["$inferSelect"];

/** What a new delivery is made of. */
export interface NewDelivery {
  readonly merchantId: string;
  readonly endpointId: string;
  readonly eventId: string;
  readonly eventPosition: number;
  readonly eventType: string;
  readonly livemode: boolean;
  readonly lease: { readonly token: string; readonly until: number } | null;
}

/** Deliveries and their tries, read and written inside a unit. */
export interface WebhookDeliveryTable {
  find(deliveryId: string): WebhookDeliveryRow | null;
  /** Due now. Null when the event has its delivery for the endpoint already. */
  insert(delivery: NewDelivery): WebhookDeliveryRow | null;
  save(before: WebhookDeliveryRow, after: Partial<WebhookDeliveryRow>): WebhookDeliveryRow;
  /** Keeps a try, and as many of those before it as are kept. */
  addAttempt(row: WebhookDeliveryRow, attempt: WebhookAttempt): void;
  /** With their tries. */
  fromRows(rows: readonly WebhookDeliveryRow[]): readonly WebhookDelivery[];
  fromRow(row: WebhookDeliveryRow): WebhookDelivery;
}

export function createWebhookDeliveryTable(context: SqliteContext): WebhookDeliveryTable {
  const { orm, tables } = context;
  const { webhookDeliveries: deliveries, webhookAttempts: attempts } = tables;
  const here = eq(deliveries.deliveryId, sql.placeholder("deliveryId"));
  const select = orm.select().from(deliveries).where(here).prepare();
  const columns = Object.keys(getTableColumns(deliveries)) as (keyof WebhookDeliveryRow)[];
  const insertNew = orm
    .insert(deliveries)
    .values(placeholders<typeof deliveries>(columns))
    .onConflictDoNothing()
    .prepare();
  const update = orm
    .update(deliveries)
    .set(
      placeholders<typeof deliveries>([
        "state",
        "tries",
        "attemptCount",
        "askedTime",
        "nextTryTime",
        "claimableAt",
        "leaseToken",
        "leaseUntil",
        "updateTime",
      ]),
    )
    .where(here)
    .prepare();
  const insertAttempt = prepareInsert(context, attempts);
  const ofDelivery = eq(attempts.deliveryId, sql.placeholder("deliveryId"));
  const dropAttempts = orm
    .delete(attempts)
    .where(and(ofDelivery, lte(attempts.number, sql.placeholder("number"))))
    .prepare();
  const selectAttempts = orm
    .select()
    .from(attempts)
    .where(
      sql`${attempts.deliveryId} in (select value from json_each(${sql.placeholder("deliveryIds")}))`,
    )
    .orderBy(attempts.deliveryId, attempts.number)
    .prepare();

  const table: WebhookDeliveryTable = {
    find: (deliveryId) => select.get({ deliveryId }) ?? null,
    insert: ({ lease, ...rest }) => {
      const now = context.now();
      const row: WebhookDeliveryRow = {
        ...rest,
        deliveryId: context.newId("webhookDelivery"),
        state: "PENDING",
        tries: 0,
        attemptCount: 0,
        askedTime: now,
        nextTryTime: now,
        claimableAt: lease?.until ?? now,
        leaseToken: lease?.token ?? null,
        leaseUntil: lease?.until ?? null,
        createTime: now,
        updateTime: now,
      };
      return insertNew.run(row).changes === 0 ? null : row;
    },
    save: (before, after) => {
      const row = { ...before, ...after };
      update.run(row);
      return row;
    },
    addAttempt: ({ deliveryId, merchantId, attemptCount }, attempt) => {
      insertAttempt({ ...attempt, deliveryId, merchantId, number: attemptCount });
      const { keptAttempts } = limits.webhooksOut;
      if (attemptCount > keptAttempts) {
        dropAttempts.run({ deliveryId, number: attemptCount - keptAttempts });
      }
    },
    fromRows: (rows) => {
      const deliveryIds = JSON.stringify(rows.map(({ deliveryId }) => deliveryId));
      const byDelivery = Map.groupBy(
        selectAttempts.all({ deliveryIds }),
        ({ deliveryId }) => deliveryId,
      );
      return rows.map((row) => deliveryFromRow(row, byDelivery.get(row.deliveryId) ?? []));
    },
    fromRow: (row) => {
      const [delivery] = table.fromRows([row]);
      if (delivery === undefined) throw new Error("a row without its delivery");
      return delivery;
    },
  };
  return table;
}

type AttemptRow = SqliteContext["tables"]["webhookAttempts"]["$inferSelect"];

function deliveryFromRow(
  row: WebhookDeliveryRow,
  attempts: readonly AttemptRow[],
): WebhookDelivery {
  const { merchantId, deliveryId, endpointId, eventId, eventType, state, tries } = row;
  const { nextTryTime, livemode, createTime, updateTime } = row;
  return {
    merchantId,
    deliveryId,
    endpointId,
    eventId,
    eventType,
    state,
    tries,
    nextTryTime,
    attempts: attempts.map(
      ({ startTime, durationMs, statusCode, failure, requestHeaders, answer }) => ({
        startTime,
        durationMs,
        statusCode,
        failure,
        requestHeaders,
        answer,
      }),
    ),
    livemode,
    createTime,
    updateTime,
  };
}
