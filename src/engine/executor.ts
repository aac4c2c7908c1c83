import { type ClaimedJob, laneOf } from "../repository/job.ts";
import { LeaseLostError } from "../repository/repository.ts";
import type { EngineContext } from "./engine-context.ts";
import { keepLease } from "./lease-keeper.ts";
import { type RunOptions, runPayout } from "./payout-runner.ts";
import {
  type RegistrationEnd,
  type RegistrationRunOptions,
  runRegistration,
} from "./registration-runner.ts";

/** After a fault of our own (a full disk, an undecryptable account) a job rests this long. */
const FAULT_PAUSE_MS = 30_000;

export interface ExecutorOptions {
  readonly maxRunning: number;
  /** Of one merchant at one connector: what hangs there holds up nothing else. */
  readonly maxRunningPerLane: number;
}

/**
 * Runs claimed jobs in this process: those that the worker claimed, and those of the calls that this
 * process answers. It bounds how many run at once and knows when all are done.
 */
export class Executor {
  readonly #context: EngineContext;
  readonly #options: ExecutorOptions;
  readonly #running = new Set<Promise<unknown>>();
  /** How many run in each lane. */
  readonly #lanes = new Map<string, number>();
  /** Who waits for a job to end. */
  readonly #ends: (() => void)[] = [];
  #stopping = false;

  constructor(context: EngineContext, options: ExecutorOptions) {
    this.#context = context;
    this.#options = options;
  }

  /** How many more jobs can run now. */
  room(): number {
    return this.#stopping ? 0 : Math.max(0, this.#options.maxRunning - this.#running.size);
  }

  /** Whether a job of this merchant at this connector can run now. */
  hasRoomFor(work: Pick<ClaimedJob, "merchantId" | "connector">): boolean {
    const running = this.#lanes.get(laneOf(work)) ?? 0;
    return this.room() > 0 && running < this.#options.maxRunningPerLane;
  }

  /** The lanes in which nothing more can run just now. */
  fullLanes(): readonly string[] {
    return [...this.#lanes]
      .filter(([, running]) => running >= this.#options.maxRunningPerLane)
      .map(([lane]) => lane);
  }

  /** Resolves when the next of the jobs that run ends. */
  nextEnd(): Promise<void> {
    return new Promise((resolve) => this.#ends.push(resolve));
  }

  /** Runs a payout's job. Never rejects: what went wrong is logged, and the job tried again. */
  runPayout(job: ClaimedJob, options: RunOptions = {}): Promise<void> {
    return this.#track(job, () => runPayout(this.#context, job, options)).then(() => {});
  }

  /** Runs a registration's job; null when it failed or was taken over. */
  runRegistration(
    job: ClaimedJob,
    options: RegistrationRunOptions = {},
  ): Promise<RegistrationEnd | null> {
    return this.#track(job, () => runRegistration(this.#context, job, options));
  }

  /** Takes no more work; resolves when everything that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#running);
  }

  #track<T>(job: ClaimedJob, run: () => Promise<T>): Promise<T | null> {
    const lane = laneOf(job);
    const work = this.#guard(job, run);
    this.#running.add(work);
    this.#lanes.set(lane, (this.#lanes.get(lane) ?? 0) + 1);
    const done = () => {
      this.#running.delete(work);
      const left = (this.#lanes.get(lane) ?? 1) - 1;
      if (left > 0) this.#lanes.set(lane, left);
      else this.#lanes.delete(lane);
      for (const wake of this.#ends.splice(0)) wake();
    };
    work.then(done, done);
    return work;
  }

  async #guard<T>(job: ClaimedJob, run: () => Promise<T>): Promise<T | null> {
    const { log, clock, repository } = this.#context;
    const release = keepLease(this.#context, job);
    try {
      return await run();
    } catch (error) {
      if (error instanceof LeaseLostError) {
        log.info({ subject: job.subjectId }, "a lease was lost; its new holder goes on");
        return null;
      }
      log.error({ err: error, subject: job.subjectId }, "a job failed and will be tried again");
      const name = error instanceof Error ? error.name : "unknown";
      await repository.jobs
        .defer(job.kind, job.subjectId, job.token, clock.now() + FAULT_PAUSE_MS, name)
        // The lease runs out by itself: the job is not lost.
        .catch((cause) => log.error({ err: cause, subject: job.subjectId }, "a job stays leased"));
      return null;
    } finally {
      release();
    }
  }
}
