import fc from "fast-check";
import { expect, it } from "vitest";
import type { WebhookEvent } from "../../../src/connectors/connector.ts";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { Stand } from "./stand.ts";

/** Events of one run: a few hundred by default, ten thousand and more on demand. */
const EVENTS = Number(process.env["WEBHOOK_EVENTS"] ?? 240);
const PER_PAYOUT = 6;

/** Ways that a processor's payouts take, in its own order. */
const COURSES: readonly (readonly PayoutStatus[])[] = [
  ["INITIATED", "PENDING", "SUCCESS"],
  ["INITIATED", "PENDING", "SUCCESS", "REVERSED"],
  ["PENDING", "SUCCESS", "FAILED"],
  ["INITIATED", "FAILED"],
  ["INITIATED", "PENDING", "CANCELLED"],
  ["PENDING", "REVERSED"],
  ["INITIATED", "PENDING"],
  ["REQUIRES_PAYOUT_METHOD_DATA", "PENDING", "SUCCESS", "REVERSED"],
  ["REQUIRES_PAYOUT_METHOD_DATA", "EXPIRED"],
  // Back and forth: here only the processor's own order tells.
  ["PENDING", "REQUIRES_PAYOUT_METHOD_DATA"],
  ["PENDING", "REQUIRES_PAYOUT_METHOD_DATA", "PENDING"],
];

/** What a processor sends of one payout: each change once or more. */
const telling = fc.record({
  course: fc.constantFrom(...COURSES),
  copies: fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 4, maxLength: 4 }),
});

type Created = Awaited<ReturnType<Stand["create"]>>;

it(`${EVENTS} events in any order, some of them twice, end as they do in order`, async () => {
  const count = Math.ceil(EVENTS / PER_PAYOUT);
  const tellings = fc.array(telling, { minLength: count, maxLength: count });
  await fc.assert(
    fc.asyncProperty(tellings, fc.infiniteStream(fc.nat()), async (told, chance) => {
      const [inOrder, shuffled] = [await Stand.open(), await Stand.open()];
      const made: ((typeof told)[number] & { one: Created; other: Created })[] = [];
      for (const each of told) {
        made.push({ ...each, one: await inOrder.create(), other: await shuffled.create() });
      }
      const events = (key: (payout: (typeof made)[number]) => string): WebhookEvent[][] =>
        made.map((each, index) =>
          each.course.map((status, sequence) => ({
            eventId: `${index}-${sequence}`,
            about: { processorKey: key(each) },
            state: { status, sequence },
          })),
        );
      for (const course of events(({ one }) => one.key)) {
        for (const event of course) {
          await inOrder.store(event);
          await inOrder.work();
        }
      }
      const copies = events(({ other }) => other.key).flatMap((course, index) =>
        course.flatMap((event, sequence) =>
          // A copy of an event is one event; what is sent anew has an id of its own.
          Array.from({ length: made[index]?.copies[sequence] ?? 1 }, (_, copy) => ({
            ...event,
            eventId: `${event.eventId}-${copy >> 1}`,
          })),
        ),
      );
      for (const event of shuffle(copies, () => chance.next().value)) {
        await shuffled.store(event);
        // Now and then, so that many are applied at once.
        if (chance.next().value % 3 === 0) await shuffled.work();
      }
      await shuffled.work();
      for (const { one, other, course } of made) {
        const end = await inOrder.status(one.payoutId);
        expect(end).toBe(course.at(-1));
        expect(await shuffled.status(other.payoutId)).toBe(end);
      }
    }),
    { numRuns: 1, endOnFailure: true },
  );
}, 600_000);

function shuffle<T>(items: readonly T[], next: () => number): readonly T[] {
  const left = [...items];
  return items.flatMap(() => left.splice(next() % left.length, 1));
}
