import { afterEach, describe, expect, it } from "vitest";
import type { ProcessorNews } from "../../../src/connectors/connector.ts";
import { toProcessorNews } from "../../../src/connectors/sandbox/news.ts";
import { createNewsFeed } from "../../../src/connectors/sandbox/news-feed.ts";
import { createSandboxSteering } from "../../../src/connectors/sandbox/steering.ts";
import { createRig, never, payoutOf, type Rig, stepOf, WAYS } from "./rig.ts";

let rig: Rig | undefined;
afterEach(async () => {
  await rig?.dispose();
  rig = undefined;
});

async function pay(on: Rig, scenario: string, key = "key-1", merchantId = "mer_a"): Promise<void> {
  const step = stepOf("transfer", payoutOf(scenario, { merchantId, payoutId: `po_${key}` }), {
    processorKey: key,
    processorKeys: { transfer: key },
  });
  await on.connector.callStep(step);
}

describe("news in process", () => {
  it.each([
    ["success", ["SUCCESS 2"]],
    ["account_closed", ["FAILED 2 ACCOUNT_CLOSED"]],
    ["return_after_success", ["SUCCESS 2", "REVERSED 3 ACCOUNT_CLOSED"]],
    ["duplicate_webhook", ["SUCCESS 2", "SUCCESS 2"]],
    ["out_of_order_webhook", ["SUCCESS 2", "PENDING 1"]],
    ["timeout_after_accept", ["SUCCESS 2"]],
  ])("of %s", async (scenario, expected) => {
    const told: ProcessorNews[] = [];
    rig = await createRig("in process", async (news) => {
      const translated = toProcessorNews(news);
      if (translated) told.push(translated);
    });
    rig.processor.start();
    await pay(rig, scenario);
    await rig.time.advance(5_000);
    expect(
      told.map(({ state }) =>
        [state.status, state.sequence, state.error?.reason].filter(Boolean).join(" "),
      ),
    ).toEqual(expected);
    expect(told[0]).toMatchObject({
      connector: "sandbox",
      processorKey: "key-1",
      payoutId: "po_key-1",
    });
  });

  it.each([
    undefined,
    null,
    "x",
    {},
    { transfer: {} },
    { transfer: { transfer_id: "t", state: "S" } },
  ])("cannot be made of %j", (news) => {
    expect(toProcessorNews(news)).toBeUndefined();
  });
});

describe.each(WAYS)("the news feed, %s", (way) => {
  it("takes everything once, and again what was not taken", async () => {
    rig = await createRig(way);
    for (let i = 0; i < 120; i += 1) await pay(rig, "instant_success", `k${i}`);
    const told: string[] = [];
    const feed = createNewsFeed({
      transport: rig.transport,
      onNews: async ({ processorKey }) => {
        told.push(processorKey);
        if (processorKey === "k3" && told.length < 120) throw new Error("later");
      },
      timers: rig.time.timers,
      pollMs: 1_000,
      timeoutMs: 1_000,
    });
    expect(await feed.poll()).toBe(119);
    expect(await feed.poll()).toBe(1);
    expect(await feed.poll()).toBe(0);
    expect(told.at(-1)).toBe("k3");
    expect(new Set(told).size).toBe(120);
    await feed.stop();
  });

  it("goes on by itself until it is stopped, also while the processor is away", async () => {
    rig = await createRig(way);
    const told: string[] = [];
    let take: (() => void) | undefined;
    const feed = createNewsFeed({
      transport: rig.transport,
      onNews: async ({ processorKey }) => {
        told.push(processorKey);
        take?.();
      },
      timers: { setTimeout, clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout) },
      pollMs: 5,
      timeoutMs: 1_000,
    });
    feed.start();
    const taken = new Promise<void>((resolve) => {
      take = resolve;
    });
    await pay(rig, "instant_success");
    await taken;
    await feed.stop();
    expect(told).toEqual(["key-1"]);
  });

  it("does not wait for ever for an answer that never comes", async () => {
    rig = await createRig(way);
    await pay(rig, "instant_success");
    const { transport } = rig;
    let hung = false;
    const told: string[] = [];
    const feed = createNewsFeed({
      transport: {
        call: (request, signal) => {
          if (hung) return transport.call(request, signal);
          hung = true;
          return new Promise((_resolve, reject) => {
            signal.addEventListener("abort", () => reject(signal.reason));
          });
        },
      },
      onNews: async ({ processorKey }) => {
        told.push(processorKey);
      },
      timers: { setTimeout, clearTimeout: (timer) => clearTimeout(timer as NodeJS.Timeout) },
      pollMs: 5,
      timeoutMs: 50,
    });
    expect(await feed.poll()).toBe(0);
    expect(await feed.poll()).toBe(1);
    expect(told).toEqual(["key-1"]);
    await feed.stop();
  });
});

