import { describe, expect, it } from "vitest";
import { PAYOUT_STATUSES } from "../../../src/domain/payout.ts";
import { decodeSnapshot } from "../../../src/domain/snapshot.ts";
import { INITIAL_STATUSES } from "../../../src/domain/transition.ts";
import { IllegalTransitionError, RepositoryError } from "../../../src/repository/repository.ts";
import { claimOf, METHOD, type OpenRepository, PERSON, World } from "../fixtures.ts";

export function createContract(open: OpenRepository): void {
  describe("payouts.create", () => {
    it("stores payout, attempt, job, event and idempotency record, and reads them back", async () => {
      const world = await World.open(open);
      const { repository, merchantId } = world;
      const claim = claimOf("k");
      const input = world.newPayout({ merchantPayoutId: "order-1" });
      const created = await repository.payouts.create({ ...input, claim });
      if (created.kind !== "stored") throw new Error(created.kind);
      const { payout } = created.aggregate;

      expect(payout).toEqual({ ...input.aggregate.payout, nextCheckTime: world.time });
      const found = await repository.payouts.find(merchantId, { payoutId: payout.payoutId });
      expect(found).toEqual(created.aggregate);
      const byReference = { merchantPayoutId: "order-1" };
      expect(await repository.payouts.find(merchantId, byReference)).toEqual(created.aggregate);
      expect(await repository.payouts.destination(payout)).toEqual({
        method: METHOD,
        person: PERSON,
      });
      const key = found?.attempts[0]?.steps[0]?.processorKey ?? "";
      expect(await repository.payouts.findByProcessorKey(key)).toEqual({
        merchantId,
        payoutId: payout.payoutId,
        connector: "double",
      });
      expect(await repository.idempotency.find(merchantId, claim)).toEqual({
        kind: "replay",
        subjectId: payout.payoutId,
        answer: null,
      });
      expect(await repository.jobs.nextClaimableAt()).toBe(world.time);
      const [event, ...more] = await world.eventsOf(payout.payoutId);
      expect(more).toEqual([]);
      expect(event).toMatchObject({ type: "payout.created", sequence: 1, previousStatus: "" });
      expect(event?.resource).toEqual({ kind: "payout", payout });
      expect(await repository.events.find(merchantId, event?.eventId ?? "")).toEqual(event);
    });

    it("answers a repeat with what is there, and makes nothing", async () => {
      const world = await World.open(open);
      const { repository } = world;
      const claim = claimOf("k");
      const first = await world.create({}, { claim });
      const again = await repository.payouts.create({ ...world.newPayout(), claim });
      const { payoutId } = first.payout;
      expect(again).toEqual({ kind: "replay", subjectId: payoutId, answer: null });
      await repository.idempotency.close(world.merchantId, claim, "the answer");
      expect(await repository.payouts.create({ ...world.newPayout(), claim })).toEqual({
        kind: "replay",
        subjectId: payoutId,
        answer: "the answer",
      });
    });

    it("keeps the answer that is known at once", async () => {
      const world = await World.open(open);
      const claim = claimOf("k");
      await world.create({}, { claim, answer: ({ payout }) => payout.amount.minorAmount });
      const record = await world.repository.idempotency.find(world.merchantId, claim);
      expect(decodeSnapshot(record?.answer ?? "")).toBe(9007199254740991n);
    });

    it("refuses a key that stands for another request, and stores nothing of it", async () => {
      const world = await World.open(open);
      await world.create({}, { claim: claimOf("k") });
      const claim = claimOf("k", { fingerprint: "another" });
      const input = { ...world.newPayout(), claim };
      await expect(world.repository.payouts.create(input)).rejects.toMatchObject({
        reason: "IDEMPOTENCY_KEY_REUSED",
      });
      const { payoutId } = input.aggregate.payout;
      expect(await world.repository.payouts.find(world.merchantId, { payoutId })).toBeNull();
    });

    it("takes the same key for another method and by another merchant", async () => {
      const world = await World.open(open);
      await world.create({}, { claim: claimOf("k") });
      await world.create({}, { claim: claimOf("k", { method: "PayoutService.Stage" }) });
      const foreign = world.newPayout({ merchantId: world.strangerId });
      const created = await world.repository.payouts.create({ ...foreign, claim: claimOf("k") });
      expect(created.kind).toBe("stored");
    });

    it("names the payout that has the merchant_payout_id already, and keeps no record", async () => {
      const world = await World.open(open);
      const { payout } = await world.create({ merchantPayoutId: "order-1" });
      const claim = claimOf("k");
      const input = { ...world.newPayout({ merchantPayoutId: "order-1" }), claim };
      expect(await world.repository.payouts.create(input)).toEqual({
        kind: "duplicate",
        payoutId: payout.payoutId,
      });
      expect(await world.repository.idempotency.find(world.merchantId, claim)).toBeNull();
      const other = { merchantId: world.strangerId, merchantPayoutId: "order-1" };
      expect((await world.create(other)).payout.merchantPayoutId).toBe("order-1");
    });

    it("begins nowhere but where a payout can begin", async () => {
      const world = await World.open(open);
      for (const status of PAYOUT_STATUSES) {
        const input = { ...world.newPayout({ status }), claim: claimOf(status) };
        const creating = world.repository.payouts.create(input);
        if (INITIAL_STATUSES.some((initial) => initial === status)) await creating;
        else await expect(creating).rejects.toBeInstanceOf(IllegalTransitionError);
      }
    });

    it("leaves nothing behind when any part of it cannot be stored", async () => {
      const world = await World.open(open);
      const first = await world.create();
      const claim = claimOf("k");
      const input = world.newPayout();
      // The processor key is taken: the very last insert of the attempt fails.
      const aggregate = { ...input.aggregate, attempts: first.attempts };
      const failing = world.repository.payouts.create({ ...input, aggregate, claim });
      await expect(failing).rejects.toBeInstanceOf(RepositoryError);
      const { payoutId } = aggregate.payout;
      expect(await world.repository.payouts.find(world.merchantId, { payoutId })).toBeNull();
      expect(await world.repository.idempotency.find(world.merchantId, claim)).toBeNull();
      expect(await world.eventsOf(payoutId)).toEqual([]);
      expect(await world.repository.jobs.claimDue(10, 1000)).toHaveLength(1);
    });

    it("makes one payout of fifty parallel creates with one key, across two processes", async () => {
      const world = await World.open(open);
      const nodes = [world.repository, await world.another()];
      const claim = claimOf("k");
      const ends = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          nodes[index % 2]?.payouts.create({ ...world.newPayout(), claim }),
        ),
      );
      const stored = ends.flatMap((end) => (end?.kind === "stored" ? [end.aggregate.payout] : []));
      expect(stored).toHaveLength(1);
      const [payout] = stored;
      for (const end of ends) {
        if (end?.kind === "stored") continue;
        expect(end).toEqual({ kind: "replay", subjectId: payout?.payoutId, answer: null });
      }
      expect(await world.repository.jobs.claimDue(100, 1000)).toHaveLength(1);
    });

    it("makes one payout of fifty parallel creates with one merchant_payout_id", async () => {
      const world = await World.open(open);
      const nodes = [world.repository, await world.another()];
      const ends = await Promise.all(
        Array.from({ length: 50 }, (_, index) =>
          nodes[index % 2]?.payouts.create(world.newPayout({ merchantPayoutId: "order-1" })),
        ),
      );
      expect(ends.filter((end) => end?.kind === "stored")).toHaveLength(1);
      expect(ends.filter((end) => end?.kind === "duplicate")).toHaveLength(49);
    });
  });
}
