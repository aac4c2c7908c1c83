import { expect, it } from "vitest";
import { ConnectorRegistry } from "../../../src/connectors/registry.ts";
import type { Payout } from "../../../src/domain/payout.ts";
import { isTerminal } from "../../../src/domain/transition.ts";
import { newStep, withAttempt } from "../../../src/engine/decisions/attempts.ts";
import { requestVoid } from "../../../src/engine/decisions/record-void.ts";
import { makeDue } from "../../../src/engine/decisions/schedule.ts";
import type { EngineContext } from "../../../src/engine/engine-context.ts";
import { runPayout } from "../../../src/engine/payout-runner.ts";
import { currentAttempt } from "../../../src/repository/payout-aggregate.ts";
import { recordNews } from "../../../src/service/record-news.ts";
import { Bench } from "../../engine/bench.ts";
import { LEASE_MS } from "../../repository/fixtures.ts";
import { BATCH, CANCEL, DAY, instruction, newKey, openRig, PAYOUTS, type Rig, to } from "./rig.ts";

const CONNECTOR = "paypal/cacct_1";

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

  static async open(word: string, fulfillment: Payout["fulfillment"] = "AUTOMATIC") {
    const rig = await openRig();
    const bench = await Bench.open();
    const { context: own } = bench.process();
    const connectors = new ConnectorRegistry([], [rig.module], async () => rig.account);
    const { amount, destinationCurrency } = instruction();
    const { world } = bench;
    const terms = { connector: CONNECTOR, amount, destinationCurrency, fulfillment };
    const input = world.newPayout(terms);
    const steps = rig.module.plan("create", instruction({ fulfillment }));
    await world.repository.payouts.create({
      ...input,
      destination: { method: to(word), person: null },
      aggregate: {
        ...input.aggregate,
        attempts: [{ ...world.attempt(steps), connector: CONNECTOR }],
      },
    });
    return new Run(rig, bench, { ...own, connectors }, input.aggregate.payout);
  }

  async stored(): Promise<Payout> {
    return (await this.bench.stored(this.payout)).payout;
  }

  /** Works, and lets time pass here and at PayPal, until the payout is as wanted. */
  async until(wanted: (payout: Payout) => boolean): Promise<Payout> {
    const { jobs } = this.bench.world.repository;
    for (let turns = 0; turns < 1_000; turns += 1) {
      for (const job of await jobs.claimDue(10, LEASE_MS)) await runPayout(this.context, job);
      const payout = await this.stored();
      if (wanted(payout) || payout.waitingFor?.reason === "REVIEW") return payout;
      const next = await jobs.nextClaimableAt();
      const { clock } = this.bench;
      await this.pass(Math.max(1, (next ?? clock.time) - clock.time));
    }
    throw new Error(`still ${JSON.stringify(await this.stored())}`);
  }

  ended(): Promise<Payout> {
    return this.until(({ status }) => isTerminal(status));
  }

  async pass(ms: number): Promise<void> {
    this.rig.clock.advance(ms);
    await this.bench.clock.advance(ms);
  }

  async void(): Promise<void> {
    const request = { processorKey: newKey(), reason: "" };
    await this.#change((current) => requestVoid(current, request, this.bench.clock.time));
  }

  /** What Transfer does with a payout that is held. */
  async transfer(): Promise<void> {
    await this.#change((current) => {
      const attempt = currentAttempt(current);
      if (attempt === undefined) throw new Error("no attempt");
      const steps = [...attempt.steps, newStep(attempt.steps.length, "payout", newKey())];
      const running = withAttempt(current, { ...attempt, steps, state: "RUNNING", endTime: null });
      const payout: Payout = { ...current.payout, status: "INITIATED" };
      return makeDue({ ...running, payout }, this.bench.clock.time);
    });
  }

  /** Gives the webhook messages that wait at PayPal to the engine, in their order. */
  async deliver(): Promise<void> {
    const { fake, module, account } = this.rig;
    for (const { raw: body } of fake.webhooks.queue.splice(0)) {
      const reading = module.webhook?.parse(
        { headers: {}, body, receivedAt: 0, signal: new AbortController().signal },
        account,
      );
      for (const { about, state } of reading?.kind === "events" ? reading.events : []) {
        if (about === null || !("processorKey" in about) || state === null) continue;
        const { processorKey } = about;
        await recordNews(this.context, { connector: CONNECTOR, processorKey, payoutId: "", state });
      }
    }
  }

  async #change(decide: Parameters<Bench["world"]["repository"]["payouts"]["change"]>[2]) {
    const { world } = this.bench;
    const ref = { merchantId: world.merchantId, payoutId: this.payout.payoutId };
    await world.repository.payouts.change(ref, {}, decide);
  }
}

const isUnclaimed = ({ status }: Payout) => status === "REQUIRES_PAYOUT_METHOD_DATA";

it("a payout is paid, and keeps the ids of batch, item and transaction", async () => {
  const run = await Run.open("success");
  const ended = await run.ended();
  const [batch] = run.rig.fake.batches.all;
  expect(ended).toMatchObject({
    status: "SUCCESS",
    connectorPayoutId: batch?.id,
    connectorReferences: [
      { kind: "batch", id: batch?.id },
      { kind: "item", id: batch?.items[0]?.id },
      { kind: "transaction", id: batch?.items[0]?.transactionId },
    ],
    error: null,
  });
});

it("a batch that was taken and is denied later is FAILED, and the money is back", async () => {
  const run = await Run.open("denied");
  expect(await run.ended()).toMatchObject({
    status: "FAILED",
    error: { connectorCode: "RECEIVER_ACCOUNT_INVALID" },
  });
  expect(run.rig.fake.funds.sent("USD")).toBe(0n);
});

