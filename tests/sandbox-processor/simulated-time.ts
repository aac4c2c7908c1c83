import type { Timers } from "../../src/sandbox-processor/context.ts";

interface Alarm {
  readonly time: number;
  readonly task: () => void;
}

/** A clock that moves only when it is told to, and the timers that go by it. */
export class SimulatedTime {
  #now = 1_700_000_000_000;
  readonly #alarms = new Set<Alarm>();
  /** Timers ever set: a program that polls shows here. */
  timersSet = 0;

  readonly now = (): number => this.#now;

  readonly timers: Timers = {
    setTimeout: (task, ms) => {
      const alarm = { time: this.#now + ms, task };
      this.timersSet += 1;
      this.#alarms.add(alarm);
      return alarm;
    },
    clearTimeout: (alarm) => {
      this.#alarms.delete(alarm as Alarm);
    },
  };

  /** Moves on, ringing every alarm at its time and letting what it starts go on. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settleMicrotasks();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#alarms.delete(next);
      this.#now = Math.max(this.#now, next.time);
      next.task();
      await settleMicrotasks();
    }
    this.#now = end;
  }

  /** Moves the clock and rings nothing, as when the process was not there. */
  skip(ms: number): void {
    this.#now += ms;
  }

  #next(end: number): Alarm | undefined {
    return [...this.#alarms]
      .filter(({ time }) => time <= end)
      .sort((a, b) => a.time - b.time)
      .at(0);
  }
}

/** Lets promises that wait for nothing outside go on. */
async function settleMicrotasks(): Promise<void> {
  for (let i = 0; i < 3; i += 1) await new Promise((resolve) => setImmediate(resolve));
}
