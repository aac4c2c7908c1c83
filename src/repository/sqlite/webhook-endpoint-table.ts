import { and, eq, isNull, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import type { WebhookEndpoint, WebhookSecret } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { OpenedEndpoint, WebhookEndpointRef } from "../webhooks.ts";
import type { SqliteContext } from "./context.ts";
import type { AppendEvent } from "./event-log.ts";
import { placeholders } from "./statements.ts";

export type WebhookEndpointRow = SqliteContext["tables"]["webhookEndpoints"]["$inferSelect"];

/** Endpoints, read and written inside the unit that changes them or their deliveries. */
export interface WebhookEndpointTable {
  /** Removed ones are not there. */
  find(endpointId: string): WebhookEndpointRow | null;
  /** An endpoint of the merchant. @throws ServiceError WEBHOOK_ENDPOINT_NOT_FOUND */
  load(ref: WebhookEndpointRef): WebhookEndpointRow;
  secretsOf(row: WebhookEndpointRow): readonly WebhookSecret[];
  seal(opened: OpenedEndpoint): Uint8Array;
  /** Writes an endpoint's new state. */
  save(before: WebhookEndpointRow, after: Partial<WebhookEndpointRow>): WebhookEndpointRow;
  /** Writes an event about an endpoint; its sequence. */
  append(row: WebhookEndpointRow, type: string, previousStatus: string): number;
  /**
   * Brings `due_at` to what the deliveries say: when the next can be claimed, or the next that is under
   * way ends where no more may be. After every change of an endpoint's deliveries.
   */
  refreshDue(endpointId: string): void;
}

export function createWebhookEndpointTable(
  context: SqliteContext,
  appendEvent: AppendEvent,
): WebhookEndpointTable {
  const { orm, tables } = context;
  const { webhookEndpoints: endpoints, webhookDeliveries: deliveries } = tables;
  const here = eq(endpoints.endpointId, sql.placeholder("endpointId"));
  const select = orm
    .select()
    .from(endpoints)
    .where(and(here, isNull(endpoints.deleteTime)))
    .prepare();
  const update = orm
    .update(endpoints)
    .set(
      placeholders<typeof endpoints>([
        "url",
        "description",
        "eventTypes",
        "state",
        "disabledReason",
        "failingSince",
        "signingSecret",
        "afterPosition",
        "updateTime",
        "deleteTime",
        "version",
        "eventSequence",
      ]),
    )
    .where(here)
    .prepare();

  const endpointId = sql.placeholder("endpointId");
  const now = sql.placeholder("now");
  const { runningPerEndpoint } = limits.webhooksOut;
  const underWay = sql`from ${deliveries} where endpoint_id = ${endpointId} and lease_until > ${now}`;
  const refresh = orm
    .update(endpoints)
    .set({
      dueAt: sql`case
        when state <> 'ENABLED' then null
        when (select count(*) ${underWay})
          >= (case when failing_since is null then ${runningPerEndpoint} else 1 end)
          then (select min(lease_until) ${underWay})
        else (select min(claimable_at) from ${deliveries}
          where endpoint_id = ${endpointId} and claimable_at is not null)
      end`,
    })
    .where(here)
    .prepare();

  const table: WebhookEndpointTable = {
    find: (id) => select.get({ endpointId: id }) ?? null,
    load: (ref) => {
      const row = table.find(ref.endpointId);
      if (row === null || row.merchantId !== ref.merchantId) {
        throw new ServiceError("WEBHOOK_ENDPOINT_NOT_FOUND");
      }
      return row;
    },
    secretsOf: (row) =>
      row.signingSecret === null ? [] : context.open(row.signingSecret, binding(row)),
    seal: ({ endpoint, secrets }) => context.seal(secrets, binding(endpoint)),
    save: (before, after) => {
      const row = { ...before, ...after };
      update.run(row);
      table.refreshDue(row.endpointId);
      return row;
    },
    append: (row, type, previousStatus) => {
      const sequence = row.eventSequence + 1;
      table.save(row, { eventSequence: sequence });
      appendEvent({
        merchantId: row.merchantId,
        type,
        objectId: row.endpointId,
        sequence,
        previousStatus,
        resource: { kind: "webhook_endpoint", webhookEndpoint: endpointFromRow(row) },
        livemode: row.livemode,
      });
      return sequence;
    },
    refreshDue: (id) => {
      refresh.run({ endpointId: id, now: context.now() });
    },
  };
  return table;
}

function binding({ endpointId, merchantId }: WebhookEndpointRef) {
  return bindingAt(SECRET_PLACES.webhookSecrets, endpointId, merchantId);
}

export function endpointFromRow(row: WebhookEndpointRow): WebhookEndpoint {
  const { merchantId, endpointId, url, description, eventTypes, state, disabledReason } = row;
  const { failingSince, livemode, createTime, updateTime, version } = row;
  return {
    merchantId,
    endpointId,
    url,
    description,
    eventTypes,
    state,
    disabledReason,
    failingSince,
    livemode,
    createTime,
    updateTime,
    version,
  };
}
