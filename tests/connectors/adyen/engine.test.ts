import { expect, it } from "vitest";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import type { Payout } from "../../../src/domain/payout.ts";
import { isTerminal } from "../../../src/domain/transition.ts";
import { newStep, withAttempt } from "../../../src/engine/decisions/attempts.ts";
import { requestVoid } from "../../../src/engine/decisions/record-void.ts";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { instruction as toInstruction } from "../../../src/engine/instruction.ts";
import { newAttempt } from "../../../src/engine/new-attempt.ts";
import { runPayout } from "../../../src/engine/payout-runner.ts";
import { currentAttempt, type PayoutAggregate } from "../../../src/repository/payout-aggregate.ts";
import { recordNews } from "../../../src/service/record-news.ts";
import { Bench } from "../../engine/bench.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";
import { LEASE_MS } from "../../repository/fixtures.ts";
import { instruction, newKey, openRig, type Rig, SEPA, ZOE } from "./rig.ts";

const CONNECTOR = "adyen/cacct_1";
const HOUR_MS = 60 * 60 * 1000;

/** The real engine with a real repository, and the fake over HTTP; one time for both. */
class Run {
  readonly rig: Rig;
  readonly bench: Bench;
  readonly context: EngineContext;
  readonly payout: Payout;

  private constructor(rig: Rig, bench: Bench, context: EngineContext, payout: Payout) {
    this.rig = rig;
    this.bench = bench;
    this.context = context;
    this.payout = payout;
  }

  static async open(fulfillment: Payout["fulfillment"]): Promise<Run> {
    const bench = await Bench.open();
    const rig = await openRig({}, new ManualClock(bench.clock.time));
    const { context: own } = bench.process();
    const connectors = new ConnectorRegistry([], [rig.module], async () => rig.account);
    const context: EngineContext = { ...own, connectors };
    const { amount, destinationCurrency } = instruction();
    const { world } = bench;
    const changes = { connector: CONNECTOR, amount, destinationCurrency, fulfillment };
    const input = world.newPayout(changes);
    const { payout } = input.aggregate;
    const destination = { method: SEPA, person: ZOE };
    const connector = connectors.get(CONNECTOR);
    if (connector === undefined) throw new Error("there is no connector");
    const attempt = newAttempt(context, connector, toInstruction({ payout }, destination), 1);
    const aggregate = { ...input.aggregate, attempts: [attempt] };
    await world.repository.payouts.create({ ...input, aggregate, destination });
    return new Run(rig, bench, context, payout);
  }

  /** The only transfer in the processor's books. */
  get transferId(): string {
    const [only, ...more] = this.rig.fake.transfers;
    if (only === undefined || more.length > 0) throw new Error("not one transfer");
    return only.id;
  }

  /** Works, and lets time pass between, until the payout is as wanted. */
  async until(wanted: (payout: Payout) => boolean): Promise<Payout> {
    const { jobs } = this.bench.world.repository;
    for (let turns = 0; turns < 150; turns += 1) {
      for (const job of await jobs.claimDue(10, LEASE_MS)) await runPayout(this.context, job);
      const { payout } = await this.bench.stored(this.payout);
      if (wanted(payout)) return payout;
      const { clock } = this.bench;
      const wait = Math.max(1, ((await jobs.nextClaimableAt()) ?? clock.time) - clock.time);
      this.rig.clock.advance(wait);
      await clock.advance(wait);
    }
    throw new Error(
      `still ${JSON.stringify((await this.bench.stored(this.payout)).payout.status)}`,
    );
  }

  end(): Promise<Payout> {
    return this.until(({ status }) => isTerminal(status));
  }

  change(decide: (current: PayoutAggregate, now: number) => PayoutAggregate): Promise<unknown> {
    const { world, clock } = this.bench;
    const ref = { merchantId: world.merchantId, payoutId: this.payout.payoutId };
    return world.repository.payouts.change(ref, {}, (current) => decide(current, clock.time));
  }

