import { describe, expect, it } from "vitest";
import { claimOf, NO_CHANGE, type OpenRepository, START, World } from "../fixtures.ts";

const DAY = 24 * 60 * 60 * 1000;
const VOID = { method: "PayoutService.Void" };

export function idempotencyContract(open: OpenRepository): void {
  describe("idempotency", () => {
    it("lets the first close win, of many at once", async () => {
      const world = await World.open(open);
      const nodes = [world.repository, await world.another()];
      const claim = claimOf("k");
      await world.create({}, { claim });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, index) =>
          nodes[index % 2]?.idempotency.close(world.merchantId, claim, `answer ${index}`),
        ),
      );
      const { answer } = (await world.repository.idempotency.find(world.merchantId, claim)) ?? {};
      expect(new Set(answers)).toEqual(new Set([answer]));
    });

    it("answers what it was given when there is no record to close", async () => {
      const { repository, merchantId } = await World.open(open);
      expect(await repository.idempotency.close(merchantId, claimOf("k"), "mine")).toBe("mine");
      expect(await repository.idempotency.find(merchantId, claimOf("k"))).toBeNull();
    });

    it("forgets a record that is open, and keeps one that is closed", async () => {
      const world = await World.open(open);
      const { idempotency } = world.repository;
      const [opened, closed] = [claimOf("open"), claimOf("closed")];
      await world.create({}, { claim: opened });
      await world.create({}, { claim: closed });
      await idempotency.close(world.merchantId, closed, "answer");
      await idempotency.forget(world.merchantId, opened);
      await idempotency.forget(world.merchantId, closed);
      expect(await idempotency.find(world.merchantId, opened)).toBeNull();
      expect((await idempotency.find(world.merchantId, closed))?.answer).toBe("answer");
    });

    it("keeps keys that start a payout for ever, and others for thirty days", async () => {
      const world = await World.open(open);
      const { idempotency, payouts } = world.repository;
      const forEver = ["Create", "Stage", "CreateLink"].map((name) =>
        claimOf("k", { method: `PayoutService.${name}` }),
      );
      let payoutId = "";
      for (const claim of forEver) payoutId = (await world.create({}, { claim })).payout.payoutId;
      const ref = { merchantId: world.merchantId, payoutId };
      const brief = claimOf("k", VOID);
      await payouts.change(ref, { claim: brief }, NO_CHANGE);

      world.time = START + 30 * DAY - 1;
      expect(await idempotency.sweep(world.time, 100)).toBe(0);
      expect(await idempotency.find(world.merchantId, brief)).not.toBeNull();
      world.time += 1;
      expect(await idempotency.find(world.merchantId, brief)).toBeNull();
      // A find is a reading: the record is still there for the sweep.
      expect(await idempotency.sweep(world.time, 100)).toBe(1);
      world.time += 3650 * DAY;
      expect(await idempotency.sweep(world.time, 100)).toBe(0);
      for (const claim of forEver) {
        expect(await idempotency.find(world.merchantId, claim)).not.toBeNull();
      }
    });

    it("takes an expired key for a new request, though it has not been swept", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      const { payouts, idempotency } = world.repository;
      await payouts.change(payout, { claim: claimOf("k", VOID) }, NO_CHANGE);
      world.time = START + 30 * DAY;
      const claim = claimOf("k", { ...VOID, fingerprint: "another" });
      const changed = await payouts.change(payout, { claim }, NO_CHANGE);
      expect(changed.kind).toBe("stored");
      expect(await idempotency.find(world.merchantId, claim)).toMatchObject({ answer: null });
    });

    it("sweeps no more than it is told to", async () => {
      const world = await World.open(open);
      const { payout } = await world.create();
      for (let index = 0; index < 5; index += 1) {
        const claim = claimOf(`k${index}`, VOID);
        await world.repository.payouts.change(payout, { claim }, NO_CHANGE);
      }
      const later = START + 31 * DAY;
      expect(await world.repository.idempotency.sweep(later, 3)).toBe(3);
      expect(await world.repository.idempotency.sweep(later, 3)).toBe(2);
    });
  });
}
