import { randomUUID } from "node:crypto";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import { connectorRef } from "../../../src/domain/connector-ref.ts";
import type { Fulfillment, Payout } from "../../../src/domain/payout.ts";
import { isTerminal } from "../../../src/domain/transition.ts";
import { newStep, withAttempt } from "../../../src/engine/decisions/attempts.ts";
import { requestVoid } from "../../../src/engine/decisions/record-void.ts";
import { waitFor } from "../../../src/engine/decisions/waiting.ts";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { instruction } from "../../../src/engine/instruction.ts";
import { newAttempt } from "../../../src/engine/new-attempt.ts";
import { runPayout } from "../../../src/engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../../../src/repository/payout-aggregate.ts";
import type { PayoutDestination } from "../../../src/repository/repository.ts";
import { createLogger } from "../../../src/telemetry/logger.ts";
import { type Bench, CONNECTOR_TIMEOUT_MS } from "../../engine/bench.ts";
import { LEASE_MS } from "../../repository/fixtures.ts";
import { demand, Problem, print } from "./check.ts";
import { onStall } from "./deadline.ts";
import type { Stage } from "./stage.ts";
import type { Order } from "./subject.ts";

/** A payout that needs more turns than this gets nowhere. */
const MAX_TURNS = 150;

/** A payout that the real engine drives, with a real database. */
export class EngineRun {
  readonly stage: Stage;
  readonly #bench: Bench;
  readonly #context: EngineContext;
  readonly #destination: PayoutDestination;
  readonly #order: Order;
  readonly #payoutId: string;
  #isSettled = false;

  private constructor(
    stage: Stage,
    bench: Bench,
    context: EngineContext,
    stored: { order: Order; destination: PayoutDestination; payoutId: string },
  ) {
    this.stage = stage;
    this.#bench = bench;
    this.#context = context;
    this.#order = stored.order;
    this.#destination = stored.destination;
    this.#payoutId = stored.payoutId;
  }

  /** Stores a payout that is due. Many runs may share a bench. */
  static async open(
    bench: Bench,
    stage: Stage,
    order: Order,
    fulfillment: Fulfillment = "AUTOMATIC",
  ): Promise<EngineRun> {
    const context = contextOf(bench, stage);
    const ref = connectorRef(stage.module.manifest.name, stage.account.connectorAccountId);
    const { amount, destinationCurrency, metadata, method, person, registered } = order;
    const destination: PayoutDestination = {
      method,
      person,
      registered: [{ connector: ref, ...registered }],
    };
    const input = bench.world.newPayout({
      connector: ref,
      amount,
      destinationCurrency,
      metadata,
      fulfillment,
      description: "Invoice 1",
    });
    const connector = context.connectors.get(ref);
    demand(connector, "the connector is not in the registry");
    const { payout } = input.aggregate;
    const attempt = newAttempt(context, connector, instruction({ payout }, destination), 1);
    const aggregate = { ...input.aggregate, attempts: [attempt] };
    await bench.world.repository.payouts.create({ ...input, aggregate, destination });
    return new EngineRun(stage, bench, context, {
      order,
      destination,
      payoutId: payout.payoutId,
    });
  }

  stored(): Promise<PayoutAggregate> {
    return this.#bench.stored({ payoutId: this.#payoutId });
  }