describe.each(WAYS)("steering, %s", (way) => {
  it("settles, fails and returns, and gives the news of it", async () => {
    rig = await createRig(way);
    const steering = createSandboxSteering(rig.transport);
    await pay(rig, "manual", "a");
    expect(await steering.settle("mer_a", "po_a", never)).toMatchObject({
      kind: "done",
      transfer: { state: "SETTLED", payoutId: "po_a", amount: { minorAmount: 1_050n } },
      news: { processorKey: "a", payoutId: "po_a", state: { status: "SUCCESS", sequence: 2 } },
    });
    expect(await steering.settle("mer_a", "po_a", never)).toEqual({ kind: "conflict" });
    expect(await steering.return("mer_a", "po_a", "", never)).toMatchObject({
      news: { state: { status: "REVERSED", error: { reason: "ACCOUNT_CLOSED" } } },
    });
    await pay(rig, "manual", "b");
    expect(await steering.fail("mer_a", "po_b", "ACCOUNT_NOT_FOUND", never)).toMatchObject({
      news: { state: { status: "FAILED", error: { reason: "ACCOUNT_NOT_FOUND" } } },
    });
    expect(await steering.settle("mer_a", "po_none", never)).toEqual({ kind: "not_found" });
  });

  it("lists the ledger in pages", async () => {
    rig = await createRig(way);
    const steering = createSandboxSteering(rig.transport);
    for (const key of ["a", "b", "c"]) await pay(rig, "success", key);
    const first = await steering.listTransfers({ merchantId: "mer_a", limit: 2, signal: never });
    expect(first).toMatchObject({
      value: { transfers: [{ idempotencyKey: "c" }, { idempotencyKey: "b" }] },
    });
    const after = first.kind === "found" ? (first.value.nextAfter ?? "") : "";
    expect(
      await steering.listTransfers({ merchantId: "mer_a", limit: 2, after, signal: never }),
    ).toMatchObject({
      value: { transfers: [{ idempotencyKey: "a", scenario: "success" }], nextAfter: null },
    });
    expect(
      await steering.listTransfers({
        merchantId: "mer_a",
        limit: 2,
        payoutId: "po_b",
        signal: never,
      }),
    ).toMatchObject({ value: { transfers: [{ idempotencyKey: "b" }] } });
  });

  it("shows a merchant nothing of another's, and moves nothing of it", async () => {
    rig = await createRig(way);
    const steering = createSandboxSteering(rig.transport);
    await pay(rig, "manual", "a", "mer_a");
    await pay(rig, "manual", "b", "mer_b");
    const list = (merchantId: string, payoutId = "") =>
      steering.listTransfers({ merchantId, payoutId, limit: 100, signal: never });
    expect(await list("mer_a")).toMatchObject({ value: { transfers: [{ payoutId: "po_a" }] } });
    expect(await list("mer_b")).toMatchObject({ value: { transfers: [{ payoutId: "po_b" }] } });
    for (const merchantId of ["mer_b", "mer_c", ""]) {
      expect(await list(merchantId, "po_a")).toMatchObject({ value: { transfers: [] } });
      expect(await steering.settle(merchantId, "po_a", never)).toEqual({ kind: "not_found" });
      expect(await steering.fail(merchantId, "po_a", "", never)).toEqual({ kind: "not_found" });
      expect(await steering.return(merchantId, "po_a", "", never)).toEqual({ kind: "not_found" });
    }
    expect(await list("mer_a", "po_a")).toMatchObject({
      value: { transfers: [{ state: "PENDING" }] },
    });
  });

  it("says when the processor is away", async () => {
    rig = await createRig(way);
    const steering = createSandboxSteering(rig.transport);
    await rig.processor.stop();
    expect(await steering.settle("mer_a", "po_a", never)).toMatchObject({ kind: "unreachable" });
  });
});
