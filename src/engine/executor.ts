import type { ClaimedJob } from "../repository/job.ts";
import { LeaseLostError } from "../repository/repository.ts";
import type { EngineContext } from "./engine-context.ts";
import { keepLease } from "./lease-keeper.ts";
import { type RunOptions, runPayout } from "./payout-runner.ts";
import {
  type RegistrationEnd,
  type RegistrationRunOptions,
  runRegistration,
} from "./registration-runner.ts";
import { type Slot, type SlotLimits, Slots } from "./slots.ts";

/** After a fault of our own (a full disk, an undecryptable account) a job rests this long. */
const FAULT_PAUSE_MS = 30_000;

/**
 * Runs claimed jobs in this process: those that the worker claimed, and those of the calls that this
 * process answers. It bounds how many run at once and knows when all are done.
 */
export class Executor {
  readonly #context: EngineContext;
  readonly #slots: Slots;
  readonly #running = new Set<Promise<unknown>>();
  #stopping = false;

  constructor(context: EngineContext, limits: SlotLimits) {
    this.#context = context;
    this.#slots = new Slots(limits);
  }

  /** How many more jobs can run now. */
  room(): number {
    return this.#stopping ? 0 : this.#slots.room();
  }

  /**
   * A place for a job that is about to be stored under this process's lease; null when there is none,
   * and the job is for whoever has one. Hand it to `run...`, or free it.
   */
  reserve(work: Pick<ClaimedJob, "merchantId" | "connector">): Slot | null {
    return this.#stopping ? null : this.#slots.reserve(work);
  }

  /** The lanes in which nothing more can run just now. */
  fullLanes(): readonly string[] {
    return this.#slots.fullLanes();
  }

  /** Resolves when the next of the jobs that run ends. */
  nextEnd(): Promise<void> {
    return this.#slots.nextFree();
  }

  /** Runs a payout's job. Never rejects: what went wrong is logged, and the job tried again. */
  runPayout(job: ClaimedJob, options: RunOptions = {}, slot?: Slot): Promise<void> {
    return this.#track(job, slot, () => runPayout(this.#context, job, options)).then(() => {});
  }

  /** Runs a registration's job; null when it failed or was taken over. */
  runRegistration(
    job: ClaimedJob,
    options: RegistrationRunOptions = {},
    slot?: Slot,
  ): Promise<RegistrationEnd | null> {
    return this.#track(job, slot, () => runRegistration(this.#context, job, options));
  }

  /** Takes no more work; resolves when everything that runs has ended. */
  async stop(): Promise<void> {
    this.#stopping = true;
    await Promise.allSettled(this.#running);
  }

  #track<T>(job: ClaimedJob, given: Slot | undefined, run: () => Promise<T>): Promise<T | null> {
    const slot = given ?? this.#slots.occupy(job);
    const work = this.#guard(job, run);
    this.#running.add(work);
    const done = () => {
      this.#running.delete(work);
      slot.free();
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
