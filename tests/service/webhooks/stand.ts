import { randomBytes } from "node:crypto";
import type { WebhookEvent } from "../../../src/connectors/connector.ts";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import type { Payout, PayoutStatus } from "../../../src/domain/payout.ts";
import { Circuits } from "../../../src/engine/circuits.ts";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { LaneHealth } from "../../../src/engine/lane-health.ts";
import { limits } from "../../../src/limits.ts";
import type { InboxState } from "../../../src/repository/inbox.ts";
import { eventContent } from "../../../src/service/webhooks/inbox-content.ts";
import { workInboxEntry } from "../../../src/service/webhooks/work-inbox.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { FakeClock } from "../../engine/fake-clock.ts";
import { LEASE_MS, World } from "../../repository/fixtures.ts";
import { openSqlite } from "../../repository/sqlite/open.ts";
import { Echo, SECRET } from "./echo.ts";

/** The inbox's side of the service on a real database, with time that a test moves. */
export class Stand {
  readonly world: World;
  readonly clock: FakeClock;
  readonly echo = new Echo();
  readonly context: EngineContext;
  readonly connectorAccountId: string;

  private constructor(world: World, clock: FakeClock) {
    this.world = world;
    this.clock = clock;
    this.connectorAccountId = world.id("connectorAccount");
    const own = clock.process();
    this.context = {
      repository: world.repository,
      connectors: new ConnectorRegistry([], [this.echo.module], async (connectorAccountId) => ({
        connectorAccountId,
        settings: { webhook_secret: SECRET },
        version: 1,
        baseUrl: "http://127.0.0.1:9",
      })),
      clock: own,
      chance: () => 0,
      newId: (kind) => world.id(kind),
      randomBytes,
      circuits: new Circuits(own),
      health: new LaneHealth(own),
      log: createLogger("silent"),
      leaseMs: LEASE_MS,
      connectorTimeoutMs: 8000,
    };
  }

  static async open(): Promise<Stand> {
    const world = await World.open((opening) =>
      openSqlite(opening, { schedule: (flush) => queueMicrotask(flush) }),
    );
    const clock = new FakeClock(world.time);
    Object.defineProperty(world, "time", { get: () => clock.time });
    return new Stand(world, clock);
  }

  get ref(): string {
    return `echo/${this.connectorAccountId}`;
  }

  /** A payout that the processor has accepted, and the key of its step. */
  async create(changes: Partial<Payout> = {}) {
    const input = this.world.newPayout();
    const payout = this.world.payout({ connector: this.ref, ...changes });
    const [step] = this.world.attempt(["transfer"]).steps;
    if (step === undefined) throw new Error("no step");
    const attempt = {
      ...this.world.attempt([]),
      connector: this.ref,
      steps: [{ ...step, tries: 1, startTime: this.clock.time }],
    };
    const job = { runAt: this.clock.time + 60 * 60_000, tries: 0, lease: null };
    const aggregate = { ...this.world.aggregate(), payout, attempts: [attempt], job };
    await this.world.repository.payouts.create({ ...input, aggregate });
    return { payoutId: payout.payoutId, key: step.processorKey };
  }

  /** Stores events as the door does. */
  async store(...events: readonly WebhookEvent[]): Promise<readonly string[]> {
    const { connectorAccountId } = this;
    const address = { merchantId: this.world.merchantId, connectorAccountId, connector: "echo" };
    const entries = events.map((event) => ({
      eventId: event.eventId,
      state: "NEW" as const,
      content: eventContent(event),
    }));
    return this.world.repository.inbox.add(address, entries, limits.webhooks.room);
  }

  /** Applies everything that is due. */
  async work(context: EngineContext = this.context): Promise<void> {
    for (;;) {
      const claimed = await context.repository.inbox.claimDue(8, LEASE_MS);
      if (claimed.length === 0) return;
      await Promise.all(claimed.map((entry) => workInboxEntry(context, entry)));
    }
  }

  async status(payoutId: string): Promise<PayoutStatus | undefined> {
    const { merchantId } = this.world;
    const found = await this.world.repository.payouts.find(merchantId, { payoutId });
    return found?.payout.status;
  }

  async stateOf(inboxId: string | undefined): Promise<InboxState | undefined> {
    const { merchantId } = this.world;
    const entry = await this.world.repository.inbox.find({ merchantId, inboxId: inboxId ?? "" });
    return entry?.state;
  }
}
