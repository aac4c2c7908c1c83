import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Page, PagePosition } from "../../../src/repository/repository.ts";
import { anyPayout, type OpenRepository, START, World } from "../fixtures.ts";

interface Listed extends PagePosition {}

/** One kind of list: how a row is inserted at the world's time, and how a page is read. */
interface List {
  readonly insert: (world: World) => Promise<void>;
  readonly read: (world: World, page: Page) => Promise<readonly Listed[]>;
}

const at = <T extends { readonly createTime: number }>(
  rows: readonly T[],
  id: (row: T) => string,
) => rows.map((row) => ({ createTime: row.createTime, id: id(row) }));

const LISTS: Readonly<Record<string, (world: World) => Promise<List>>> = {
  payouts: async () => ({
    insert: async (world) => void (await world.create()),
    read: async (world, page) =>
      at(
        await world.repository.payouts.list(anyPayout(world.merchantId), page),
        ({ payoutId }) => payoutId,
      ),
  }),
  recipients: async () => ({
    insert: async (world) => void (await world.createRecipient()),
    read: async (world, page) =>
      at(
        await world.repository.recipients.list(
          { merchantId: world.merchantId, status: [], merchantRecipientId: null },
          page,
        ),
        ({ recipientId }) => recipientId,
      ),
  }),
  accounts: async (world) => {
    const { recipientId, merchantId } = await world.createRecipient();
    return {
      insert: async () => void (await world.createAccount(recipientId, crypto.randomUUID())),
      read: async (_, page) =>
        at(
          await world.repository.accounts.list({ merchantId, recipientId }, page),
          ({ disburseAccountId }) => disburseAccountId,
        ),
    };
  },
  links: async () => ({
    insert: async (world) =>
      void (await world.repository.payouts.create(world.newLinkPayout(crypto.randomUUID()))),
    read: async (world, page) =>
      at(
        await world.repository.links.list(
          { merchantId: world.merchantId, state: [], payoutId: null },
          page,
        ),
        ({ linkId }) => linkId,
      ),
  }),
  events: async () => ({
    insert: async (world) => void (await world.create()),
    read: async (world, page) =>
      at(
        await world.repository.events.list(
          {
            merchantId: world.merchantId,
            type: [],
            objectId: null,
            createTimeFrom: null,
            createTimeTo: null,
          },
          page,
        ),
        ({ eventId }) => eventId,
      ),
  }),
};

export function pagingContract(open: OpenRepository): void {
  describe("lists", () => {
    it.each(Object.keys(LISTS))(
      "%s: no row is repeated or skipped while others are inserted",
      async (name) => {
        const steps = fc.array(fc.record({ wait: fc.nat(1), insert: fc.nat(2) }), {
          maxLength: 12,
        });
        const plan = fc.record({
          before: fc.array(fc.nat(1), { maxLength: 12 }),
          limit: fc.integer({ min: 1, max: 4 }),
          steps,
        });
        await fc.assert(
          fc.asyncProperty(plan, async ({ before, limit, steps: rest }) => {
            const world = await World.open(open);
            const list = await LISTS[name]?.(world);
            if (list === undefined) throw new Error("no such list");
            // Many rows share a millisecond: the id decides.
            for (const wait of before) {
              world.time += wait;
              await list.insert(world);
            }
            const there = await list.read(world, { limit: 10_000, after: null });
            const seen: Listed[] = [];
            let after: PagePosition | null = null;
            for (let index = 0; ; index += 1) {
              const page = await list.read(world, { limit, after });
              seen.push(...page);
              if (page.length < limit) break;
              after = page.at(-1) ?? null;
              // What comes now is newer than what has been read: as real inserts are.
              const { wait = 0, insert = 0 } = rest[index] ?? {};
              world.time += 1 + wait;
              for (let count = 0; count < insert; count += 1) await list.insert(world);
            }
            expect(seen.map(({ id }) => id)).toEqual(there.map(({ id }) => id));
            expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length);
            // Newest first. Events of one millisecond have the order of their commits, others of ids.
            const order = seen.map(({ createTime, id }) =>
              name === "events" ? String(createTime) : `${createTime} ${id}`,
            );
            expect(order).toEqual([...order].sort().reverse());
          }),
          { numRuns: 8 },
        );
      },
    );

    it("filters payouts by each field", async () => {
      const world = await World.open(open);
      const { recipientId } = await world.createRecipient();
      const one = await world.create({ merchantPayoutId: "one", recipientId });
      world.time += 10;
      const two = await world.create({
        status: "REQUIRES_CONFIRMATION",
        connector: "other",
        amount: { minorAmount: 1n, currency: "EUR" },
      });
      const list = async (changes: Parameters<typeof anyPayout>[1]) => {
        const filter = anyPayout(world.merchantId, changes);
        const payouts = await world.repository.payouts.list(filter, { limit: 10, after: null });
        return payouts.map(({ payoutId }) => payoutId);
      };
      const [first, second] = [one.payout.payoutId, two.payout.payoutId];
      expect(await list({})).toEqual([second, first]);
      expect(await list({ status: ["REQUIRES_CREATION"] })).toEqual([first]);
      expect(await list({ status: ["REQUIRES_CREATION", "REQUIRES_CONFIRMATION"] })).toHaveLength(
        2,
      );
      expect(await list({ connector: "other" })).toEqual([second]);
      expect(await list({ recipientId })).toEqual([first]);
      expect(await list({ merchantPayoutId: "one" })).toEqual([first]);
      expect(await list({ currency: "EUR" })).toEqual([second]);
      expect(await list({ createTimeFrom: START + 10 })).toEqual([second]);
      expect(await list({ createTimeTo: START + 10 })).toEqual([first]);
      const [listed] = await world.repository.payouts.list(
        anyPayout(world.merchantId, { merchantPayoutId: "one" }),
        { limit: 1, after: null },
      );
      expect(listed).toEqual(one.payout);
    });

    it("reads events in the order of commits, from any position", async () => {
      const world = await World.open(open);
      const { events } = world.repository;
      expect(await events.position(world.merchantId, null)).toBe(0);
      for (let count = 0; count < 5; count += 1) await world.create();
      const all = await events.after(world.merchantId, 0, 100);
      expect(all).toHaveLength(5);
      const third = all[2];
      expect(await events.after(world.merchantId, third?.position ?? 0, 1)).toEqual([all[3]]);
      expect(await events.position(world.merchantId, third?.event.eventId ?? "")).toBe(
        third?.position,
      );
      expect(await events.position(world.merchantId, null)).toBe(all[4]?.position);
      expect(await events.position(world.merchantId, world.id("event"))).toBeNull();
    });
  });
}
