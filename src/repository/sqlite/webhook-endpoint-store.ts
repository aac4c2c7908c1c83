import { and, count, eq, isNull, max, sql } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import type { WebhookEndpoint } from "../../domain/webhook.ts";
import type { Replay } from "../repository.ts";
import type { WebhookEndpointStore } from "../webhooks.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { beforePosition, newestFirst } from "./paging.ts";
import { prepareInsert } from "./statements.ts";
import { endpointFromRow, type WebhookEndpointTable } from "./webhook-endpoint-table.ts";

interface Parts {
  readonly endpoints: WebhookEndpointTable;
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

export function createWebhookEndpointStore(
  context: SqliteContext,
  { endpoints: table, idempotency, appendAudit }: Parts,
): WebhookEndpointStore {
  const { orm, tables } = context;
  const { webhookEndpoints: endpoints, events } = tables;
  const isThere = isNull(endpoints.deleteTime);
  const countAll = orm
    .select({ n: count() })
    .from(endpoints)
    .where(and(eq(endpoints.merchantId, sql.placeholder("merchantId")), isThere))
    .prepare();
  const newestPosition = orm
    .select({ at: max(events.position) })
    .from(events)
    .prepare();
  const newest = () => newestPosition.get()?.at ?? 0;
  const insert = prepareInsert(context, endpoints);

  return {
    create: ({ endpoint, secrets, most, callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, endpointId: subjectId } = endpoint;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          if ((countAll.get({ merchantId })?.n ?? 0) >= most) {
            throw new ServiceError("WEBHOOK_ENDPOINT_LIMIT");
          }
          insert({
            ...endpoint,
            signingSecret: table.seal({ endpoint, secrets }),
            afterPosition: newest(),
            dueAt: null,
            deleteTime: null,
            eventSequence: 0,
          });
          appendAudit({ merchantId, subjectId }, audit);
          return endpoint;
        });
        return stored(made);
      }, signal),

    find: ({ merchantId, endpointId }) =>
      context.read(() => {
        const row = table.find(endpointId);
        return row === null || row.merchantId !== merchantId ? null : endpointFromRow(row);
      }),

    list: ({ merchantId }, page) =>
      context.read(() => {
        const { createTime, endpointId } = endpoints;
        return orm
          .select()
          .from(endpoints)
          .where(
            and(
              eq(endpoints.merchantId, merchantId),
              isThere,
              beforePosition(createTime, endpointId, page),
            ),
          )
          .orderBy(...newestFirst(createTime, endpointId))
          .limit(page.limit)
          .all()
          .map(endpointFromRow);
      }),

    update: (ref, { callerId, claim, signal, audit }, decide) =>
      context.write(() => {
        const { merchantId, endpointId: subjectId } = ref;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          const before = table.load(ref);
          const decided = decide({
            endpoint: endpointFromRow(before),
            secrets: table.secretsOf(before),
          });
          const { url, description, eventTypes, state } = decided.endpoint;
          const { disabledReason, failingSince } = decided.endpoint;
          const isEnabled = before.state === "DISABLED" && state === "ENABLED";
          const after = table.save(before, {
            url,
            description,
            eventTypes,
            state,
            disabledReason,
            failingSince,
            // What happened while it was disabled is not kept for it.
            afterPosition: isEnabled ? newest() : before.afterPosition,
            signingSecret: table.seal({ ...decided, endpoint: endpointFromRow(before) }),
            updateTime: Math.max(context.now(), before.updateTime),
            version: before.version + 1,
          });
          appendAudit({ merchantId, subjectId }, audit);
          return endpointFromRow(after);
        });
        return stored(made);
      }, signal),

    remove: (ref, { callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, endpointId: subjectId } = ref;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          const before = table.load(ref);
          // Its deliveries may be a million: the sweep takes them, and the row after them.
          table.save(before, {
            url: "",
            description: "",
            state: "DISABLED",
            disabledReason: "BY_CALLER",
            signingSecret: null,
            deleteTime: context.now(),
          });
          appendAudit({ merchantId, subjectId }, audit);
          return endpointFromRow(before);
        });
        return stored(made);
      }, signal),
  };
}

function stored(made: WebhookEndpoint | Replay) {
  return "kind" in made ? made : { kind: "stored" as const, endpoint: made };
}
