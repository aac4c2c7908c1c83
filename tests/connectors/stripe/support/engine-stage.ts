import { randomBytes } from "node:crypto";
import type { Clock } from "../../../../src/clock.ts";
import { ConnectorRegistry } from "../../../../src/connectors/registry.ts";
import type { Payout } from "../../../../src/domain/payout.ts";
import { isTerminal } from "../../../../src/domain/transition.ts";
import { Circuits } from "../../../../src/engine/circuits.ts";
import type { EngineContext } from "../../../../src/engine/engine-context.ts";
import { Executor } from "../../../../src/engine/executor.ts";
import { instruction } from "../../../../src/engine/instruction.ts";
import { LaneHealth } from "../../../../src/engine/lane-health.ts";
import { newAttempt } from "../../../../src/engine/new-attempt.ts";
import type { PayoutAggregate } from "../../../../src/repository/payout-aggregate.ts";
import type { PayoutDestination } from "../../../../src/repository/repository.ts";
import { recordNews } from "../../../../src/service/record-news.ts";
import { createLogger } from "../../../../src/telemetry/logger.ts";
import { LEASE_MS, World } from "../../../repository/fixtures.ts";
import { openSqlite } from "../../../repository/sqlite/open.ts";
import { ACCEPTED, ACH, PERSON } from "./people.ts";
import { Rig } from "./rig.ts";

const CONNECTOR = "stripe/cacct_test";
/** Long enough for a loaded machine, and short enough for a fault that never answers. */
const TIMEOUT_MS = 500;

/** The machine's time, with leaps that a test makes: real connections need real timers. */
class LeapingClock implements Clock {
  leapt = 0;

  now(): number {
    return Date.now() + this.leapt;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(callback, delayMs);
    return () => clearTimeout(timer);
  }
}

/** The real engine and a real database, with Stripe's connector and a fake of Stripe. */
export class EngineStage {
  readonly rig: Rig;
  readonly world: World;
  readonly context: EngineContext;
  readonly #clock: LeapingClock;
  readonly #executor: Executor;

  private constructor(rig: Rig, world: World, clock: LeapingClock) {
    this.rig = rig;
    this.world = world;
    this.#clock = clock;
    this.context = {
      repository: world.repository,
      connectors: new ConnectorRegistry([], [rig.stripe], async () => rig.account),
      clock,
      chance: () => 0,
      newId: (kind) => world.id(kind),
      randomBytes,
      circuits: new Circuits(clock),
      health: new LaneHealth(clock),
      log: createLogger("silent"),
      leaseMs: LEASE_MS,
      connectorTimeoutMs: TIMEOUT_MS,
    };
    this.#executor = new Executor(this.context, { maxRunning: 10, maxRunningPerLane: 10 });
  }

  static async open(): Promise<EngineStage> {
    const rig = await Rig.open();
    const world = await World.open((opening) => openSqlite(opening));
    const clock = new LeapingClock();
    Object.defineProperty(world, "time", { get: () => clock.now() });
    return new EngineStage(rig, world, clock);
  }

  /** A payout that is due; by default to a bank account that nobody has registered. */
  async create(
    changes: Partial<Payout> = {},
    destination: Partial<PayoutDestination> = {},
  ): Promise<Payout> {
    const payout = this.world.payout({
      connector: CONNECTOR,
      amount: { minorAmount: 1050n, currency: "USD" },
      metadata: ACCEPTED,
      ...changes,
    });
    const to: PayoutDestination = { method: ACH, person: PERSON, ...destination };
    const connector = this.context.connectors.get(CONNECTOR);
    if (connector === undefined) throw new Error("there is no connector");
    const attempt = newAttempt(this.context, connector, instruction({ payout }, to), 1);
    const input = this.world.newPayout();
    const aggregate = { ...this.world.aggregate(), payout, attempts: [attempt] };
    await this.world.repository.payouts.create({ ...input, aggregate, destination: to });
    return payout;
  }

  async stored(payout: Payout): Promise<PayoutAggregate> {
    const found = await this.world.repository.payouts.find(this.world.merchantId, payout);
    if (found === null) throw new Error("the payout is gone");
    return found;
  }

  /** Does what is due now. */
  async work(): Promise<void> {
    const jobs = await this.world.repository.jobs.claimDue(10, LEASE_MS);
    await Promise.all(jobs.map((job) => this.#executor.runPayout(job)));
  }

  /** Moves on, here and at Stripe. */
  leap(ms: number): void {
    this.#clock.leapt += ms;
    this.rig.clock.advance(ms);
  }

  /** Works until the payout has ended, waits for a person, or is as wanted. */
  async run(
    payout: Payout,
    isWanted: (payout: Payout) => boolean = () => false,
  ): Promise<PayoutAggregate> {
    for (let round = 0; round < 150; round += 1) {
      await this.work();
      const now = await this.stored(payout);
      if (isTerminal(now.payout.status) || isWanted(now.payout)) return now;
      if (now.payout.waitingFor?.reason === "REVIEW") return now;
      const next = await this.world.repository.jobs.nextClaimableAt();
      if (next === null) return now;
      this.leap(Math.max(1, next - this.#clock.now()));
    }
    throw new Error("the payout does not get anywhere");
  }

  /** Gives the webhook messages that wait at Stripe to the connector, and its events to the engine. */
  async deliver(): Promise<void> {
    const { fake, account, stripe } = this.rig;
    for (const { raw } of fake.webhooks.queue.splice(0)) {
      const message = {
        headers: {},
        body: raw,
        receivedAt: this.rig.clock.now(),
        signal: new AbortController().signal,
      };
      const reading = stripe.webhook?.parse(message, account);
      for (const { about, state } of reading?.kind === "events" ? reading.events : []) {
        if (about === null || !("processorKey" in about) || state === null) continue;
        const { processorKey } = about;
        const news = { connector: CONNECTOR, processorKey, payoutId: "", state };
        await recordNews(this.context, news);
      }
    }
  }

  /** What Stripe's books say was sent, and how often. */
  get sent() {
    const { transfers, payouts } = this.rig.fake;
    return {
      transfers: transfers.all.map(({ amount }) => amount),
      payouts: payouts.all.map(({ amount }) => amount),
    };
  }
}
