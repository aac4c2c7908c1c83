import { pino } from "pino";
import type { ProcessorNews } from "../../src/connectors/connector.ts";
import { ConnectorRegistry } from "../../src/connectors/registry.ts";
import { type IdKind, newId } from "../../src/domain/id.ts";
import { Circuits } from "../../src/engine/circuits.ts";
import { Executor } from "../../src/engine/executor.ts";
import { LaneHealth } from "../../src/engine/lane-health.ts";
import type { Repository } from "../../src/repository/repository.ts";
import { KeyedHash } from "../../src/security/keyed-hash.ts";
import { PayoutReader } from "../../src/service/get-payout.ts";
import { LinkTries } from "../../src/service/link-tries.ts";
import { recordNews } from "../../src/service/record-news.ts";
import { Router } from "../../src/service/routing/router.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals, signalling } from "../../src/service/signals.ts";
import { Worker } from "../../src/worker/worker.ts";
import type { Plant } from "./plants.ts";
import type { Processors } from "./processors.ts";
import type { Scheduler, SimulatedProcess } from "./scheduler.ts";
import type { Connection, Store } from "./store.ts";

/** One process of the service: everything but the port, put together as in app.ts. */
export class SimulatedService {
  readonly process: SimulatedProcess;
  readonly context: ServiceContext;
  readonly reader: PayoutReader;
  readonly #store: Store;
  readonly #connection: Connection;

  constructor(
    scheduler: Scheduler,
    store: Store,
    processors: Processors,
    name: string,
    plant: Plant,
  ) {
    const process = scheduler.process(name);
    const { random } = scheduler;
    const signals = new Signals(process, 10_000);
    this.process = process;
    this.#store = store;
    this.#connection = store.open(process, random);
    const own = this.#connection.repository;
    const planted = plant.repository?.(own, store.audit) ?? own;
    const repository = signalling(atSeams(planted, process), signals);
    const connectors = processors.all.map((each) => {
      const connector = each.connector(process);
      return plant.connector?.(connector, random) ?? connector;
    });
    const engine = {
      repository,
      connectors: new ConnectorRegistry(connectors),
      clock: process,
      chance: () => random.chance(),
      newId: (kind: IdKind) => newId(kind, process.now(), (size) => random.bytes(size)),
      randomBytes: (size: number) => random.bytes(size),
      circuits: new Circuits(process),
      health: new LaneHealth(process),
      log: pino({ level: "silent" }),
      leaseMs: 10_000,
      connectorTimeoutMs: 8000,
    };
    const executor = new Executor(engine, { maxRunning: 8, maxRunningPerLane: 6 });
    this.context = {
      ...engine,
      executor,
      signals,
      hash: new KeyedHash(new Uint8Array(32).fill(9)),
      router: new Router(engine),
      linkTries: new LinkTries(process),
      readUrl: async () => null,
      pollMs: 1000,
      publicUrl: "http://simulated",
    };
    this.reader = new PayoutReader(this.context);
    const { jobs, idempotency } = repository;
    new Worker({
      jobs,
      idempotency,
      executor,
      signals,
      clock: process,
      log: engine.log,
      leaseMs: 10_000,
      pollMs: 1000,
    }).start();
  }

  async takeNews(news: ProcessorNews): Promise<void> {
    await this.process.seam(`news ${news.state.status} ${news.payoutId.slice(-4)}`);
    await recordNews(this.context, news);
  }

  /** Kill -9: what was committed is there, and nothing else ever happens here. */
  kill(): void {
    this.process.kill();
    this.#store.release(this.#connection);
  }
}

/** Every call of the repository waits at a seam first: another process may come before it. */
function atSeams(repository: Repository, process: SimulatedProcess): Repository {
  const stores = Object.entries(repository).map(([name, store]) => {
    if (typeof store === "function") return [name, store] as const;
    const methods = Object.entries(store as Record<string, (...args: unknown[]) => unknown>).map(
      ([method, call]) => {
        const atSeam = async (...args: unknown[]) => {
          await process.seam(`${name}.${method}`);
          return call(...args);
        };
        return [method, atSeam] as const;
      },
    );
    return [name, Object.fromEntries(methods)] as const;
  });
  return Object.fromEntries(stores) as unknown as Repository;
}