  /** Gives the webhook messages that wait at the processor to the connector, and its news to the engine. */
  async deliver(): Promise<void> {
    const { fake, module, account, clock } = this.rig;
    for (const { raw: body } of fake.webhooks.queue.splice(0)) {
      const message = {
        headers: {},
        body,
        receivedAt: clock.now(),
        signal: new AbortController().signal,
      };
      const reading = module.webhook?.parse(message, account);
      for (const { about, state } of reading?.kind === "events" ? reading.events : []) {
        if (about === null || !("processorKey" in about) || state === null) continue;
        const { processorKey } = about;
        await recordNews(this.context, { connector: CONNECTOR, processorKey, payoutId: "", state });
      }
    }
  }
}

it("pays, and has paid once the estimated arrival is over", async () => {
  const run = await Run.open("AUTOMATIC");
  await run.until(({ status }) => status === "INITIATED");
  const arrival = run.bench.clock.time + 30 * HOUR_MS;
  run.rig.fake.estimate(run.transferId, arrival);
  expect(await run.end()).toMatchObject({ status: "SUCCESS", connectorPayoutId: run.transferId });
  expect(run.bench.clock.time).toBeGreaterThanOrEqual(arrival);
  run.rig.fake.return(run.transferId);
  await run.deliver();
  expect((await run.bench.stored(run.payout)).payout.status).toBe("REVERSED");
});

it("hears by webhook what became of it, in any order", async () => {
  const run = await Run.open("AUTOMATIC");
  await run.until(({ status }) => status === "INITIATED");
  run.rig.fake.credit(run.transferId);
  run.rig.fake.webhooks.reorder("reverse");
  await run.deliver();
  expect(await run.end()).toMatchObject({ status: "SUCCESS" });
});

it("waits under review until it is released, and pays once", async () => {
  const run = await Run.open("MANUAL");
  await run.until(({ status }) => status === "REQUIRES_FULFILLMENT");
  const { fake } = run.rig;
  // The hourly look leaves it where it is.
  const { time } = run.bench.clock;
  await run.until(() => run.bench.clock.time > time + 2 * HOUR_MS);
  expect(fake.books.registers(fake.balanceAccountId, "EUR")).toMatchObject({ reserved: 0n });
  await run.change((current, now) => {
    const attempt = currentAttempt(current);
    if (attempt === undefined) throw new Error("no attempt");
    const steps = [...attempt.steps, newStep(attempt.steps.length, "approve", newKey())];
    const running = { ...attempt, state: "RUNNING" as const, endTime: null, steps };
    return { ...withAttempt(current, running), job: { runAt: now, tries: 0, lease: null } };
  });
  fake.http.faults.next({ path: "/btl/v4/transfers/approve" }, { kind: "reset-after-read" });
  fake.decidesReviewsAtOnce = true;
  await run.until(({ status }) => status === "PENDING");
  fake.credit(run.transferId);
  expect(await run.end()).toMatchObject({ status: "SUCCESS", error: null });
  expect(fake.transfer(run.transferId).approvalsGiven).toBe(1);
});

it("is CANCELLED once Adyen has done what a Void asked for", async () => {
  const run = await Run.open("MANUAL");
  await run.until(({ status }) => status === "REQUIRES_FULFILLMENT");
  const request = { processorKey: newKey(), reason: "" };
  await run.change((current, now) => requestVoid(current, request, now));
  const { time } = run.bench.clock;
  const waiting = await run.until(() => run.bench.clock.time > time + HOUR_MS);
  expect(waiting).toMatchObject({ waitingFor: { reason: "VOID_REQUESTED" } });
  run.rig.fake.decideReview(run.transferId);
  expect(await run.end()).toMatchObject({ status: "CANCELLED" });
});

it("is INELIGIBLE, and nothing is sent, where there is no way", async () => {
  const run = await Run.open("AUTOMATIC");
  run.rig.fake.routes = [];
  expect(await run.end()).toMatchObject({
    status: "INELIGIBLE",
    error: { reason: "DESTINATION_UNSUPPORTED" },
  });
  expect(run.rig.fake.transfers).toEqual([]);
});
