import { describe, expect, it } from "vitest";
import { laneOf } from "../../../src/repository/job.ts";
import { claimOf, LEASE_MS, type OpenRepository, START, World } from "../fixtures.ts";

export function jobContract(open: OpenRepository): void {
  describe("jobs", () => {
    it("gives each due job to exactly one of two claimers", async () => {
      const world = await World.open(open);
      const nodes = [world.repository, await world.another()];
      const made = await Promise.all(Array.from({ length: 60 }, () => world.create()));
      const claims = await Promise.all(
        Array.from({ length: 24 }, (_, index) => nodes[index % 2]?.jobs.claimDue(5, LEASE_MS)),
      );
      const claimed = claims.flatMap((jobs) => jobs ?? []);
      expect(claimed.map(({ subjectId }) => subjectId).sort()).toEqual(
        made.map(({ payout }) => payout.payoutId).sort(),
      );
      expect(new Set(claimed.map(({ token }) => token)).size).toBe(60);
      expect(
        claimed.every(
          ({ kind, merchantId }) => kind === "payout" && merchantId === world.merchantId,
        ),
      ).toBe(true);
    });

    it("claims what has been due the longest first, and nothing before its time", async () => {
      const world = await World.open(open);
      const made: string[] = [];
      for (const delay of [30, 10, 20, 40]) {
        const input = world.newPayout();
        const job = { runAt: START + delay, tries: 0, lease: null };
        await world.repository.payouts.create({ ...input, aggregate: { ...input.aggregate, job } });
        made.push(input.aggregate.payout.payoutId);
      }
      world.time = START + 30;
      const claimed = await world.repository.jobs.claimDue(2, LEASE_MS);
      expect(claimed.map(({ subjectId }) => subjectId)).toEqual([made[1], made[2]]);
      const rest = await world.repository.jobs.claimDue(10, LEASE_MS);
      expect(rest.map(({ subjectId }) => subjectId)).toEqual([made[0]]);
      expect(await world.repository.jobs.nextClaimableAt()).toBe(START + 40);
    });

    it("claims what is due in other lanes past any number of jobs of full ones", async () => {
      const world = await World.open(open);
      const full = Array.from({ length: 600 }, () => world.create({ connector: "hanging" }));
      const [hanging] = (await Promise.all(full)).map(({ payout }) => payout.connector);
      const made: string[] = [];
      for (const connector of ["b", "a", "b"]) {
        world.time += 1;
        made.push((await world.create({ connector })).payout.payoutId);
      }
      const fullLanes = [laneOf({ merchantId: world.merchantId, connector: hanging ?? "" })];
      const claim = async (limit: number) => {
        const claimed = await world.repository.jobs.claimDue(limit, LEASE_MS, fullLanes);
        return claimed.map(({ subjectId }) => subjectId);
      };
      expect(await claim(2)).toEqual(made.slice(0, 2));
      expect(await claim(5)).toEqual(made.slice(2));
      expect(await claim(5)).toEqual([]);
      expect(await world.repository.jobs.claimDue(5, LEASE_MS)).toHaveLength(5);
    });

    it("keeps a lease for its time, and frees it then", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { jobs } = world.repository;
      const [first] = await jobs.claimDue(1, LEASE_MS);
      world.time = START + LEASE_MS - 1;
      expect(await jobs.claimDue(1, LEASE_MS)).toEqual([]);
      expect(await jobs.claim("payout", payout.payoutId, LEASE_MS)).toBeNull();
      world.time = START + LEASE_MS;
      const [second] = await jobs.claimDue(1, LEASE_MS);
      expect(second?.token).not.toBe(first?.token);
    });

    it("extends the lease of its holder alone", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { jobs } = world.repository;
      const first = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      world.time = START + LEASE_MS - 1;
      expect(await jobs.extend("payout", payout.payoutId, first?.token ?? "", LEASE_MS)).toBe(true);
      expect(await jobs.extend("payout", payout.payoutId, "another", LEASE_MS)).toBe(false);
      world.time = START + LEASE_MS + 1;
      expect(await jobs.claimDue(1, LEASE_MS)).toEqual([]);
      world.time = START + 2 * LEASE_MS;
      const second = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      expect(second).not.toBeNull();
      expect(await jobs.extend("payout", payout.payoutId, first?.token ?? "", LEASE_MS)).toBe(
        false,
      );
    });

    it("takes a job back from its holder alone", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { jobs } = world.repository;
      const lease = await jobs.claim("payout", payout.payoutId, LEASE_MS);
      await jobs.defer("payout", payout.payoutId, "another", START + 1, "Error");
      expect(await jobs.claim("payout", payout.payoutId, LEASE_MS)).toBeNull();
      await jobs.defer("payout", payout.payoutId, lease?.token ?? "", START + 700, "Error");
      expect(await jobs.nextClaimableAt()).toBe(START + 700);
      const found = await world.repository.payouts.find(world.merchantId, payout);
      expect(found?.job).toEqual({ runAt: START + 700, tries: 1, lease: null });
    });

    it("claims one job before its time, and answers null for none", async () => {
      const world = await World.open(open);
      const input = world.newPayout();
      const job = { runAt: START + 60_000, tries: 0, lease: null };
      await world.repository.payouts.create({ ...input, aggregate: { ...input.aggregate, job } });
      const { payoutId } = input.aggregate.payout;
      const { jobs } = world.repository;
      const lease = await jobs.claim("payout", payoutId, LEASE_MS);
      expect(lease?.until).toBe(START + LEASE_MS);
      expect(await jobs.claim("payout", world.id("payout"), LEASE_MS)).toBeNull();
      expect(await jobs.claim("registration", payoutId, LEASE_MS)).toBeNull();
    });

    it("passes over lanes that are full, of one merchant at one connector", async () => {
      const world = await World.open(open);
      const { merchantId, strangerId } = world;
      await world.create();
      const other = await world.create({ connector: "other" });
      const foreign = await world.create({ merchantId: strangerId });
      const full = laneOf({ merchantId, connector: "double" });
      const claimed = await world.repository.jobs.claimDue(10, LEASE_MS, [full]);
      expect(claimed.map(({ subjectId }) => subjectId).sort()).toEqual(
        [other.payout.payoutId, foreign.payout.payoutId].sort(),
      );
      expect(claimed.map(laneOf).sort()).toEqual(
        [`${merchantId}/other`, `${strangerId}/double`].sort(),
      );
      expect(await world.repository.jobs.claimDue(10, LEASE_MS)).toHaveLength(1);
    });

    it("starts with the lease that a create holds", async () => {
      const world = await World.open(open);
      const input = world.newPayout();
      const lease = { token: "mine", until: START + LEASE_MS };
      const job = { runAt: START, tries: 0, lease };
      const aggregate = { ...input.aggregate, job };
      await world.repository.payouts.create({ ...input, aggregate, claim: claimOf("k") });
      expect(await world.repository.jobs.claimDue(1, LEASE_MS)).toEqual([]);
      expect(await world.repository.jobs.nextClaimableAt()).toBe(START + LEASE_MS);
    });
  });
}
