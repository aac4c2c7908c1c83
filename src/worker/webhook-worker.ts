import { limits } from "../limits.ts";
import type { ClaimedDelivery, WebhookOutbox } from "../repository/webhooks.ts";
import { DELIVERIES_TOPIC, EVENTS_TOPIC } from "../service/signals.ts";
import type { WebhookSender } from "../service/webhooks-out/sender.ts";
import { ClaimLoop, type ClaimLoopOptions } from "./claim-loop.ts";

export interface WebhookWorkerOptions extends ClaimLoopOptions {
  readonly outbox: WebhookOutbox;
  readonly sender: WebhookSender;
}

/**
 * Makes events into deliveries, and claims and sends those that are due. Apart from the worker of
 * payouts: nothing here takes a place there.
 */
export class WebhookWorker {
  readonly #options: WebhookWorkerOptions;
  readonly #loops: readonly ClaimLoop[];
  #running = 0;
  #runningToFailing = 0;
  #sweepAt = 0;

  constructor(options: WebhookWorkerOptions) {
    this.#options = options;
    const { outbox } = options;
    const { eventsPerTurn } = limits.webhooksOut;
    const ended = (notified: Promise<void>) => notified;
    const making = {
      topic: EVENTS_TOPIC,
      tidy: async () => {},
      // Whether there is any is what the look itself tells.
      nextAt: async () => 0,
      take: async () => (await outbox.makeDeliveries(eventsPerTurn)).looked,
      nextChance: ended,
    };
    const sending = {
      topic: DELIVERIES_TOPIC,
      tidy: () => this.#sweep(),
      nextAt: () => outbox.nextDueAt(),
      take: () => this.#claim(),
      // Every end of a delivery is signalled.
      nextChance: ended,
    };
    this.#loops = [making, sending].map((work) => new ClaimLoop(work, options));
  }

  start(): void {
    for (const loop of this.#loops) loop.start();
  }

  /** Claims no more. What is under way is the sender's. */
  async stop(): Promise<void> {
    await Promise.all(this.#loops.map((loop) => loop.stop()));
  }

  async #claim(): Promise<number> {
    const { running, runningToFailing, leaseMs } = limits.webhooksOut;
    const claimed = await this.#options.outbox.claimDue({
      healthy: running - this.#running,
      // Places of their own: what hangs there takes none of those that work.
      failing: runningToFailing - this.#runningToFailing,
      leaseMs,
    });
    for (const each of claimed) void this.#send(each);
    return claimed.length;
  }

  async #send(claimed: ClaimedDelivery): Promise<void> {
    const count = (by: number) => {
      if (claimed.isFailing) this.#runningToFailing += by;
      else this.#running += by;
    };
    count(1);
    await this.#options.sender.send(claimed);
    count(-1);
    this.#options.signals.notify(DELIVERIES_TOPIC);
  }

  async #sweep(): Promise<void> {
    const { outbox, clock } = this.#options;
    const now = clock.now();
    if (now < this.#sweepAt) return;
    const { pendingMs, keptMs, sweep } = limits.webhooksOut;
    const before = { pending: now - pendingMs, kept: now - keptMs };
    const isMore = await outbox.sweep(before, sweep.deliveries);
    this.#sweepAt = isMore ? now : now + sweep.everyMs;
  }
}
