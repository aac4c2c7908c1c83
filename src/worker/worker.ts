import type { Executor } from "../engine/executor.ts";
import { limits } from "../limits.ts";
import type { ClaimedJob } from "../repository/job.ts";
import type { IdempotencyStore, JobStore } from "../repository/repository.ts";
import { JOBS_TOPIC } from "../service/signals.ts";
import { type Claimable, ClaimLoop, type ClaimLoopOptions } from "./claim-loop.ts";

export interface WorkerOptions extends ClaimLoopOptions {
  readonly jobs: JobStore;
  readonly idempotency: Pick<IdempotencyStore, "sweep">;
  readonly executor: Executor;
  readonly leaseMs: number;
}

/** Claims due jobs and runs them. What runs is the executor's, and goes on when the worker has stopped. */
export class Worker implements Claimable {
  readonly topic = JOBS_TOPIC;
  readonly #options: WorkerOptions;
  readonly #loop: ClaimLoop;
  #sweepAt = 0;

  constructor(options: WorkerOptions) {
    this.#options = options;
    this.#loop = new ClaimLoop(this, options);
  }

  start(): void {
    this.#loop.start();
  }

  /** Claims no more; resolves when nothing is being claimed. */
  stop(): Promise<void> {
    return this.#loop.stop();
  }

  nextAt(): Promise<number | null> {
    return this.#options.jobs.nextClaimableAt();
  }

  async take(): Promise<number> {
    const { jobs, executor, leaseMs } = this.#options;
    const room = Math.min(executor.room(), limits.jobsPerClaim);
    const claimed = room > 0 ? await jobs.claimDue(room, leaseMs, executor.fullLanes()) : [];
    for (const job of claimed) void this.#dispatch(job);
    return claimed.length;
  }

  /** What is due and was not claimed belongs to a full lane: it waits until something there ends. */
  nextChance(): Promise<void> {
    return this.#options.executor.nextEnd();
  }

  async tidy(): Promise<void> {
    const { clock, idempotency } = this.#options;
    const now = clock.now();
    if (now < this.#sweepAt) return;
    const { records, everyMs } = limits.sweep;
    const swept = await idempotency.sweep(now, records);
    this.#sweepAt = swept === records ? now : now + everyMs;
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
}
