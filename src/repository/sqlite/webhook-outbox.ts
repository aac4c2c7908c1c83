import { and, asc, eq, gt, isNotNull, isNull, lte, min, sql } from "drizzle-orm";
import { DISABLED_EVENT, PING_EVENT } from "../../domain/webhook.ts";
import { limits } from "../../limits.ts";
import { LeaseLostError } from "../repository.ts";
import type { ClaimedDelivery, WebhookOutbox } from "../webhooks.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import type { WebhookDeliveryRow, WebhookDeliveryTable } from "./webhook-delivery-table.ts";
import {
  endpointFromRow,
  type WebhookEndpointRow,
  type WebhookEndpointTable,
} from "./webhook-endpoint-table.ts";

const TOKEN_BYTES = 16;

interface Parts {
  readonly endpoints: WebhookEndpointTable;
  readonly deliveries: WebhookDeliveryTable;
  readonly idempotency: IdempotencyTable;
}

/** Claims deliveries, and records what came of them. */
export function createWebhookOutbox(
  context: SqliteContext,
  parts: Parts,
): Omit<WebhookOutbox, "makeDeliveries" | "sweep"> {
  const { orm, tables } = context;
  const { endpoints, deliveries, idempotency } = parts;
  const { webhookEndpoints, webhookDeliveries, events } = tables;
  const { dueAt, failingSince } = webhookEndpoints;

  const dueOf = (isFailing: boolean) =>
    orm
      .select({ endpointId: webhookEndpoints.endpointId })
      .from(webhookEndpoints)
      .where(
        and(
          isNotNull(dueAt),
          lte(dueAt, sql.placeholder("now")),
          isFailing ? isNotNull(failingSince) : isNull(failingSince),
        ),
      )
      .orderBy(asc(dueAt))
      .limit(sql.placeholder("limit"))
      .prepare();
  const nextOf = (isFailing: boolean) =>
    orm
      .select({ at: min(dueAt) })
      .from(webhookEndpoints)
      .where(and(isNotNull(dueAt), isFailing ? isNotNull(failingSince) : isNull(failingSince)))
      .prepare();
  const due = { healthy: dueOf(false), failing: dueOf(true) };
  const next = { healthy: nextOf(false), failing: nextOf(true) };
  const ofEndpoint = eq(webhookDeliveries.endpointId, sql.placeholder("endpointId"));
  const countLeased = orm
    .select({ n: sql<number>`count(*)` })
    .from(webhookDeliveries)
    .where(and(ofEndpoint, gt(webhookDeliveries.leaseUntil, sql.placeholder("now"))))
    .prepare();
  const selectClaimable = orm
    .select()
    .from(webhookDeliveries)
    .where(
      and(
        ofEndpoint,
        isNotNull(webhookDeliveries.claimableAt),
        lte(webhookDeliveries.claimableAt, sql.placeholder("now")),
      ),
    )
    .orderBy(asc(webhookDeliveries.claimableAt))
    .limit(sql.placeholder("limit"))
    .prepare();
  const selectEvent = orm
    .select()
    .from(events)
    .where(eq(events.position, sql.placeholder("position")))
    .prepare();
  const selectOfObject = orm
    .select({ eventId: events.eventId, position: events.position })
    .from(events)
    .where(
      and(
        eq(events.objectId, sql.placeholder("objectId")),
        eq(events.sequence, sql.placeholder("sequence")),
      ),
    )
    .prepare();

  const newToken = () => Buffer.from(context.randomBytes(TOKEN_BYTES)).toString("hex");

  function claimed(row: WebhookDeliveryRow, isFailing: boolean): ClaimedDelivery {
    const { merchantId, deliveryId, endpointId, leaseToken, leaseUntil } = row;
    if (leaseToken === null || leaseUntil === null) throw new Error("a claim without its lease");
    return { merchantId, deliveryId, endpointId, token: leaseToken, leaseUntil, isFailing };
  }

  /** Claims what is due for one endpoint, as much as may be under way. */
  function claimOf(endpointId: string, most: number, leaseMs: number): readonly ClaimedDelivery[] {
    const now = context.now();
    const row = endpoints.find(endpointId);
    const isFailing = row?.failingSince !== null;
    const atOnce = isFailing ? 1 : limits.webhooksOut.runningPerEndpoint;
    const free = Math.min(most, atOnce - (countLeased.get({ endpointId, now })?.n ?? 0));
    const rows = free <= 0 ? [] : selectClaimable.all({ endpointId, now, limit: free });
    const leased = rows.map((each) =>
      deliveries.save(each, {
        leaseToken: newToken(),
        leaseUntil: now + leaseMs,
        claimableAt: now + leaseMs,
      }),
    );
    endpoints.refreshDue(endpointId);
    return leased.map((each) => claimed(each, isFailing));
  }

  function claimSome(
    kind: "healthy" | "failing",
    room: number,
    leaseMs: number,
  ): readonly ClaimedDelivery[] {
    if (room <= 0) return [];
    const found: ClaimedDelivery[] = [];
    for (const { endpointId } of due[kind].all({ now: context.now(), limit: room })) {
      found.push(...claimOf(endpointId, room - found.length, leaseMs));
      if (found.length >= room) break;
    }
    return found;
  }

  /** Brings an endpoint to what came of a try; whether it was given up. */
  function follow(
    row: WebhookEndpointRow,
    after: Pick<WebhookEndpointRow, "state" | "disabledReason" | "failingSince">,
  ): boolean {
    const { state, disabledReason, failingSince: since } = after;
    const hasGivenUp = row.state === "ENABLED" && state === "DISABLED";
    if (!hasGivenUp && since === row.failingSince) {
      endpoints.refreshDue(row.endpointId);
      return false;
    }
    const saved = endpoints.save(row, {
      state,
      disabledReason,
      failingSince: since,
      // A failure alone is no change that a caller's etag is about.
      ...(hasGivenUp
        ? { version: row.version + 1, updateTime: Math.max(context.now(), row.updateTime) }
        : {}),
    });
    if (hasGivenUp) endpoints.append(saved, DISABLED_EVENT, "ENABLED");
    return hasGivenUp;
  }

  return {
    nextDueAt: () =>
      context.read(() => {
        const times = [next.healthy.get()?.at, next.failing.get()?.at];
        const known = times.filter((at) => typeof at === "number");
        return known.length === 0 ? null : Math.min(...known);
      }),

    claimDue: ({ healthy, failing, leaseMs }) =>
      context.write(() => [
        ...claimSome("healthy", healthy, leaseMs),
        ...claimSome("failing", failing, leaseMs),
      ]),

    ping: (ref, { claim, signal, leaseMs }) =>
      context.write(() => {
        const { merchantId, endpointId } = ref;
        const replay = claim === null ? null : idempotency.find(merchantId, claim);
        if (replay !== null) return replay;
        const endpoint = endpoints.load(ref);
        const sequence = endpoints.append(endpoint, PING_EVENT, "");
        const event = selectOfObject.get({ objectId: endpointId, sequence });
        if (event === undefined) throw new Error("an event that was written is not there");
        const row = deliveries.insert({
          merchantId,
          endpointId,
          eventId: event.eventId,
          eventPosition: event.position,
          eventType: PING_EVENT,
          livemode: endpoint.livemode,
          lease: { token: newToken(), until: context.now() + leaseMs },
        });
        if (row === null) throw new Error("a new event has a delivery already");
        endpoints.refreshDue(endpointId);
        if (claim !== null) idempotency.insert(merchantId, claim, row.deliveryId, null);
        return {
          kind: "stored" as const,
          claimed: claimed(row, endpoint.failingSince !== null),
        };
      }, signal),

    open: ({ deliveryId, token }) =>
      context.read(() => {
        const row = deliveries.find(deliveryId);
        if (row === null || row.leaseToken !== token) return null;
        const endpoint = endpoints.find(row.endpointId);
        const found = selectEvent.get({ position: row.eventPosition });
        if (endpoint === null || found === undefined) return null;
        const { position: _, ...event } = found;
        const now = context.now();
        const secrets = endpoints
          .secretsOf(endpoint)
          .filter(({ until }) => until === null || until > now)
          .map(({ secret }) => secret);
        return { event, url: endpoint.url, secrets };
      }),

    record: ({ deliveryId, token }, attempt, decide) =>
      context.write(() => {
        const row = deliveries.find(deliveryId);
        if (row === null || row.leaseToken !== token) throw new LeaseLostError();
        const endpoint = endpoints.find(row.endpointId);
        // Of a removed one nothing is left to decide; the sweep takes what was sent to it.
        if (endpoint === null) throw new LeaseLostError();
        const after = decide({
          delivery: deliveries.fromRow(row),
          endpoint: endpointFromRow(endpoint),
        });
        const saved = deliveries.save(row, {
          ...after.delivery,
          claimableAt: after.delivery.nextTryTime,
          leaseToken: null,
          leaseUntil: null,
          attemptCount: row.attemptCount + 1,
          updateTime: Math.max(context.now(), row.updateTime),
        });
        deliveries.addAttempt(saved, attempt);
        const hasGivenUp = follow(endpoint, after.endpoint);
        return { delivery: deliveries.fromRow(saved), hasGivenUp };
      }),
  };
}
