import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PayoutEvent } from "../../../src/domain/event.ts";
import type { Payout, PayoutStatus } from "../../../src/domain/payout.ts";
import { INITIAL_STATUSES } from "../../../src/domain/transition.ts";
import type { Page, PagePosition, PayoutFilter } from "../../../src/repository/repository.ts";
import { anyPayout, type OpenRepository, START, World } from "../fixtures.ts";

const CURRENCIES = ["EUR", "GBP", "USD"];
const CONNECTORS = ["double", "other"];
/** Times of the rows, many of one millisecond (milliseconds after the start). */
const SPAN = 6;

/** Reads a whole list page by page. */
async function readAll<T>(
  limit: number,
  read: (page: Page) => Promise<readonly T[]>,
  positionOf: (row: T) => PagePosition,
): Promise<T[]> {
  const all: T[] = [];
  for (let after: PagePosition | null = null; ; ) {
    const page = await read({ limit, after });
    all.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return all;
    after = positionOf(last);
  }
}

const within = (time: number, from: number | null, to: number | null) =>
  (from === null || time >= from) && (to === null || time < to);

/** Newest first, and of one millisecond the greatest id. */
function newestFirst<T>(rows: readonly T[], positionOf: (row: T) => PagePosition): T[] {
  const order = (row: T) => `${positionOf(row).createTime} ${positionOf(row).id}`;
  return rows.toSorted((a, b) => (order(a) < order(b) ? 1 : -1));
}

const optional = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values));
const time = fc.option(fc.integer({ min: START - 1, max: START + SPAN + 1 }));

