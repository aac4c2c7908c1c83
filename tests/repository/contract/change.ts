import { describe, expect, it } from "vitest";
import { ServiceError } from "../../../src/domain/errors.ts";
import { PAYOUT_STATUSES, type PayoutStatus } from "../../../src/domain/payout.ts";
import { canTransition } from "../../../src/domain/transition.ts";
import type { PayoutAggregate } from "../../../src/repository/payout-aggregate.ts";
import { IllegalTransitionError, LeaseLostError } from "../../../src/repository/repository.ts";
import { claimOf, LEASE_MS, NO_CHANGE, type OpenRepository, START, World } from "../fixtures.ts";

const to = (status: PayoutStatus) => (current: PayoutAggregate) => ({
  ...current,
  payout: { ...current.payout, status },
});

export function changeContract(open: OpenRepository): void {
  describe("payouts.change", () => {
    it("writes exactly one event for each change of status, numbered, with what was left", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      for (const status of ["INITIATED", "PENDING", "SUCCESS", "REVERSED"] as const) {
        world.time += 1000;
        await world.repository.payouts.change(payout, {}, to(status));
        await world.repository.payouts.change(payout, {}, (current) => ({
          ...current,
          payout: { ...current.payout, error: null },
        }));
      }
      const events = await world.eventsOf(payout.payoutId);
      expect(
        events.map(({ sequence, type, previousStatus }) => [sequence, type, previousStatus]),
      ).toEqual([
        [1, "payout.created", ""],
        [2, "payout.initiated", "REQUIRES_CREATION"],
        [3, "payout.pending", "INITIATED"],
        [4, "payout.succeeded", "PENDING"],
        [5, "payout.reversed", "SUCCESS"],
      ]);
      const last = events.at(-1)?.resource;
      expect(last?.kind === "payout" && last.payout).toMatchObject({
        status: "REVERSED",
        amount: { minorAmount: 9_007_199_254_740_991n, currency: "USD" },
        updateTime: START + 4000,
      });
    });

    it("changes nothing when the decision answers what it was given", async () => {
      const world = await World.open(open);
      const created = await world.create();
      world.time += 1000;
      const claim = claimOf("k", { method: "PayoutService.Void" });
      const changed = await world.repository.payouts.change(created.payout, { claim }, NO_CHANGE);
      expect(changed).toEqual({ kind: "stored", aggregate: created });
      expect(await world.repository.payouts.find(world.merchantId, created.payout)).toEqual(
        created,
      );
      expect(await world.eventsOf(created.payout.payoutId)).toHaveLength(1);
      const again = await world.repository.payouts.change(created.payout, { claim }, () => {
        throw new Error("a repeat must decide nothing");
      });
      expect(again).toMatchObject({ kind: "replay", subjectId: created.payout.payoutId });
    });

    it("raises the version with the payout itself, and not with its job or attempts", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const change = async (decide: (current: PayoutAggregate) => PayoutAggregate) => {
        world.time += 10;
        const changed = await world.repository.payouts.change(payout, {}, decide);
        return changed.kind === "stored" ? changed.aggregate : null;
      };
      const put = await change((current) => ({
        ...current,
        job: { runAt: world.time + 5000, tries: 1, lease: null },
        attempts: current.attempts.map((attempt) => ({
          ...attempt,
          steps: attempt.steps.map((step) => ({ ...step, tries: 3 })),
        })),
      }));
      expect(put?.payout).toMatchObject({
        version: 1,
        updateTime: START,
        nextCheckTime: START + 5010,
      });
      const moved = await change(to("PENDING"));
      expect(moved?.payout).toMatchObject({ version: 2, updateTime: START + 20 });
      const news = await change((current) => ({ ...current, newsSequence: 4 }));
      // What only the service remembers is no change that a caller could see.
      expect(news?.payout).toMatchObject({ version: 2, updateTime: START + 20 });
      expect(await world.repository.payouts.find(world.merchantId, payout)).toEqual(news);
      expect(news?.attempts[0]?.steps[0]).toMatchObject({ tries: 3 });
    });

    it("never lets the time of a change go backwards", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      world.time -= 60_000;
      const changed = await world.repository.payouts.change(payout, {}, to("PENDING"));
      expect(changed.kind === "stored" && changed.aggregate.payout.updateTime).toBe(START);
    });

    it("refuses every step that the table does not have, and stores nothing of it", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      let at: PayoutStatus = "REQUIRES_CREATION";
      for (const next of ["PENDING", "SUCCESS", "REVERSED"] as const) {
        for (const status of PAYOUT_STATUSES) {
          if (status === at || canTransition(at, status)) continue;
          const claim = claimOf(`${at}-${status}`);
          await expect(
            world.repository.payouts.change(payout, { claim }, (current) => ({
              ...to(status)(current),
              job: null,
              attempts: [],
            })),
          ).rejects.toBeInstanceOf(IllegalTransitionError);
          expect(await world.repository.idempotency.find(world.merchantId, claim)).toBeNull();
        }
        await world.repository.payouts.change(payout, {}, to(next));
        at = next;
      }
      expect(await world.eventsOf(payout.payoutId)).toHaveLength(4);
      const found = await world.repository.payouts.find(world.merchantId, payout);
      expect(found?.payout).toMatchObject({ status: "REVERSED", version: 4 });
      expect(found?.job).not.toBeNull();
      expect(found?.attempts).toHaveLength(1);
    });

    it("stores nothing when the decision refuses, and tells the refusal", async () => {
      const world = await World.open(open);
      const created = await world.create();
      const claim = claimOf("k");
      const refused = world.repository.payouts.change(created.payout, { claim }, () => {
        throw new ServiceError("PAYOUT_STATE_CONFLICT", { metadata: { status: "SUCCESS" } });
      });
      await expect(refused).rejects.toMatchObject({ reason: "PAYOUT_STATE_CONFLICT" });
      expect(await world.repository.idempotency.find(world.merchantId, claim)).toBeNull();
      expect(await world.repository.payouts.find(world.merchantId, created.payout)).toEqual(
        created,
      );
    });

    it("is fenced by the lease", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { jobs, payouts } = world.repository;
      const lost = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      world.time += LEASE_MS;
      const held = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      const stale = payouts.change(payout, { lease: lost?.token ?? "" }, to("SUCCESS"));
      await expect(stale).rejects.toBeInstanceOf(LeaseLostError);
      const empty = payouts.change(payout, { lease: "" }, to("SUCCESS"));
      await expect(empty).rejects.toBeInstanceOf(LeaseLostError);
      const changed = await payouts.change(payout, { lease: held?.token ?? "" }, (current) => ({
        ...to("SUCCESS")(current),
        job: null,
      }));
      expect(changed.kind === "stored" && changed.aggregate.payout.status).toBe("SUCCESS");
      const late = payouts.change(payout, { lease: held?.token ?? "" }, NO_CHANGE);
      await expect(late).rejects.toBeInstanceOf(LeaseLostError);
    });

    it("lets the holder record after its lease has run out, as long as nobody has claimed", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const held = await world.repository.jobs.claim("payout", payout.payoutId, LEASE_MS);
      world.time += 10 * LEASE_MS;
      const lease = held?.token ?? "";
      const changed = await world.repository.payouts.change(payout, { lease }, to("PENDING"));
      expect(changed.kind).toBe("stored");
    });

    it("replaces and deletes the job", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { jobs, payouts } = world.repository;
      await payouts.change(payout, {}, (current) => ({
        ...current,
        job: { runAt: START + 500, tries: 2, lease: null },
      }));
      expect(await jobs.claimDue(10, LEASE_MS)).toEqual([]);
      expect(await jobs.nextClaimableAt()).toBe(START + 500);
      await payouts.change(payout, {}, (current) => ({ ...current, job: null }));
      expect(await jobs.nextClaimableAt()).toBeNull();
      expect((await payouts.find(world.merchantId, payout))?.payout.nextCheckTime).toBeNull();
      await payouts.change(payout, {}, (current) => ({
        ...current,
        job: { runAt: START, tries: 0, lease: null },
      }));
      expect(await jobs.claimDue(10, LEASE_MS)).toHaveLength(1);
    });

    it("never changes a processor key, and adds steps and attempts", async () => {
      const world = await World.open(open);
      const created = await world.create();
      const key = created.attempts[0]?.steps[0]?.processorKey;
      const more = world.attempt(["a", "b"], 2);
      await world.repository.payouts.change(created.payout, {}, (current) => ({
        ...current,
        attempts: [
          ...current.attempts.map((attempt) => ({
            ...attempt,
            state: "DEAD" as const,
            endTime: START,
            steps: attempt.steps.map((step) => ({ ...step, processorKey: "another", tries: 1 })),
          })),
          more,
        ],
      }));
      const found = await world.repository.payouts.find(world.merchantId, created.payout);
      expect(found?.attempts[0]?.steps[0]).toMatchObject({ processorKey: key, tries: 1 });
      expect(found?.attempts[1]).toEqual(more);
    });

    it("refuses a second attempt while the first is alive", async () => {
      const world = await World.open(open);
      for (const state of ["RUNNING", "ACCEPTED"] as const) {
        const created = await world.create();
        const second = world.repository.payouts.change(created.payout, {}, (current) => ({
          ...current,
          attempts: [
            ...current.attempts.map((attempt) => ({ ...attempt, state })),
            world.attempt(["transfer"], 2),
          ],
        }));
        await expect(second).rejects.toMatchObject({ name: "RepositoryError" });
        const found = await world.repository.payouts.find(world.merchantId, created.payout);
        expect(found).toEqual(created);
      }
    });

    it("closes the claim's record with the answer, and the first to close it wins", async () => {
      const world = await World.open(open);
      const claim = claimOf("k");
      const { payout } = await world.create({}, { claim });
      const close = { claim, answer: ({ payout: stored }: PayoutAggregate) => stored.status };
      await world.repository.payouts.change(payout, { close }, to("PENDING"));
      await world.repository.payouts.change(payout, { close }, to("SUCCESS"));
      const record = await world.repository.idempotency.find(world.merchantId, claim);
      expect(record?.answer).toBe('"PENDING"');
    });

    it("answers PAYOUT_NOT_FOUND for a payout that is not there", async () => {
      const world = await World.open(open);
      const ref = { merchantId: world.merchantId, payoutId: world.id("payout") };
      await expect(world.repository.payouts.change(ref, {}, NO_CHANGE)).rejects.toMatchObject({
        reason: "PAYOUT_NOT_FOUND",
      });
    });

    it("loses no change of many at once, from two processes", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const nodes = [world.repository, await world.another()];
      await Promise.all(
        Array.from({ length: 60 }, (_, index) =>
          nodes[index % 2]?.payouts.change(payout, {}, (current) => ({
            ...current,
            newsSequence: (current.newsSequence ?? 0) + 1,
          })),
        ),
      );
      const found = await world.repository.payouts.find(world.merchantId, payout);
      expect(found).toMatchObject({ newsSequence: 60, payout: { version: 1 } });
    });
  });
}
