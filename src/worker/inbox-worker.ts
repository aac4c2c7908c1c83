import { connectorAccountOf, connectorRef } from "../domain/connector-ref.ts";
import { Slots } from "../engine/slots.ts";
import { limits } from "../limits.ts";
import type { ClaimedInboxEntry } from "../repository/inbox.ts";
import type { InboxStore } from "../repository/repository.ts";
import { INBOX_TOPIC } from "../service/signals.ts";
import { type Claimable, ClaimLoop, type ClaimLoopOptions } from "./claim-loop.ts";

export interface InboxWorkerOptions extends ClaimLoopOptions {
  readonly inbox: InboxStore;
  /** Applies an entry and records what came of it. Never rejects. */
  readonly apply: (entry: ClaimedInboxEntry) => Promise<void>;
  /** Longer than an entry takes: whoever lost it may be applying it all the same, which is harmless. */
  readonly leaseMs: number;
}

/** Claims what processors have sent and applies it, a few entries of each account at once. */
export class InboxWorker implements Claimable {
  readonly topic = INBOX_TOPIC;
  readonly #options: InboxWorkerOptions;
  readonly #loop: ClaimLoop;
  readonly #slots = new Slots({
    maxRunning: limits.webhooks.running,
    maxRunningPerLane: limits.webhooks.runningPerAccount,
  });
  readonly #running = new Set<Promise<void>>();
  #sweepAt = 0;

  constructor(options: InboxWorkerOptions) {
    this.#options = options;
    this.#loop = new ClaimLoop(this, options);
  }

  start(): void {
    this.#loop.start();
  }

  /** Claims no more; resolves when nothing is being claimed. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  /** Resolves when everything that runs has ended. */
  async ended(): Promise<void> {
    await Promise.allSettled(this.#running);
  }

  nextAt(): Promise<number | null> {
    return this.#options.inbox.nextClaimableAt();
  }

  async take(): Promise<number> {
    const { inbox, leaseMs } = this.#options;
    const room = Math.min(this.#slots.room(), limits.webhooks.perClaim);
    const full = this.#slots.fullLanes().map(accountOf);
    const claimed = room > 0 ? await inbox.claimDue(room, leaseMs, full) : [];
    for (const entry of claimed) this.#begin(entry);
    return claimed.length;
  }

  /** An account that hangs has others' events wait for nothing: they come with a signal. */
  nextChance(notified: Promise<void>): Promise<void> {
    return Promise.race([this.#slots.nextFree(), notified]);
  }

  async tidy(): Promise<void> {
    const { clock, inbox } = this.#options;
    const now = clock.now();
    if (now < this.#sweepAt) return;
    const { records, everyMs } = limits.sweep;
    const { settledMs, reviewMs } = limits.webhooks;
    const before = { settledBefore: now - settledMs, reviewBefore: now - reviewMs };
    const pruned = await inbox.prune(before, records);
    this.#sweepAt = pruned === records ? now : now + everyMs;
  }

  #begin(entry: ClaimedInboxEntry): void {
    const { merchantId, connector, connectorAccountId } = entry;
    const lane = { merchantId, connector: connectorRef(connector, connectorAccountId) };
    const slot = this.#slots.occupy(lane);
    const work = this.#options.apply(entry);
    this.#running.add(work);
    const done = () => {
      this.#running.delete(work);
      slot.free();
    };
    work.then(done, done);
  }
}

/** The account of a lane, which is a merchant, a slash, a connector, a slash and the account. */
function accountOf(lane: string): string {
  return connectorAccountOf(lane.slice(lane.indexOf("/") + 1)) ?? "";
}
