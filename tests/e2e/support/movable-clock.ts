import { type Clock, systemClock } from "../../../src/clock.ts";

/** The machine's clock, which a test can put forward. Timers that run are not hurried by that. */
export class MovableClock implements Clock {
  #aheadMs = 0;

  // Fields and not methods: the app hands `clock.now` on by itself.
  readonly now = (): number => systemClock.now() + this.#aheadMs;
  readonly after = systemClock.after;

  /** Puts it forward by so many milliseconds. */
  advance(ms: number): void {
    this.#aheadMs += ms;
  }
}