export function filterContract(open: OpenRepository): void {
  describe("filters", () => {
    it("lists payouts by any combination, as if each had been looked at", async () => {
      const world = await World.open(open);
      const recipientIds = [
        (await world.createRecipient()).recipientId,
        (await world.createRecipient()).recipientId,
      ];
      const all: Payout[] = [];
      for (let count = 0; count < 120; count += 1) {
        world.time = START + Math.floor((count * SPAN) / 120);
        const pick = <T>(of: readonly T[], step: number) =>
          of[Math.floor(count / step) % of.length];
        const { payout } = await world.create({
          status: pick(INITIAL_STATUSES, 1) as PayoutStatus,
          amount: { minorAmount: 1n, currency: pick(CURRENCIES, 5) ?? "" },
          connector: pick(CONNECTORS, 7) ?? "",
          recipientId: count % 3 === 0 ? null : (pick(recipientIds, 2) ?? null),
          merchantPayoutId: count % 4 === 0 ? `order-${count}` : null,
        });
        all.push(payout);
      }
      const filters = fc.record({
        status: fc.uniqueArray(fc.constantFrom(...INITIAL_STATUSES, "SUCCESS" as const)),
        connector: optional([...CONNECTORS, "nobody"]),
        recipientId: optional([...recipientIds, world.id("recipient")]),
        merchantPayoutId: fc.option(fc.constantFrom("order-4", "order-40", "none"), { freq: 9 }),
        currency: optional([...CURRENCIES, "JPY"]),
        createTimeFrom: time,
        createTimeTo: time,
      });
      const position = ({ createTime, payoutId }: Payout) => ({ createTime, id: payoutId });
      await fc.assert(
        fc.asyncProperty(filters, fc.integer({ min: 1, max: 50 }), async (changes, limit) => {
          const filter = anyPayout(world.merchantId, changes);
          const listed = await readAll(
            limit,
            (page) => world.repository.payouts.list(filter, page),
            position,
          );
          const wanted = newestFirst(
            all.filter((payout) => matches(payout, filter)),
            position,
          );
          expect(listed).toEqual(wanted);
        }),
        { numRuns: 300 },
      );
      const stranger = anyPayout(world.strangerId, { currency: "EUR" });
      expect(await world.repository.payouts.list(stranger, { limit: 5, after: null })).toEqual([]);
    });

    it("lists events by type, object and time, as if each had been looked at", async () => {
      const world = await World.open(open);
      for (let count = 0; count < 60; count += 1) {
        world.time = START + Math.floor((count * SPAN) / 60);
        const status = INITIAL_STATUSES[count % INITIAL_STATUSES.length] ?? "REQUIRES_CREATION";
        await world.create({ status });
        if (count % 5 === 0) await world.createRecipient();
      }
      const stored = await world.repository.events.after(world.merchantId, 0, 1000);
      const all = stored.map(({ event }) => event).reverse();
      const types = [...new Set(all.map(({ type }) => type)), "payout.succeeded"];
      const objects = all.slice(0, 2).map(({ objectId }) => objectId);
      const filters = fc.record({
        type: fc.uniqueArray(fc.constantFrom(...types)),
        objectId: fc.option(fc.constantFrom(...objects), { freq: 3 }),
        createTimeFrom: time,
        createTimeTo: time,
      });
      await fc.assert(
        fc.asyncProperty(filters, fc.integer({ min: 1, max: 30 }), async (changes, limit) => {
          const { type, objectId, createTimeFrom, createTimeTo } = changes;
          const listed = await readAll(
            limit,
            (page) =>
              world.repository.events.list({ merchantId: world.merchantId, ...changes }, page),
            ({ createTime, eventId }: PayoutEvent) => ({ createTime, id: eventId }),
          );
          const wanted = all.filter(
            (event) =>
              (type.length === 0 || type.includes(event.type)) &&
              (objectId === null || event.objectId === objectId) &&
              within(event.createTime, createTimeFrom, createTimeTo),
          );
          expect(listed).toEqual(wanted);
        }),
        { numRuns: 150 },
      );
    });

    it("lists recipients by status and links by state, and each by what it is named by", async () => {
      const world = await World.open(open);
      const { recipients, links } = world.repository;
      const { merchantId } = world;
      const first = await world.createRecipient({ merchantRecipientId: "seller-1" });
      world.time += 1;
      const second = await world.createRecipient({ status: "PENDING" });
      world.time += 1;
      const third = await world.createRecipient();
      const page = { limit: 10, after: null };
      const named = async (
        status: Parameters<typeof recipients.list>[0]["status"],
        reference: string | null = null,
      ) => {
        const filter = { merchantId, status, merchantRecipientId: reference };
        return (await recipients.list(filter, page)).map(({ recipientId }) => recipientId);
      };
      expect(await named([])).toEqual([third, second, first].map((each) => each.recipientId));
      expect(await named(["ACTIVE"])).toEqual([third, first].map((each) => each.recipientId));
      expect(await named(["PENDING", "REJECTED"])).toEqual([second.recipientId]);
      expect(await named([], "seller-1")).toEqual([first.recipientId]);
      expect(await named(["PENDING"], "seller-1")).toEqual([]);

      const payout = world.newLinkPayout(crypto.randomUUID());
      await world.repository.payouts.create(payout);
      const { linkId, payoutId } = payout.link.link;
      const stated = async (
        state: Parameters<typeof links.list>[0]["state"],
        of: string | null = null,
      ) => (await links.list({ merchantId, state, payoutId: of }, page)).map((link) => link.linkId);
      expect(await stated([])).toEqual([linkId]);
      expect(await stated(["ACTIVE", "EXPIRED"])).toEqual([linkId]);
      expect(await stated(["REVOKED"])).toEqual([]);
      expect(await stated([], payoutId)).toEqual([linkId]);
      expect(await stated(["CLAIMED"], payoutId)).toEqual([]);
      expect(await stated([], world.id("payout"))).toEqual([]);
    });
  });
}

function matches(payout: Payout, filter: PayoutFilter): boolean {
  const { status, connector, recipientId, merchantPayoutId, currency } = filter;
  return (
    (status.length === 0 || status.includes(payout.status)) &&
    (connector === null || payout.connector === connector) &&
    (recipientId === null || payout.recipientId === recipientId) &&
    (merchantPayoutId === null || payout.merchantPayoutId === merchantPayoutId) &&
    (currency === null || payout.amount.currency === currency) &&
    within(payout.createTime, filter.createTimeFrom, filter.createTimeTo)
  );
}
