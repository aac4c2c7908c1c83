import type { Timers } from "./context.ts";
import { LIMITS } from "./limits.ts";

export interface AlarmOptions {
  readonly timers: Timers;
  readonly now: () => number;
  /** When there is work next (milliseconds); undefined when there is none. */
  readonly next: () => number | undefined;
  /** Does the work that is due and says how much it was. */
  readonly work: () => Promise<number>;
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Runs work at the very time at which it is due: no polling, and never twice at once. */
export interface Alarm {
  /** Looks anew when there is work. To be called whenever that may have changed. */
  arm(): void;
  /** Does what is due now, or joins the run that is under way. */
  run(): Promise<number>;
  start(): void;
  /** Ends it for good, when the run under way has ended. */
  stop(): Promise<void>;
}

export function createAlarm(options: AlarmOptions): Alarm {
  const { timers, now } = options;
  let running = false;
  let stopped = false;
  let timer: unknown;
  let current: Promise<number> | undefined;
  /** No sooner than this, after work that failed. */
  let notBefore = 0;

  const arm = (): void => {
    if (!running || current !== undefined) return;
    timers.clearTimeout(timer);
    const next = options.next();
    if (next === undefined) return;
    const pause = Math.max(next, notBefore) - now();
    timer = timers.setTimeout(
      () => void run().catch(() => undefined),
      Math.min(Math.max(pause, 0), LIMITS.sleepMs),
    );
  };

  const work = async (): Promise<number> => {
    try {
      // Not in this turn: `current` is set before any of it runs.
      await undefined;
      return stopped ? 0 : await options.work();
    } catch (error) {
      notBefore = now() + LIMITS.retryMs;
      options.onError?.(error);
      throw error;
    } finally {
      current = undefined;
      arm();
    }
  };

  const run = (): Promise<number> => {
    current ??= work();
    return current;
  };

  return {
    arm,
    run,
    start: () => {
      running = !stopped;
      arm();
    },
    stop: async () => {
      running = false;
      stopped = true;
      timers.clearTimeout(timer);
      await current?.catch(() => undefined);
    },
  };
}
