import { createAlarm } from "./alarm.ts";
import type { Context, Decision, Timers } from "./context.ts";
import { createCourier, type Deliver } from "./courier.ts";
import { settleDue } from "./course.ts";
import type { Ledger } from "./ledger.ts";
import { createNewsStore } from "./news-store.ts";
import { Refusal } from "./refusal.ts";
import { errorBody, jsonReply, LOST, REFUSED } from "./reply.ts";
import { createRouter } from "./router.ts";
import { createTransferStore } from "./transfer-store.ts";
import type { SandboxFace } from "./wire.ts";

export interface SandboxProcessorOptions {
  readonly ledger: Ledger;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Letters and digits, never the same twice. */
  readonly randomId: () => string;
  readonly timers: Timers;
  /** From acceptance to settlement, and from there to a return (milliseconds). */
  readonly settleMs: number;
  /** How long a quote holds (milliseconds); 30 minutes when absent. */
  readonly quoteMs?: number;
  /** Takes the news. Absent: news waits in the outbox for GET /news. */
  readonly deliver?: Deliver;
  /** Told of faults of the processor itself, which its clients see as a 500. */
  readonly onError?: (error: unknown) => void;
}

/** The processor. Its ledger stays the caller's to close, after `stop`. */
export interface SandboxProcessor extends SandboxFace {
  /** Moves and delivers what is due by now. Runs by itself between `start` and `stop`. */
  tick(): Promise<{ readonly moved: number; readonly delivered: number }>;
  /** Lets time work: from now on transfers settle and news is delivered when it is due. */
  start(): void;
  /** Ends that, for good: calls are refused, held-back answers are lost, deliveries given up. */
  stop(): Promise<void>;
}

const THIRTY_MINUTES = 30 * 60_000;

export function createSandboxProcessor(options: SandboxProcessorOptions): SandboxProcessor {
  const { ledger, now, timers, onError } = options;
  const context: Context = {
    ledger,
    transfers: createTransferStore(ledger),
    news: createNewsStore(ledger),
    now,
    randomId: options.randomId,
    settleMs: options.settleMs,
    quoteMs: options.quoteMs ?? THIRTY_MINUTES,
  };
  const route = createRouter(context);
  const courier = options.deliver && createCourier(context, timers, options.deliver);
  const stopping = Promise.withResolvers<void>();
  let stopped = false;

  const delivery = createAlarm({
    timers,
    now,
    next: () => (courier === undefined ? undefined : context.news.nextDueTime()),
    work: async () => (await courier?.deliverDue()) ?? 0,
    onError,
  });
  const settlement = createAlarm({
    timers,
    now,
    next: context.transfers.nextDueTime,
    work: async () => {
      const moved = settleDue(context);
      delivery.arm();
      return moved;
    },
    onError,
  });
  const arm = (): void => {
    settlement.arm();
    delivery.arm();
  };

  const decide: (request: Parameters<typeof route>[0]) => Decision = (request) => {
    try {
      // Time first: whether a transfer can still be stopped does not depend on when a timer ran.
      settleDue(context);
      return route(request);
    } catch (error) {
      const requestId = `req_${options.randomId()}`;
      if (error instanceof Refusal) {
        return { answer: jsonReply(error.status, errorBody(error, requestId)), holdMs: 0 };
      }
      onError?.(error);
      const fault = { code: "internal", message: "Something went wrong." };
      return { answer: jsonReply(500, errorBody(fault, requestId)), holdMs: 0 };
    }
  };

  const heldBack = async (ms: number): Promise<void> => {
    const over = Promise.withResolvers<void>();
    const timer = timers.setTimeout(over.resolve, ms);
    await Promise.race([over.promise, stopping.promise]);
    timers.clearTimeout(timer);
  };

  return {
    handle: async (request) => {
      if (stopped) return REFUSED.answer;
      const { answer, holdMs } = decide(request);
      arm();
      if (holdMs > 0) {
        await heldBack(holdMs);
        if (stopped) return LOST.answer;
      }
      return answer;
    },
    tick: async () => ({ moved: await settlement.run(), delivered: await delivery.run() }),
    start: () => {
      settlement.start();
      delivery.start();
    },
    stop: async () => {
      stopped = true;
      courier?.stop();
      stopping.resolve();
      await Promise.all([settlement.stop(), delivery.stop()]);
    },
  };
}
