import type { Clock } from "../clock.ts";

export interface TryLimits {
  /** Wrong tries that are allowed in a window. */
  readonly tries: number;
  /** Milliseconds. */
  readonly windowMs: number;
  /** How many subjects are remembered; past it the oldest window is forgotten. */
  readonly subjects: number;
}

/** Counts wrong tries by subject, so that a short code cannot be found by trying. */
export class TryLimiter {
  readonly #clock: Pick<Clock, "now">;
  readonly #limits: TryLimits;
  /** By subject, the oldest window first. */
  readonly #windows = new Map<string, { readonly until: number; wrong: number }>();

  constructor(clock: Pick<Clock, "now">, limits: TryLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** Whether another try is to be refused without a look. */
  isExhausted(subject: string): boolean {
    const window = this.#windows.get(subject);
    if (window === undefined) return false;
    if (window.until <= this.#clock.now()) {
      this.#windows.delete(subject);
      return false;
    }
    return window.wrong >= this.#limits.tries;
  }

  /**
   * Begins a try, which counts as a wrong one until it is given back: of many at once no more are
   * looked at than one by one. False when it is to be refused without a look.
   */
  begin(subject: string): boolean {
    if (this.isExhausted(subject)) return false;
    const known = this.#windows.get(subject);
    if (known !== undefined) {
      known.wrong += 1;
      return true;
    }
    const [oldest] = this.#windows.keys();
    if (this.#windows.size >= this.#limits.subjects && oldest !== undefined) {
      this.#windows.delete(oldest);
    }
    this.#windows.set(subject, { until: this.#clock.now() + this.#limits.windowMs, wrong: 1 });
    return true;
  }

  /** Counts a wrong try that was not begun. */
  count(subject: string): void {
    this.begin(subject);
  }

  /** A try that was begun was not a wrong one. */
  giveBack(subject: string): void {
    const window = this.#windows.get(subject);
    if (window !== undefined && window.wrong > 0) window.wrong -= 1;
  }
}
