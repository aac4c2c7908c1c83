import { expect, it } from "vitest";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import type { Payout } from "../../../src/domain/payout.ts";
import { isTerminal } from "../../../src/domain/transition.ts";
import { requestVoid } from "../../../src/engine/decisions/record-void.ts";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { runPayout } from "../../../src/engine/payout-runner.ts";
import { Bench } from "../../engine/bench.ts";
import type { WiseFakeOptions } from "../../processors/wise/fake.ts";
import { LEASE_MS } from "../../repository/fixtures.ts";
import { ada, instruction, newKey, openRig, type Rig, sepa } from "./rig.ts";

const CONNECTOR = "wise/cacct_1";

/** The real engine with a real repository, and the fake over HTTP. */
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

  static async open(fulfillment: Payout["fulfillment"], options: WiseFakeOptions = {}) {
    const rig = await openRig(options);
    const bench = await Bench.open();
    const { context: own } = bench.process();
    const connectors = new ConnectorRegistry([], [rig.module], async () => rig.account);
    const { amount, destinationCurrency } = instruction();
    const { world } = bench;
    const input = world.newPayout({
      connector: CONNECTOR,
      amount,
      destinationCurrency,
      fulfillment,
    });
    const steps = rig.module.plan("create", instruction({ fulfillment }));
    await world.repository.payouts.create({
      ...input,
      destination: { method: sepa, person: ada },
      aggregate: {
        ...input.aggregate,
        attempts: [{ ...world.attempt(steps), connector: CONNECTOR }],
      },
    });
    return new Run(rig, bench, { ...own, connectors }, input.aggregate.payout);
  }

  async stored() {
    return this.bench.stored(this.payout);
  }

  /** Works, and lets time pass between, until the payout is as wanted. */
  async until(wanted: (payout: Payout) => boolean): Promise<Payout> {
    const { jobs } = this.bench.world.repository;
    for (let turns = 0; turns < 60; turns += 1) {
      for (const job of await jobs.claimDue(10, LEASE_MS)) await runPayout(this.context, job);
      const { payout } = await this.stored();
      if (wanted(payout)) return payout;
      const next = await jobs.nextClaimableAt();
      const { clock } = this.bench;
      await clock.advance(Math.max(1, (next ?? clock.time) - clock.time));
    }
    throw new Error(`still ${JSON.stringify((await this.stored()).payout)}`);
  }

  async void(): Promise<void> {
    const { world, clock } = this.bench;
    const ref = { merchantId: world.merchantId, payoutId: this.payout.payoutId };
    const request = { processorKey: newKey(), reason: "" };
    await world.repository.payouts.change(ref, {}, (current) =>
      requestVoid(current, request, clock.time),
    );
  }
}

const isUnderWay = ({ status }: Payout) => status === "INITIATED" || status === "PENDING";

it("without the right to fund ends at created, fund by hand", async () => {
  const run = await Run.open("AUTOMATIC", { personalTokensMayFund: false });
  const { fake } = run.rig;
  const held = await run.until(({ status }) => status !== "REQUIRES_CREATION");
  expect(held).toMatchObject({
    status: "REQUIRES_FULFILLMENT",
    waitingFor: { reason: "FULFILLMENT" },
    error: { category: "CONFIGURATION", reason: "FUND_BY_HAND" },
  });
  // The hourly look changes nothing, and keeps the reason.
  const { time } = run.bench.clock;
  await run.until(() => run.bench.clock.time > time + 3_600_000);
  expect((await run.stored()).payout).toMatchObject({
    status: "REQUIRES_FULFILLMENT",
    error: { reason: "FUND_BY_HAND" },
  });
  fake.settle(fake.transfers.all()[0]?.id ?? 0);
  expect(await run.until(({ status }) => isTerminal(status))).toMatchObject({
    status: "SUCCESS",
    error: null,
  });
});

it("without the money ends FAILED, and nobody can fund the transfer any more", async () => {
  const run = await Run.open("AUTOMATIC", { balances: { GBP: 1n } });
  expect(await run.until(({ status }) => isTerminal(status))).toMatchObject({
    status: "FAILED",
    error: { reason: "INSUFFICIENT_FUNDS" },
  });
  expect(run.rig.fake.transfers.all()).toMatchObject([{ status: "cancelled", money: "not-taken" }]);
});

it("is CANCELLED by a Void before it is funded", async () => {
  const run = await Run.open("MANUAL");
  await run.until(({ status }) => status === "REQUIRES_FULFILLMENT");
  await run.void();
  expect(await run.until(({ status }) => isTerminal(status))).toMatchObject({
    status: "CANCELLED",
  });
  expect(run.rig.fake.transfers.all()).toMatchObject([{ status: "cancelled" }]);
});

it("is REVERSED when the refund of a Void is there, and not before", async () => {
  const run = await Run.open("AUTOMATIC");
  const { fake } = run.rig;
  await run.until(isUnderWay);
  await run.void();
  await run.until(() => fake.transfers.all()[0]?.status === "cancelled");
  const { time } = run.bench.clock;
  const waiting = await run.until(() => run.bench.clock.time > time + 600_000);
  expect(isTerminal(waiting.status)).toBe(false);
  fake.refund(fake.transfers.all()[0]?.id ?? 0);
  expect(await run.until(({ status }) => isTerminal(status))).toMatchObject({ status: "REVERSED" });
  expect(fake.balances.available("GBP")).toBe(1_000_000n);
  fake.http.assertClean();
});