it("what nobody claims waits for the recipient, and expires after 30 days", async () => {
  const run = await Run.open("unclaimed");
  expect(await run.until(isUnclaimed)).toMatchObject({
    waitingFor: { reason: "PAYOUT_METHOD_DATA" },
  });
  await run.pass(30 * DAY);
  expect(await run.ended()).toMatchObject({
    status: "EXPIRED",
    error: { reason: "NOT_CLAIMED_IN_TIME" },
  });
  expect(run.rig.fake.funds.sent("USD")).toBe(0n);
});

it("what is claimed in the end is paid", async () => {
  const run = await Run.open("unclaimed");
  await run.until(isUnclaimed);
  await run.pass(20 * DAY);
  run.rig.fake.become(run.rig.fake.batches.all[0]?.items[0]?.id ?? "", "SUCCESS");
  expect(await run.ended()).toMatchObject({ status: "SUCCESS" });
});

it("a Void of what nobody has claimed is CANCELLED", async () => {
  const run = await Run.open("unclaimed");
  await run.until(isUnclaimed);
  await run.void();
  expect(await run.ended()).toMatchObject({ status: "CANCELLED", error: null });
  expect(run.rig.fake.funds.sent("USD")).toBe(0n);
});

it("a Void whose answer was lost is CANCELLED by its event, which comes before the next look", async () => {
  const run = await Run.open("unclaimed");
  await run.until(isUnclaimed);
  await run.deliver();
  const { http } = run.rig.fake;
  http.faults.next({ method: "POST", path: CANCEL }, { kind: "status-503-after-act" });
  await run.void();
  await run.until(({ waitingFor }) => waitingFor?.reason === "VOID_REQUESTED");
  expect(http.faults.left).toBe(0);
  await run.deliver();
  expect(await run.ended()).toMatchObject({ status: "CANCELLED" });
});

it("a Void whose answer was lost is CANCELLED without an event, where it was known as unclaimed", async () => {
  const run = await Run.open("unclaimed");
  await run.until(isUnclaimed);
  const { http, funds } = run.rig.fake;
  http.faults.next({ method: "POST", path: CANCEL }, { kind: "status-503-after-act" });
  await run.void();
  expect(await run.ended()).toMatchObject({ status: "CANCELLED", error: null });
  expect(funds.sent("USD")).toBe(0n);
});

it("and where it was not: a look-up is told that we may have had it returned", async () => {
  const run = await Run.open("unclaimed");
  await run.until(({ status }) => status === "INITIATED");
  const { http, funds, batches, settle } = run.rig.fake;
  settle(batches.all[0]?.id ?? "");
  http.faults.next({ method: "POST", path: CANCEL }, { kind: "status-503-after-act" });
  await run.void();
  expect(await run.ended()).toMatchObject({ status: "CANCELLED", error: null });
  expect(http.faults.left).toBe(0);
  expect(funds.sent("USD")).toBe(0n);
});

it("a payout that was held sends nothing until its Transfer", async () => {
  const run = await Run.open("success", "MANUAL");
  expect(await run.until(({ status }) => status === "REQUIRES_FULFILLMENT")).toMatchObject({
    waitingFor: { reason: "FULFILLMENT" },
    connectorPayoutId: null,
  });
  // The hourly look changes nothing.
  await run.pass(3_600_000);
  await run.until(() => true);
  expect(run.rig.fake.batches.all).toEqual([]);
  await run.transfer();
  expect(await run.ended()).toMatchObject({ status: "SUCCESS" });
});

it("a payout that was held and is stopped has sent nothing", async () => {
  const run = await Run.open("success", "MANUAL");
  await run.until(({ status }) => status === "REQUIRES_FULFILLMENT");
  await run.void();
  expect(await run.ended()).toMatchObject({ status: "CANCELLED" });
  expect(run.rig.fake.batches.all).toEqual([]);
});

it("no money is FAILED", async () => {
  const run = await Run.open("success");
  run.rig.fake.funds.send("USD", run.rig.fake.funds.balance("USD"));
  expect(await run.ended()).toMatchObject({
    status: "FAILED",
    error: { reason: "INSUFFICIENT_FUNDS" },
  });
});

it("an answer that was lost, with a repeat that cannot be resolved at first, is paid once", async () => {
  const run = await Run.open("success");
  const { http, funds } = run.rig.fake;
  http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "half-body" });
  http.faults.next({ method: "GET", path: BATCH }, { kind: "status-500-before-act" });
  expect(await run.ended()).toMatchObject({ status: "SUCCESS" });
  expect(run.rig.fake.batches.all).toHaveLength(1);
  expect(funds.sent("USD")).toBe(1_234n + 25n);
});

it("news in any order end as the look-ups do, also before the answer of the call", async () => {
  const run = await Run.open("onhold");
  const { http, webhooks, batches } = run.rig.fake;
  http.faults.next({ method: "POST", path: PAYOUTS }, { kind: "reset-after-read" });
  await run.until(({ waitingFor }) => waitingFor?.reason === "OUTCOME_UNKNOWN");
  for (const word of ["UNCLAIMED", "SUCCESS"] as const) {
    run.rig.clock.advance(6_000);
    run.rig.fake.become(batches.all[0]?.items[0]?.id ?? "", word);
  }
  webhooks.reorder();
  await run.deliver();
  expect(await run.stored()).toMatchObject({
    status: "SUCCESS",
    connectorPayoutId: batches.all[0]?.id,
  });
  expect(run.rig.count("POST", PAYOUTS)).toBe(1);
});
