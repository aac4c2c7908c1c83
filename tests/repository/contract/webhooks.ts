import { describe, expect, it } from "vitest";
import { decodeSnapshot } from "../../../src/domain/snapshot.ts";
import type { WebhookAttempt, WebhookEndpoint } from "../../../src/domain/webhook.ts";
import { type AfterAttempt, afterAttempt, GIVE_UP_MS } from "../../../src/domain/webhook-retry.ts";
import { limits } from "../../../src/limits.ts";
import { LeaseLostError, type Repository } from "../../../src/repository/repository.ts";
import type { ClaimedDelivery } from "../../../src/repository/webhooks.ts";
import { claimOf, LEASE_MS, newSecret, type OpenRepository, SIGNING, World } from "../fixtures.ts";

const PAGE = { limit: 100, after: null };
const ROOM = { healthy: 100, failing: 100, leaseMs: LEASE_MS };

export function webhookContract(open: OpenRepository): void {
  describe("webhook endpoints", () => {
    it("are the merchant's own, bounded in number, and made once by key", async () => {
      const world = await World.open(open);
      const { webhookEndpoints } = world.repository;
      const claim = claimOf("k", { method: "WebhookEndpointService.CreateWebhookEndpoint" });
      const endpoint = await world.createEndpoint({}, { claim });
      expect(await webhookEndpoints.find(endpoint)).toEqual(endpoint);
      expect(await webhookEndpoints.list(endpoint, PAGE)).toEqual([endpoint]);
      const foreign = { ...endpoint, merchantId: world.strangerId };
      expect(await webhookEndpoints.find(foreign)).toBeNull();
      expect(await webhookEndpoints.list(foreign, PAGE)).toEqual([]);
      const none = { reason: "WEBHOOK_ENDPOINT_NOT_FOUND" };
      const keep = <T>(current: T) => current;
      await expect(webhookEndpoints.update(foreign, world.byHand(), keep)).rejects.toMatchObject(
        none,
      );
      await expect(webhookEndpoints.remove(foreign, world.byHand())).rejects.toMatchObject(none);
      await expect(world.ping(foreign)).rejects.toMatchObject(none);
      const input = { endpoint: world.newEndpoint(), secrets: [SIGNING], most: 1 };
      const again = await webhookEndpoints.create({ ...input, ...world.byHand({ claim }) });
      if (again.kind !== "replay") throw new Error(again.kind);
      expect(decodeSnapshot(again.answer ?? "")).toEqual(endpoint);
      await expect(webhookEndpoints.create({ ...input, ...world.byHand() })).rejects.toMatchObject({
        reason: "WEBHOOK_ENDPOINT_LIMIT",
      });
    });

    it("sign with every secret whose time has not come", async () => {
      const world = await World.open(open);
      const { webhookEndpoints, webhookOutbox } = world.repository;
      const endpoint = await world.createEndpoint();
      const fresh = newSecret("whsec_ZnJlc2g=");
      await webhookEndpoints.update(endpoint, world.byHand(), (current) => ({
        endpoint: current.endpoint,
        secrets: [fresh, ...current.secrets.map((each) => ({ ...each, until: world.time + 50 }))],
      }));
      const claimed = await world.ping(endpoint);
      const signing = async () => (await webhookOutbox.open(claimed))?.secrets;
      expect(await signing()).toEqual([fresh.secret, SIGNING.secret]);
      world.time += 50;
      expect(await signing()).toEqual([fresh.secret]);
    });

    it("that are removed get nothing more, and go with their deliveries", async () => {
      const world = await World.open(open);
      const { webhookEndpoints, webhookDeliveries, webhookOutbox } = world.repository;
      const endpoint = await world.createEndpoint();
      await world.create();
      await webhookOutbox.makeDeliveries(100);
      const [claimed] = await webhookOutbox.claimDue(ROOM);
      if (claimed === undefined) throw new Error("nothing was due");
      await webhookEndpoints.remove(endpoint, world.byHand());
      expect(await webhookEndpoints.list(endpoint, PAGE)).toEqual([]);
      expect(await webhookDeliveries.find(claimed)).toBeNull();
      expect(await webhookOutbox.open(claimed)).toBeNull();
      await expect(record(world.repository, claimed, SUCCESS)).rejects.toThrow(LeaseLostError);
      await world.create();
      expect(await webhookOutbox.makeDeliveries(100)).toMatchObject({ made: 0 });
      expect(await webhookOutbox.nextDueAt()).toBeNull();
      while (await webhookOutbox.sweep({ pending: 0, kept: 0 }, 1)) {
        // One delivery or endpoint at a time.
      }
      const left = await world.createEndpoint();
      expect(await webhookEndpoints.list(left, PAGE)).toEqual([left]);
    });
  });

  describe("the webhook outbox", () => {
    it("makes each event one delivery for each endpoint that wants it, from when it was made on", async () => {
      const world = await World.open(open);
      const { webhookOutbox, webhookDeliveries } = world.repository;
      await world.create();
      const every = await world.createEndpoint();
      const some = await world.createEndpoint({ eventTypes: ["payout.created", "recipient.*"] });
      const other = await world.createEndpoint({ eventTypes: ["payout.failed"] });
      const off = await world.createEndpoint({ state: "DISABLED", disabledReason: "BY_CALLER" });
      const foreign = await world.createEndpoint({ merchantId: world.strangerId });
      await world.create();
      await world.createRecipient();
      const another = await world.another();
      await Promise.all([
        webhookOutbox.makeDeliveries(100),
        another.webhookOutbox.makeDeliveries(1),
      ]);
      while ((await another.webhookOutbox.makeDeliveries(1)).looked > 0) {
        // Whoever looks, however often.
      }
      const typesOf = async (endpoint: WebhookEndpoint) =>
        (await webhookDeliveries.list(any(endpoint), PAGE))
          .map(({ eventType }) => eventType)
          .sort();
      expect(await typesOf(every)).toEqual(["payout.created", "recipient.active"]);
      expect(await typesOf(some)).toEqual(["payout.created", "recipient.active"]);
      for (const none of [other, off, foreign]) expect(await typesOf(none)).toEqual([]);
      // Whatever nobody has looked at yet: what happened while it was disabled is not kept for it.
      await world.create();
      await world.repository.webhookEndpoints.update(off, world.byHand(), (current) => ({
        ...current,
        endpoint: { ...current.endpoint, state: "ENABLED", disabledReason: null },
      }));
      await webhookOutbox.makeDeliveries(100);
      expect(await typesOf(off)).toEqual([]);
      await world.create();
      await webhookOutbox.makeDeliveries(100);
      expect(await typesOf(off)).toEqual(["payout.created"]);
    });

    it("is claimed a few at a time for an endpoint, and by one process only", async () => {
      const world = await World.open(open);
      await world.createEndpoint();
      await world.createEndpoint();
      for (let i = 0; i < 10; i += 1) await world.create();
      await world.repository.webhookOutbox.makeDeliveries(100);
      const another = await world.another();
      const claims = await Promise.all(
        [world.repository, another, world.repository].map(({ webhookOutbox }) =>
          webhookOutbox.claimDue(ROOM),
        ),
      );
      const claimed = claims.flat();
      const { runningPerEndpoint } = limits.webhooksOut;
      expect(claimed).toHaveLength(2 * runningPerEndpoint);
      expect(new Set(claimed.map(({ deliveryId }) => deliveryId)).size).toBe(claimed.length);
      expect(await world.repository.webhookOutbox.nextDueAt()).toBe(world.time + LEASE_MS);
      const [first] = claimed;
      if (first === undefined) throw new Error("nothing was due");
      await record(world.repository, first, SUCCESS);
      expect(await another.webhookOutbox.claimDue(ROOM)).toHaveLength(1);
      expect(await another.webhookOutbox.claimDue({ ...ROOM, healthy: 0 })).toEqual([]);
    });

    it("goes to somebody else when a lease has run out, who alone records", async () => {
      const world = await World.open(open);
      const { webhookOutbox } = world.repository;
      await world.createEndpoint();
      await world.create();
      await webhookOutbox.makeDeliveries(100);
      const [first] = await webhookOutbox.claimDue(ROOM);
      world.time += LEASE_MS;
      const [second] = await webhookOutbox.claimDue(ROOM);
      if (first === undefined || second === undefined) throw new Error("nothing was due");
      expect(second.deliveryId).toBe(first.deliveryId);
      await expect(record(world.repository, first, SUCCESS)).rejects.toThrow(LeaseLostError);
      expect(await webhookOutbox.open(first)).toBeNull();
      const recorded = await record(world.repository, second, SUCCESS);
      expect(recorded.delivery).toMatchObject({ state: "DELIVERED", attempts: [SUCCESS] });
    });

    it("sends one at a time to an endpoint that fails, until one arrives", async () => {
      const world = await World.open(open);
      const { webhookOutbox } = world.repository;
      const endpoint = await world.createEndpoint();
      for (let i = 0; i < 10; i += 1) await world.create();
      await webhookOutbox.makeDeliveries(100);
      const claimed = await webhookOutbox.claimDue(ROOM);
      for (const each of claimed) await record(world.repository, each, FAILURE);
      const found = await world.repository.webhookEndpoints.find(endpoint);
      expect(found).toEqual({ ...endpoint, failingSince: FAILURE.startTime });
      const none = await webhookOutbox.claimDue({ ...ROOM, failing: 0 });
      expect(none).toEqual([]);
      const [probe, ...more] = await webhookOutbox.claimDue(ROOM);
      expect(more).toEqual([]);
      if (probe === undefined) throw new Error("nothing was due");
      expect(probe.isFailing).toBe(true);
      await record(world.repository, probe, SUCCESS);
      expect(await world.repository.webhookEndpoints.find(endpoint)).toEqual(endpoint);
      const after = await webhookOutbox.claimDue(ROOM);
      expect(after).toHaveLength(limits.webhooksOut.runningPerEndpoint);
    });

    it("tells when an endpoint is given up, and waits while it is disabled", async () => {
      const world = await World.open(open);
      const { webhookOutbox, webhookEndpoints, webhookDeliveries } = world.repository;
      const endpoint = await world.createEndpoint();
      const watcher = await world.createEndpoint({ eventTypes: ["webhook_endpoint.*"] });
      await world.create();
      await webhookOutbox.makeDeliveries(100);
      const [claimed] = await webhookOutbox.claimDue(ROOM);
      if (claimed === undefined) throw new Error("nothing was due");
      const gone = await record(world.repository, claimed, { ...FAILURE, failure: "GONE_410" });
      expect(gone).toMatchObject({ hasGivenUp: true, delivery: { state: "PENDING", tries: 1 } });
      const disabled = await webhookEndpoints.find(endpoint);
      expect(disabled).toMatchObject({ state: "DISABLED", disabledReason: "GONE_410", version: 2 });
      const [event, ...others] = await world.eventsOf(endpoint.endpointId);
      expect(others).toEqual([]);
      expect(event).toMatchObject({
        type: "webhook_endpoint.disabled",
        sequence: 1,
        previousStatus: "ENABLED",
        resource: { kind: "webhook_endpoint", webhookEndpoint: disabled },
      });
      await webhookOutbox.makeDeliveries(100);
      world.time += GIVE_UP_MS;
      const [told, ...rest] = await webhookOutbox.claimDue(ROOM);
      expect(rest).toEqual([]);
      expect(told?.endpointId).toBe(watcher.endpointId);
      await expect(webhookDeliveries.redeliver(claimed, world.byHand())).rejects.toMatchObject({
        reason: "WEBHOOK_ENDPOINT_DISABLED",
      });
      await webhookEndpoints.update(endpoint, world.byHand(), (current) => ({
        ...current,
        endpoint: { ...endpoint },
      }));
      expect(await webhookOutbox.claimDue(ROOM)).toMatchObject([
        { deliveryId: claimed.deliveryId },
      ]);
    });

    it("keeps the newest tries, forgets what is old, and ends what waits too long", async () => {
      const world = await World.open(open);
      const { webhookOutbox, webhookDeliveries } = world.repository;
      const endpoint = await world.createEndpoint();
      await world.create();
      await webhookOutbox.makeDeliveries(100);
      const [delivery] = await webhookDeliveries.list(any(endpoint), PAGE);
      if (delivery === undefined) throw new Error("no delivery");
      const { keptAttempts } = limits.webhooksOut;
      for (let i = 0; i < keptAttempts + 3; i += 1) {
        await webhookDeliveries.redeliver(delivery, world.byHand());
        const [claimed] = await webhookOutbox.claimDue(ROOM);
        if (claimed === undefined) throw new Error("nothing was due");
        await record(world.repository, claimed, { ...FAILURE, startTime: i });
      }
      const kept = await webhookDeliveries.find(delivery);
      expect(kept?.attempts.map(({ startTime }) => startTime)).toEqual(
        Array.from({ length: keptAttempts }, (_each, index) => index + 3),
      );
      const sweep = (pending: number, old: number) =>
        webhookOutbox.sweep({ pending, kept: old }, 10);
      expect(await sweep(world.time, world.time)).toBe(false);
      expect(await webhookDeliveries.find(delivery)).toMatchObject({ state: "PENDING" });
      expect(await sweep(world.time + 1, world.time)).toBe(false);
      const ended = await webhookDeliveries.find(delivery);
      expect(ended).toMatchObject({ state: "FAILED", nextTryTime: null });
      expect(await webhookOutbox.nextDueAt()).toBeNull();
      await sweep(0, world.time + 1);
      expect(await webhookDeliveries.find(delivery)).toBeNull();
    });
  });

  describe("webhook deliveries", () => {
    it("are listed by state, event and time, newest first, and belong to the merchant", async () => {
      const world = await World.open(open);
      const { webhookOutbox, webhookDeliveries } = world.repository;
      const endpoint = await world.createEndpoint();
      const made: string[] = [];
      for (let i = 0; i < 3; i += 1) {
        world.time += 10;
        await world.create();
        await webhookOutbox.makeDeliveries(100);
        const [newest] = await webhookDeliveries.list(any(endpoint), PAGE);
        made.unshift(newest?.deliveryId ?? "");
      }
      const [claimed] = await webhookOutbox.claimDue({ ...ROOM, healthy: 1 });
      if (claimed === undefined) throw new Error("nothing was due");
      const { delivery } = await record(world.repository, claimed, SUCCESS);
      const ids = async (
        changes: object,
        page: Parameters<typeof webhookDeliveries.list>[1] = PAGE,
      ) =>
        (await webhookDeliveries.list({ ...any(endpoint), ...changes }, page)).map(
          ({ deliveryId }) => deliveryId,
        );
      expect(await ids({})).toEqual(made);
      expect(await ids({ state: ["DELIVERED"] })).toEqual([delivery.deliveryId]);
      expect(await ids({ eventId: delivery.eventId })).toEqual([delivery.deliveryId]);
      expect(await ids({ eventId: delivery.eventId, state: ["FAILED"] })).toEqual([]);
      expect(await ids({ createTimeFrom: world.time })).toEqual(made.slice(0, 1));
      expect(await ids({ createTimeTo: world.time })).toEqual(made.slice(1));
      const [first = ""] = made;
      const after = { createTime: world.time, id: first };
      expect(await ids({}, { limit: 1, after })).toEqual(made.slice(1, 2));
      expect(await ids({ merchantId: world.strangerId })).toEqual([]);
      const foreign = { ...claimed, merchantId: world.strangerId };
      expect(await webhookDeliveries.find(foreign)).toBeNull();
      await expect(webhookDeliveries.redeliver(foreign, world.byHand())).rejects.toMatchObject({
        reason: "WEBHOOK_DELIVERY_NOT_FOUND",
      });
    });

    it("are asked for again, one or a span of time, page by page", async () => {
      const world = await World.open(open);
      const { webhookOutbox, webhookDeliveries } = world.repository;
      const endpoint = await world.createEndpoint();
      for (let i = 0; i < 4; i += 1) await world.create();
      await webhookOutbox.makeDeliveries(100);
      const claimed = await webhookOutbox.claimDue(ROOM);
      for (const [index, each] of claimed.entries()) {
        await record(world.repository, each, index === 0 ? SUCCESS : FAILURE, "FAILED");
      }
      expect(await webhookOutbox.nextDueAt()).toBeNull();
      const { eventId: _, ...filter } = any(endpoint);
      const failed = { ...filter, state: ["FAILED" as const] };
      const claim = claimOf("k", { method: "WebhookEndpointService.RedeliverWebhooks" });
      const first = await webhookDeliveries.redeliverAll(
        failed,
        { limit: 2, after: null },
        world.byHand({ claim }),
      );
      if (first.kind !== "stored") throw new Error(first.kind);
      expect(first.count).toBe(2);
      const again = await webhookDeliveries.redeliverAll(failed, PAGE, world.byHand({ claim }));
      expect(again).toMatchObject({ kind: "replay" });
      const rest = await webhookDeliveries.redeliverAll(
        failed,
        { limit: 2, after: first.last },
        world.byHand(),
      );
      expect(rest).toMatchObject({ count: 1, last: null });
      const [arrived] = claimed;
      if (arrived === undefined) throw new Error("nothing was due");
      const one = await webhookDeliveries.redeliver(arrived, world.byHand());
      expect(one).toMatchObject({ delivery: { state: "PENDING", tries: 0, attempts: [SUCCESS] } });
      expect(await webhookOutbox.nextDueAt()).toBe(world.time);
    });
  });
}

const SUCCESS: WebhookAttempt = {
  startTime: 5,
  durationMs: 1,
  statusCode: 204,
  failure: null,
  requestHeaders: { "webhook-id": "evt" },
  answer: "",
};
const FAILURE: WebhookAttempt = {
  ...SUCCESS,
  startTime: 7,
  statusCode: 500,
  failure: "STATUS_NOT_2XX",
  answer: "no\u0000t now",
};

function any({ merchantId, endpointId }: WebhookEndpoint) {
  const span = { createTimeFrom: null, createTimeTo: null };
  return { merchantId, endpointId, state: [], eventId: null, ...span };
}

/** Records a try; `end` ends a delivery that has failed at once. */
function record(
  { webhookOutbox }: Repository,
  claimed: ClaimedDelivery,
  attempt: WebhookAttempt,
  end?: "FAILED",
) {
  return webhookOutbox.record(claimed, attempt, (current): AfterAttempt => {
    const terms = { now: attempt.startTime, wishMs: 0, chance: 0 };
    const after = afterAttempt(current, attempt, terms);
    if (end === undefined || attempt.failure === null) return after;
    return {
      delivery: { ...after.delivery, state: end, nextTryTime: null },
      endpoint: current.endpoint,
    };
  });
}
