import type { Context, Timers } from "./context.ts";
import { LIMITS } from "./limits.ts";
import type { OpenNews } from "./news-store.ts";
import type { WireNews } from "./wire.ts";

/** Hands one news over. Resolves when it has been taken for good; a rejection brings it again. */
export type Deliver = (news: WireNews) => Promise<void>;

export interface Courier {
  /** Delivers what is due and returns how many were taken. */
  deliverDue(): Promise<number>;
  /** Gives up on deliveries under way, which count as not made, and makes no more. */
  stop(): void;
}

/**
 * Delivers news: that of one transfer in order, that of several side by side. What has been taken is
 * marked afterwards, so a kill between the two brings it again and never loses it.
 */
export function createCourier(context: Context, timers: Timers, deliver: Deliver): Courier {
  const stopping = Promise.withResolvers<void>();
  let stopped = false;

  const attempt = async (news: OpenNews): Promise<boolean> => {
    const { tries: _tries, ...wire } = news;
    const late = Promise.withResolvers<boolean>();
    const timer = timers.setTimeout(() => late.resolve(false), LIMITS.deliverMs);
    try {
      return await Promise.race([
        deliver(wire).then(() => true),
        late.promise,
        stopping.promise.then(() => false),
      ]);
    } catch {
      return false;
    } finally {
      timers.clearTimeout(timer);
    }
  };

  const deliverBatch = async (batch: readonly OpenNews[]): Promise<number> => {
    const taken: number[] = [];
    const failed: OpenNews[] = [];
    const queues = [...Map.groupBy(batch, (news) => news.transfer.transfer_id).values()];
    const work = async (): Promise<void> => {
      for (let queue = queues.shift(); queue !== undefined; queue = queues.shift()) {
        for (const news of queue) {
          if (stopped) return;
          if (await attempt(news)) taken.push(news.seq);
          else failed.push(news);
        }
      }
    };
    await Promise.all(Array.from({ length: LIMITS.newsConcurrency }, work));
    context.news.markDelivered(taken);
    // A stop is no fault of the receiver: the news is due again at the next start.
    if (!stopped) for (const news of failed) context.news.postpone(news, context.now());
    return taken.length;
  };

  return {
    deliverDue: async () => {
      let count = 0;
      while (!stopped) {
        const batch = context.news.due(context.now(), LIMITS.newsBatch);
        if (batch.length === 0) break;
        count += await deliverBatch(batch);
      }
      return count;
    },
    stop: () => {
      stopped = true;
      stopping.resolve();
    },
  };
}
