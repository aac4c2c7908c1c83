import { randomBytes } from "node:crypto";
import type { Connector } from "../../src/connectors/connector.ts";
import { ConnectorRegistry } from "../../src/connectors/registry.ts";
import type { Payout } from "../../src/domain/payout.ts";
import { isTerminal } from "../../src/domain/transition.ts";
import { Circuits } from "../../src/engine/circuits.ts";
import type { EngineContext } from "../../src/engine/engine-context.ts";
import { Executor } from "../../src/engine/executor.ts";
import { LaneHealth } from "../../src/engine/lane-health.ts";
import type { ClaimedJob } from "../../src/repository/job.ts";
import type { PayoutAggregate } from "../../src/repository/payout-aggregate.ts";
import type { Repository } from "../../src/repository/repository.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { LEASE_MS, World } from "../repository/fixtures.ts";
import { openSqlite } from "../repository/sqlite/open.ts";
import { FakeClock, settle } from "./fake-clock.ts";
import { ProcessorDouble } from "./processor-double.ts";

export const CONNECTOR_TIMEOUT_MS = 8000;

/** Where a process dies: at its nth crossing of a seam, before or after what it does there. */
export interface CrashPoint {
  readonly seam: number;
  readonly when: "before" | "after";
}

/** A database, a processor and a clock, and processes that come and go. */
export class Bench {
  readonly world: World;
  readonly clock: FakeClock;
  readonly processor: ProcessorDouble;
  /** Further processors, for those that come to be asked next; add them before a process. */
  readonly others: ProcessorDouble[] = [];

  private constructor(world: World, clock: FakeClock, processor: ProcessorDouble) {
    this.world = world;
    this.clock = clock;
    this.processor = processor;
  }

  static async open(
    options: Omit<ConstructorParameters<typeof ProcessorDouble>[0], "after"> = {},
  ): Promise<Bench> {
    const world = await World.open((opening) =>
      openSqlite(opening, { schedule: (flush) => queueMicrotask(flush) }),
    );
    const clock = new FakeClock(world.time);
    // One time for the repository's clock and the engine's.
    Object.defineProperty(world, "time", {
      get: () => clock.time,
      set: (time: number) => {
        clock.time = time;
      },
    });
    const own = clock.process();
    const after = (ms: number) => new Promise<void>((resolve) => void own.after(ms, resolve));
    return new Bench(world, clock, new ProcessorDouble({ ...options, after }));
  }

  /** A process with an executor of its own; it dies at the crash point. */
  process(crash?: CrashPoint): Process {
    return new Process(this, crash);
  }

  /** A payout that is due, as if its creator had died. */
  async create(steps: readonly string[] = ["transfer"], changes: Partial<Payout> = {}) {
    const input = this.world.newPayout(changes);
    const aggregate = { ...input.aggregate, attempts: [this.world.attempt(steps)] };
    await this.world.repository.payouts.create({ ...input, aggregate });
    return aggregate.payout;
  }

  async stored(payout: Pick<Payout, "payoutId">): Promise<PayoutAggregate> {
    const found = await this.world.repository.payouts.find(this.world.merchantId, payout);
    if (found === null) throw new Error("the payout is gone");
    return found;
  }

  /** Works until the payout has ended, for a day of time at most. */
  async finish(payout: Pick<Payout, "payoutId">, process: Process = this.process()) {
    const end = this.clock.time + 24 * 60 * 60 * 1000;
    while (this.clock.time < end) {
      await process.work();
      const { payout: now, job } = await this.stored(payout);
      if (isTerminal(now.status) && job === null) break;
      if (now.waitingFor?.reason === "REVIEW") break;
      const next = await this.world.repository.jobs.nextClaimableAt();
      await this.clock.advance(Math.max(1, (next ?? this.clock.time) - this.clock.time));
    }
    return this.stored(payout);
  }

  /** Moves to when the next job can be claimed. */
  async toNext(): Promise<void> {
    const next = await this.world.repository.jobs.nextClaimableAt();
    if (next === null) throw new Error("there is no job");
    await this.clock.advance(Math.max(0, next - this.clock.time));
  }
}

export class Process {
  readonly executor: Executor;
  readonly context: EngineContext;
  readonly #clock: ReturnType<FakeClock["process"]>;
  readonly #crash: CrashPoint | undefined;
  #seams = 0;
  #dead = false;

  constructor({ world, clock, processor, others }: Bench, crash?: CrashPoint) {
    this.#clock = clock.process();
    this.#crash = crash;
    const connectors = [processor, ...others].map((each) =>
      this.#throughSeams(each.connector(), ["callStep", "lookup", "void"]),
    );
    this.context = {
      repository: this.#repository(world.repository),
      connectors: new ConnectorRegistry(connectors as Connector[]),
      clock: this.#clock,
      chance: () => 0,
      newId: (kind) => world.id(kind),
      randomBytes,
      circuits: new Circuits(this.#clock),
      health: new LaneHealth(this.#clock),
      log: createLogger("silent"),
      leaseMs: LEASE_MS,
      connectorTimeoutMs: CONNECTOR_TIMEOUT_MS,
    };
    this.executor = new Executor(this.context, { maxRunning: 100, maxRunningPerLane: 50 });
  }

  /** Seams crossed so far. */
  get seams(): number {
    return this.#seams;
  }

  get isDead(): boolean {
    return this.#dead;
  }

  /** Claims what is due and runs it, as far as it goes without time passing. */
  async work(): Promise<readonly ClaimedJob[]> {
    if (this.#dead) return [];
    const jobs = await this.context.repository.jobs.claimDue(100, LEASE_MS);
    for (const job of jobs) void this.run(job);
    await settle();
    return jobs;
  }

  run(job: ClaimedJob): Promise<unknown> {
    return job.kind === "payout"
      ? this.executor.runPayout(job)
      : this.executor.runRegistration(job);
  }

  /** As by SIGSTOP: its timers stand still until it goes on. */
  pause(): void {
    this.#clock.isStopped = true;
  }

  resume(): void {
    this.#clock.isStopped = false;
  }

  kill(): void {
    this.#dead = true;
    this.#clock.isStopped = true;
  }

  #repository(repository: Repository): Repository {
    return {
      ...repository,
      payouts: this.#throughSeams(repository.payouts, ["find", "change", "destination"]),
      registrations: this.#throughSeams(repository.registrations, [
        "find",
        "start",
        "change",
        "discard",
      ]),
      jobs: this.#throughSeams(repository.jobs, ["extend", "defer"]),
    };
  }

  /** Passes every named call through the point at which the process may die. */
  #throughSeams<T extends object>(target: T, names: readonly (keyof T)[]): T {
    const wrapped = names.map((name) => {
      const call = target[name] as (...args: unknown[]) => Promise<unknown>;
      return [name, (...args: unknown[]) => this.#cross(() => call.apply(target, args))];
    });
    return { ...target, ...Object.fromEntries(wrapped) };
  }

  async #cross(call: () => Promise<unknown>): Promise<unknown> {
    const never = () => new Promise(() => {});
    if (this.#dead) return never();
    this.#seams += 1;
    const dies = this.#crash?.seam === this.#seams ? this.#crash.when : null;
    if (dies === "before") {
      this.kill();
      return never();
    }
    const result = await call();
    if (dies === "after") this.kill();
    // A dead process hears no answer.
    return this.#dead ? never() : result;
  }
}
