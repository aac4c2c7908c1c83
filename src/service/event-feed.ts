import { ServiceError } from "../domain/errors.ts";
import type { PayoutEvent } from "../domain/event.ts";
import { limits } from "../limits.ts";
import type { EventStore } from "../repository/repository.ts";

/** An event with its place in the order of commits. */
interface Placed {
  readonly position: number;
  readonly event: PayoutEvent;
}

/**
 * The newest events of the merchants that are being watched, read once for all their streams: a
 * change costs one query, however many watch. Streams that are further behind read the table.
 */
export class EventFeed {
  readonly #events: Pick<EventStore, "after" | "position">;
  readonly #feeds = new Map<string, MerchantFeed>();
  #streams = 0;

  constructor(events: Pick<EventStore, "after" | "position">) {
    this.#events = events;
  }

  /** @throws ServiceError OVERLOADED when too many streams are open, of this merchant or in all */
  async open(merchantId: string): Promise<MerchantFeed> {
    const feed = this.#feeds.get(merchantId) ?? new MerchantFeed(this.#events, merchantId);
    const { streams, streamsPerMerchant } = limits.watch;
    if (this.#streams >= streams || feed.streams >= streamsPerMerchant) {
      throw new ServiceError("OVERLOADED", { retryAfterMs: 1000 });
    }
    this.#feeds.set(merchantId, feed);
    this.#streams += 1;
    feed.streams += 1;
    try {
      await feed.begin();
    } catch (error) {
      this.close(merchantId, feed);
      throw error;
    }
    return feed;
  }

  close(merchantId: string, feed: MerchantFeed): void {
    this.#streams -= 1;
    feed.streams -= 1;
    if (feed.streams === 0) this.#feeds.delete(merchantId);
  }
}

/** One merchant's newest events. */
export class MerchantFeed {
  streams = 0;
  readonly #events: Pick<EventStore, "after" | "position">;
  readonly #merchantId: string;
  /** What was read last, oldest first; everything after `#from`. */
  #recent: readonly Placed[] = [];
  #from = 0;
  #head: number | null = null;
  #reading: Promise<void> | null = null;
  #again: Promise<void> | null = null;

  constructor(events: Pick<EventStore, "after" | "position">, merchantId: string) {
    this.#events = events;
    this.#merchantId = merchantId;
  }

  async begin(): Promise<void> {
    if (this.#head !== null) return;
    const newest = (await this.#events.position(this.#merchantId, null)) ?? 0;
    this.#head ??= newest;
    this.#from = this.#head;
  }

  /** Reads on. Whoever asks while a read is under way gets the one after it, and shares it. */
  advance(): Promise<void> {
    if (this.#reading === null) {
      this.#reading = this.#read().finally(() => {
        this.#reading = null;
      });
      return this.#reading;
    }
    this.#again ??= this.#reading.then(
      () => this.#next(),
      () => this.#next(),
    );
    return this.#again;
  }

  #next(): Promise<void> {
    this.#again = null;
    return this.advance();
  }

  async #read(): Promise<void> {
    const head = this.#head ?? 0;
    const fresh = await this.#events.after(this.#merchantId, head, limits.watch.batch);
    const last = fresh.at(-1);
    if (last === undefined) return;
    this.#head = last.position;
    const kept = [...this.#recent, ...fresh];
    const dropped = Math.max(0, kept.length - limits.watch.recent);
    this.#from = kept[dropped - 1]?.position ?? this.#from;
    this.#recent = kept.slice(dropped);
  }

  /** The events after a position, at most a batch; from memory, or for a stream far behind from the table. */
  async after(position: number): Promise<readonly Placed[]> {
    if (position < this.#from) {
      return this.#events.after(this.#merchantId, position, limits.watch.batch);
    }
    const first = this.#recent.findIndex((placed) => placed.position > position);
    return first < 0 ? [] : this.#recent.slice(first, first + limits.watch.batch);
  }
}
