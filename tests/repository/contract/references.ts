import { describe, expect, it } from "vitest";
import { type OpenRepository, START, World } from "../fixtures.ts";

const ONE = "stripe/cacct_one";
const TRANSFER = { kind: "transfer", id: "tr_1" };
const ACCOUNT = { kind: "account", id: "acct_1" };

export function referenceContract(open: OpenRepository): void {
  describe("processors' ids of payouts", () => {
    it("find their payout, as soon as they are stored and as long as they are", async () => {
      const world = await World.open(open);
      const { payouts } = world.repository;
      const place = { merchantId: world.merchantId, connectorAccountId: "cacct_one" };
      const { payout } = await world.create({ connector: ONE, connectorReferences: [ACCOUNT] });
      const found = async (reference: { kind: string | null; id: string }, at = place) =>
        (await payouts.findByReference(at, reference, 10)).map(({ payoutId }) => payoutId);
      expect(await found(ACCOUNT)).toEqual([payout.payoutId]);
      expect(await found(TRANSFER)).toEqual([]);
      await payouts.change(payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, connectorReferences: [ACCOUNT, TRANSFER] },
      }));
      expect(await payouts.findByReference(place, TRANSFER, 10)).toEqual([
        { payoutId: payout.payoutId, status: "REQUIRES_CREATION" },
      ]);
      expect(await found({ ...TRANSFER, kind: "payout" })).toEqual([]);
      expect(await found({ ...TRANSFER, kind: null })).toEqual([payout.payoutId]);
      expect(await found(TRANSFER, { ...place, connectorAccountId: "cacct_two" })).toEqual([]);
      expect(await found(TRANSFER, { ...place, merchantId: world.strangerId })).toEqual([]);
      // It goes to another account, where the ids mean nothing.
      const moved = await payouts.change(payout, {}, (current) => ({
        ...current,
        payout: { ...current.payout, connector: "wise/cacct_two", connectorReferences: [] },
      }));
      expect(moved).toMatchObject({ aggregate: { payout: { connector: "wise/cacct_two" } } });
      const stored = await payouts.find(world.merchantId, payout);
      expect(stored?.payout.connector).toBe("wise/cacct_two");
      expect(await found(ACCOUNT)).toEqual([]);
      expect(await found(TRANSFER)).toEqual([]);
    });

    it("may be of several payouts: the newest come first, so many at most", async () => {
      const world = await World.open(open);
      const place = { merchantId: world.merchantId, connectorAccountId: "cacct_one" };
      const made: string[] = [];
      for (let index = 0; index < 5; index += 1) {
        world.time = START + index;
        const changes = { connector: ONE, connectorReferences: [ACCOUNT, ACCOUNT] };
        made.unshift((await world.create(changes)).payout.payoutId);
      }
      const found = await world.repository.payouts.findByReference(place, ACCOUNT, 3);
      expect(found.map(({ payoutId }) => payoutId)).toEqual(made.slice(0, 3));
    });

    it("are kept for merchants' accounts alone", async () => {
      const world = await World.open(open);
      await world.create({ connector: "double", connectorReferences: [ACCOUNT] });
      const place = { merchantId: world.merchantId, connectorAccountId: "double" };
      expect(await world.repository.payouts.findByReference(place, ACCOUNT, 10)).toEqual([]);
    });
  });
}