  /** Works until the payout has ended, waits for a person, or is as wanted. */
  async until(wanted: (aggregate: PayoutAggregate, turns: number) => boolean): Promise<Payout> {
    const { jobs } = this.#bench.world.repository;
    for (let turns = 0; turns < MAX_TURNS; turns += 1) {
      for (const job of await jobs.claimDue(10, LEASE_MS)) {
        if (job.subjectId === this.#payoutId) await runPayout(this.#context, job);
      }
      const now = await this.stored();
      const { payout } = now;
      if (
        isTerminal(payout.status) ||
        payout.waitingFor?.reason === "REVIEW" ||
        wanted(now, turns)
      ) {
        return payout;
      }
      if (!this.#isSettled && isDone(now)) {
        this.#isSettled = true;
        await this.stage.processor.settle();
      }
      const next = await jobs.nextClaimableAt();
      const { clock } = this.#bench;
      await this.#leap(Math.max(1, (next ?? clock.time) - clock.time));
    }
    throw new Problem(`the payout gets nowhere: ${print((await this.stored()).payout)}`);
  }

  /**
   * Works until it has ended; what was asked for must have been paid, exactly once. What is given to a
   * person, because the processor tells no repeat from a second payout, at most once.
   */
  async paysOnce(): Promise<Payout> {
    let payout = await this.until(({ payout: { status } }) => status === "REQUIRES_FULFILLMENT");
    if (payout.status === "REQUIRES_FULFILLMENT") {
      this.expectBooks([]);
      await this.transfer();
      payout = await this.until(() => false);
    }
    const { manifest } = this.stage.module;
    if (payout.waitingFor?.reason === "REVIEW" && manifest.idempotency.repeat === "NONE") {
      this.expectAtMostOnce();
      return payout;
    }
    demand(payout.status === "SUCCESS", `it should end as SUCCESS: ${print(payout)}`);
    this.expectBooks([this.#order.amount]);
    return payout;
  }

  /** What is in the processor's books, wherever a payout leaves an entry. */
  expectBooks(wanted: readonly Order["amount"][]): void {
    const books = this.stage.processor.books();
    for (const [name, entries] of Object.entries(books)) {
      const same = print(entries) === print(wanted);
      demand(same, `the books have ${name} ${print(entries)} instead of ${print(wanted)}`);
    }
  }

  /** Paid or not, which a person finds out, but never twice. */
  expectAtMostOnce(): void {
    const isPaid = Object.values(this.stage.processor.books()).some(({ length }) => length > 0);
    if (isPaid) this.expectBooks([this.#order.amount]);
  }

  /** Does what Transfer does with a payout that is held. */
  async transfer(): Promise<void> {
    const found = await this.stored();
    const steps = this.stage.module.plan("transfer", instruction(found, this.#destination));
    await this.#change((current, now) => {
      const attempt = currentAttempt(current);
      demand(attempt, "a held payout has no attempt");
      const more = steps.map((name, index) =>
        newStep(attempt.steps.length + index, name, randomUUID()),
      );
      const running = { ...attempt, state: "RUNNING" as const, endTime: null };
      const extended = withAttempt(current, { ...running, steps: [...attempt.steps, ...more] });
      const payout: Payout = { ...current.payout, status: "INITIATED" };
      const job = { runAt: now, tries: 0, lease: null };
      return { ...waitFor({ ...extended, payout }, now, "EXECUTION"), job };
    });
  }

  /** Asks to stop it. From here on only the processor moves it on: nothing is settled by itself. */
  async void(): Promise<void> {
    this.#isSettled = true;
    const request = { processorKey: randomUUID(), reason: "" };
    await this.#change((current, now) => requestVoid(current, request, now));
  }

  async #change(decide: (current: PayoutAggregate, now: number) => PayoutAggregate): Promise<void> {
    const { world, clock } = this.#bench;
    const ref = { merchantId: world.merchantId, payoutId: this.#payoutId };
    await world.repository.payouts.change(ref, {}, (current) => decide(current, clock.time));
  }

  /** Time passes here and at the processor. */
  async #leap(ms: number): Promise<void> {
    this.stage.clock.advance(ms);
    await this.#bench.clock.advance(ms);
  }
}

/** Whether all that was planned has been done, so that only the processor has to act. */
export function isDone(aggregate: PayoutAggregate): boolean {
  const attempt = currentAttempt(aggregate);
  return attempt?.state === "ACCEPTED" && aggregate.payout.status !== "REQUIRES_FULFILLMENT";
}

function contextOf(bench: Bench, stage: Stage): EngineContext {
  const { context } = bench.process();
  return {
    ...context,
    connectors: new ConnectorRegistry([], [stage.module], async () => stage.account),
    log: createLogger("trace", { write: (line) => void stage.said.push(line) }),
    clock: {
      now: () => bench.clock.time,
      // A limit of time is there for what stalls; the second limit, past it, is never needed.
      after: (ms, callback) =>
        ms <= CONNECTOR_TIMEOUT_MS ? onStall(stage.http, callback) : () => {},
    },
  };
}
