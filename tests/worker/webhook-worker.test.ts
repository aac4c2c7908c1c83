import { expect, test } from "vitest";
import { limits } from "../../src/limits.ts";
import type { ClaimedDelivery, ClaimRoom, WebhookOutbox } from "../../src/repository/webhooks.ts";
import { Signals } from "../../src/service/signals.ts";
import type { WebhookSender } from "../../src/service/webhooks-out/sender.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { WebhookWorker } from "../../src/worker/webhook-worker.ts";
import { FakeClock } from "../engine/fake-clock.ts";

test("claims no more than it has places for, and keeps those of failing endpoints apart", async () => {
  const { running, runningToFailing, leaseMs } = limits.webhooksOut;
  const time = new FakeClock(0);
  const clock = time.process();
  const rooms: ClaimRoom[] = [];
  const ends: (() => void)[] = [];
  /** There is always more that is due. */
  const claimed = (isFailing: boolean) => (_each: unknown, index: number) =>
    ({ deliveryId: `whd_${index}`, isFailing }) as ClaimedDelivery;
  const outbox = {
    makeDeliveries: async () => ({ looked: 0, made: 0 }),
    nextDueAt: async () => 0,
    claimDue: async (room: ClaimRoom) => {
      rooms.push(room);
      return [
        ...Array.from({ length: Math.min(100, room.healthy) }, claimed(false)),
        ...Array.from({ length: Math.min(40, room.failing) }, claimed(true)),
      ];
    },
    sweep: async () => false,
  } as unknown as WebhookOutbox;
  const sender = {
    send: () => new Promise<null>((resolve) => ends.push(() => resolve(null))),
  } as unknown as WebhookSender;
  const worker = new WebhookWorker({
    outbox,
    sender,
    signals: new Signals(clock, 10),
    clock,
    log: createLogger("silent"),
    pollMs: 1000,
  });
  worker.start();
  await time.advance(0);
  for (let i = 0; i < 10; i += 1) await time.advance(0);
  expect(ends).toHaveLength(running + runningToFailing);
  expect(rooms[0]).toEqual({ healthy: running, failing: runningToFailing, leaseMs });
  expect(rooms.at(-1)).toEqual({ healthy: 0, failing: 0, leaseMs });
  // Room is asked for as soon as something ends.
  ends[0]?.();
  for (let i = 0; i < 10; i += 1) await time.advance(0);
  expect(rooms.at(-2)).toMatchObject({ healthy: 1, failing: 0 });
  expect(ends).toHaveLength(running + runningToFailing + 1);
  await worker.stop();
});
