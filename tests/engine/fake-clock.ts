import type { Clock } from "../../src/clock.ts";

interface Timer {
  readonly at: number;
  readonly callback: () => void;
  readonly process: ProcessClock;
}

/** Time that moves only when a test moves it, as several processes see it. */
export class FakeClock {
  time: number;
  readonly #timers = new Set<Timer>();

  constructor(time: number) {
    this.time = time;
  }

  /** The clock of one process: it can be stopped, as by SIGSTOP, or killed. */
  process(): ProcessClock {
    return new ProcessClock(this, this.#timers);
  }

  /** Moves on, ringing each timer at its time and letting what it starts go on. */
  async advance(ms: number): Promise<void> {
    const end = this.time + ms;
    await settle();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.callback();
      await settle();
    }
    this.time = end;
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers]
      .filter(({ at, process }) => at <= end && !process.isStopped)
      .sort((a, b) => a.at - b.at)
      .at(0);
  }
}

class ProcessClock implements Clock {
  /** Its timers do not ring. */
  isStopped = false;
  readonly #clock: FakeClock;
  readonly #timers: Set<Timer>;

  constructor(clock: FakeClock, timers: Set<Timer>) {
    this.#clock = clock;
    this.#timers = timers;
  }

  now(): number {
    return this.#clock.time;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { at: this.#clock.time + delayMs, callback, process: this };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }
}

/** Lets everything go on that waits for nothing but the database. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
