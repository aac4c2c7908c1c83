import { type Clock, sleep } from "../clock.ts";
import type { Signals } from "../service/signals.ts";
import type { Logger } from "../telemetry/logger.ts";

/** Work that is in a table, and is claimed from there. */
export interface Claimable {
  /** Notified when something has become due. */
  readonly topic: string;
  /** What is done beside it, before each look. */
  tidy(): Promise<void>;
  /** When the next of it can be claimed; null when there is none. */
  nextAt(): Promise<number | null>;
  /** Claims what there is room for and begins it; how much that was. */
  take(): Promise<number>;
  /**
   * What is due and was not taken has no room. Resolves when it is worth another look.
   *
   * @param notified resolves when something more has become due
   */
  nextChance(notified: Promise<void>): Promise<void>;
}

export interface ClaimLoopOptions {
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  /** How often the table is looked at without a signal (milliseconds). */
  readonly pollMs: number;
}

/**
 * Claims due work. The table is the truth and is looked at every poll; a signal or the next due time
 * only makes the look come sooner. Everything is in the table before it is done, so whoever claims can
 * die at any point and the next one goes on.
 */
export class ClaimLoop {
  readonly #work: Claimable;
  readonly #options: ClaimLoopOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> | null = null;
  /** Ends the rest that the loop takes just now. */
  #resting: AbortController | null = null;

  constructor(work: Claimable, options: ClaimLoopOptions) {
    this.#work = work;
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Claims no more; resolves when nothing is being claimed. */
  async stop(): Promise<void> {
    this.#stop.abort();
    this.#resting?.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, log, pollMs } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await this.#turn();
      } catch (error) {
        log.error({ err: error }, "the worker could not look for work");
        await sleep(clock, pollMs, this.#stop.signal);
      }
    }
  }

  async #turn(): Promise<void> {
    const { signals, clock, pollMs } = this.#options;
    await this.#work.tidy();
    const wait = signals.nextForService(this.#work.topic, pollMs, this.#stop.signal);
    try {
      // Asking costs a look at an index; claiming is a transaction.
      const next = await this.#work.nextAt();
      const ahead = next === null ? pollMs : next - clock.now();
      if (ahead > 0) return await this.#rest(wait.settled, Math.min(pollMs, ahead));
      if ((await this.#work.take()) === 0) {
        await this.#rest(this.#work.nextChance(wait.settled), pollMs);
      }
    } finally {
      wait.cancel();
    }
  }

  /** Until something happens, the time is up, or the loop stops. */
  async #rest(happens: Promise<void>, ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const rest = new AbortController();
    this.#resting = rest;
    await Promise.race([happens, sleep(this.#options.clock, ms, rest.signal)]);
    rest.abort();
  }
}
