import { type Clock, sleep } from "../clock.ts";
import type { Executor } from "../engine/executor.ts";
import { limits } from "../limits.ts";
import type { ClaimedJob } from "../repository/job.ts";
import type { IdempotencyStore, JobStore } from "../repository/repository.ts";
import { JOBS_TOPIC, type Signals } from "../service/signals.ts";
import type { Logger } from "../telemetry/logger.ts";

export interface WorkerOptions {
  readonly jobs: JobStore;
  readonly idempotency: Pick<IdempotencyStore, "sweep">;
  readonly executor: Executor;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly log: Logger;
  readonly leaseMs: number;
  /** How often the table is looked at without a signal (milliseconds). */
  readonly pollMs: number;
}

/**
 * Claims due jobs and runs them. The table is the truth and is looked at every poll; a signal or the
 * next due time only makes the look come sooner. Everything is in the table before it is done, so a
 * worker can die at any point and the next one goes on.
 */
export class Worker {
  readonly #options: WorkerOptions;
  readonly #stop = new AbortController();
  #loop: Promise<void> | null = null;
  /** Ends the rest that the loop takes just now. */
  #resting: AbortController | null = null;
  #sweepAt = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  start(): void {
    this.#loop ??= this.#run();
  }

  /** Claims no more; resolves when nothing is being claimed. What runs is the executor's. */
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
    const { jobs, executor, signals, clock, leaseMs, pollMs } = this.#options;
    await this.#sweep();
    const wait = signals.nextForService(JOBS_TOPIC, pollMs, this.#stop.signal);
    try {
      // Asking costs a look at an index; claiming is a transaction.
      const next = await jobs.nextClaimableAt();
      const ahead = next === null ? pollMs : next - clock.now();
      if (ahead > 0) return await this.#rest(wait.settled, Math.min(pollMs, ahead));
      const room = Math.min(executor.room(), limits.jobsPerClaim);
      const claimed = room > 0 ? await jobs.claimDue(room, leaseMs, executor.fullLanes()) : [];
      for (const job of claimed) void this.#dispatch(job);
      // What is due and was not claimed belongs to a full lane: it waits until something there ends.
      if (claimed.length === 0) await this.#rest(executor.nextEnd(), pollMs);
    } finally {
      wait.cancel();
    }
  }

  /** Until something happens, the time is up, or the worker stops. */
  async #rest(happens: Promise<void>, ms: number): Promise<void> {
    if (this.#stop.signal.aborted) return;
    const rest = new AbortController();
    this.#resting = rest;
    await Promise.race([happens, sleep(this.#options.clock, ms, rest.signal)]);
    rest.abort();
  }

  #dispatch(job: ClaimedJob): Promise<unknown> {
    const { executor } = this.#options;
    switch (job.kind) {
      case "payout":
        return executor.runPayout(job);
      case "registration":
        return executor.runRegistration(job);
    }
  }

  async #sweep(): Promise<void> {
    const { clock, idempotency } = this.#options;
    const now = clock.now();
    if (now < this.#sweepAt) return;
    const { records, everyMs } = limits.sweep;
    const swept = await idempotency.sweep(now, records);
    this.#sweepAt = swept === records ? now : now + everyMs;
  }
}
