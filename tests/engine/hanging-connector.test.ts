import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import type { Connector, StepInput } from "../../src/connectors/connector.ts";
import { ConnectorRegistry } from "../../src/connectors/registry.ts";
import { SCOPES } from "../../src/domain/access.ts";
import { type IdKind, newId } from "../../src/domain/id.ts";
import { Circuits } from "../../src/engine/circuits.ts";
import { Executor } from "../../src/engine/executor.ts";
import { LaneHealth } from "../../src/engine/lane-health.ts";
import { limits } from "../../src/limits.ts";
import type { Repository } from "../../src/repository/repository.ts";
import { openSqliteRepository } from "../../src/repository/sqlite/index.ts";
import { Cipher } from "../../src/security/cipher.ts";
import { KeyedHash } from "../../src/security/keyed-hash.ts";
import type { Call } from "../../src/service/call.ts";
import { createPayout } from "../../src/service/create-payout.ts";
import { LinkTries } from "../../src/service/link-tries.ts";
import { Router } from "../../src/service/routing/router.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals, signalling } from "../../src/service/signals.ts";
import { createLogger } from "../../src/telemetry/logger.ts";
import { HONEST, LyingProcessor } from "../simulation/processor.ts";
import { SeededRandom } from "../simulation/random.ts";
import { Scheduler } from "../simulation/scheduler.ts";

const MIGRATIONS = fileURLToPath(new URL("../../drizzle/sqlite", import.meta.url));

const PROMISE = { windowMs: 60_000, keepsRefusals: true };

/** Two connectors of one merchant: one answers at once, one takes every call and never answers. */
function connectors(): readonly Connector[] {
  const scheduler = new Scheduler(new SeededRandom(1));
  const shape = { quotes: false, funds: false, stages: false };
  const any = new LyingProcessor(scheduler, "any", PROMISE, shape, HONEST).connector(
    scheduler.process("none"),
  );
  const named = (name: string, callStep: Connector["callStep"]): Connector => ({
    ...any,
    manifest: { ...any.manifest, name },
    callStep,
  });
  return [
    named("quick", async () => ({ kind: "accepted", value: { status: "PENDING" } })),
    named(
      "hangs",
      ({ signal }: StepInput) =>
        new Promise((resolve) => {
          const error = { category: "OUTCOME_UNKNOWN", reason: "TIMEOUT", message: "" } as const;
          signal.addEventListener("abort", () => resolve({ kind: "unknown", error }));
        }),
    ),
  ];
}

let folder: string;
let repository: Repository;
let context: ServiceContext;
const merchantId = newId("merchant", Date.now(), randomBytes);

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "payout-hang-"));
  const signals = new Signals(systemClock, limits.waiters);
  repository = signalling(
    openSqliteRepository({
      path: join(folder, "payouts.db"),
      migrations: MIGRATIONS,
      busyTimeoutMs: 1000,
      cipher: new Cipher([{ id: "t", key: randomBytes(32) }], randomBytes),
      now: Date.now,
      randomBytes,
      maxPerCommit: limits.unitsPerCommit,
      maxWaiting: limits.unitsWaiting,
      schedule: setImmediate,
    }),
    signals,
  );
  await repository.access.bootstrap({
    merchant: { merchantId, name: "Test", livemode: false, createTime: Date.now() },
    key: { keyId: newId("apiKey", Date.now(), randomBytes), keyHash: "hash", hint: "hint" },
    scopes: SCOPES,
    now: Date.now(),
    onlyWhenEmpty: true,
  });
  const engine = {
    repository,
    connectors: new ConnectorRegistry(connectors()),
    clock: systemClock,
    chance: Math.random,
    newId: (kind: IdKind) => newId(kind, Date.now(), randomBytes),
    randomBytes,
    circuits: new Circuits(systemClock),
    health: new LaneHealth(systemClock),
    log: createLogger("silent"),
    leaseMs: 600_000,
    connectorTimeoutMs: 300_000,
  };
  context = {
    ...engine,
    executor: new Executor(engine, {
      maxRunning: limits.runningJobs,
      maxRunningPerLane: limits.runningJobsPerLane,
    }),
    signals,
    hash: new KeyedHash(randomBytes(32)),
    router: new Router(engine),
    linkTries: new LinkTries(systemClock),
    readUrl: async () => null,
    pollMs: 1000,
    publicUrl: "",
  };
});

afterAll(async () => {
  await repository.close();
  rmSync(folder, { recursive: true });
});

/** Milliseconds that one Create takes. */
async function create(connector: string, waitMs: number): Promise<number> {
  const call: Call = {
    caller: { merchantId, livemode: false, operator: false, keyId: "key", scopes: [] },
    claim: null,
    fingerprint: "",
    answerBy: Date.now() + waitMs,
    signal: new AbortController().signal,
  };
  const began = performance.now();
  await createPayout(context, call, {
    merchantPayoutId: null,
    amount: { minorAmount: 100n, currency: "USD" },
    destinationCurrency: null,
    connector,
    priority: null,
    description: "",
    metadata: {},
    fulfillment: "AUTOMATIC",
    destination: {
      kind: "inline",
      method: { kind: "venmo", phone: "+14155550123" },
      person: undefined,
    },
  });
  return performance.now() - began;
}

async function p99(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 100; i += 1) times.push(await create("quick", 5000));
  times.sort((a, b) => a - b);
  return times[Math.floor(times.length * 0.99)] ?? Number.NaN;
}

/** The machine is shared: the best of several rounds is the one that others disturbed least. */
async function calmest(): Promise<number> {
  const rounds: number[] = [];
  for (let i = 0; i < 5; i += 1) rounds.push(await p99());
  return Math.min(...rounds);
}

it("a processor that hangs does not slow Creates at another", { timeout: 120_000 }, async () => {
  await p99();
  const quiet = await calmest();
  // Far more than may run at once: what has no room waits in the table and holds nobody up.
  const stuck = Array.from({ length: 400 }, () => create("hangs", 60_000));
  // The storing of all these is a burst of its own, and not what is asked here.
  await p99();
  const beside = await calmest();
  process.stdout.write(
    `p99 of Create beside a hanging processor: ${(beside / quiet).toFixed(2)} of that alone\n`,
  );
  expect(context.executor.fullLanes()).toEqual([`${merchantId}/hangs`]);
  expect(beside / quiet).toBeLessThan(2);
  // They are told at the end of their wait, or when the processor's time is up: not here.
  void Promise.allSettled(stuck);
});
