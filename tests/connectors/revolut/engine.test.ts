import { describe, expect, it, onTestFinished } from "vitest";
import { Bench } from "../../engine/bench.ts";
import { loadKit } from "../kit/discover.ts";
import { EngineRun } from "../kit/engine-run.ts";
import { Stage } from "../kit/stage.ts";
import { RevolutProcessor } from "./subject.ts";

const TRANSACTIONS = { method: "GET", path: "/api/1.0/transactions" };
const PAY = { method: "POST", path: "/api/1.0/pay" };

/** The real engine with a real database, and the fake over HTTP. */
async function open(repeats: "answered" | "refused", fulfillment: "AUTOMATIC" | "MANUAL") {
  const kit = await loadKit("revolut");
  const own = { ...kit.subject, open: () => RevolutProcessor.open(repeats) };
  const stage = await Stage.open({ ...kit, subject: own });
  onTestFinished(async () => {
    await stage.close();
    stage.verify();
  });
  const { fake } = stage.processor as RevolutProcessor;
  const run = await EngineRun.open(await Bench.open(), stage, await stage.order(), fulfillment);
  return { fake, run };
}

describe.each(["answered", "refused"] as const)("where a repeat is %s", (repeats) => {
  it("pays once, though the answer is lost and the look-up comes too early", async () => {
    const { fake, run } = await open(repeats, "AUTOMATIC");
    fake.http.faults.next(PAY, { kind: "reset-after-read" });
    // The payment is not in the list yet: the engine repeats it under its key.
    fake.http.faults.next(TRANSACTIONS, { kind: "drift", change: () => [] });
    await run.paysOnce();
    const sent = fake.http.requestsTo("POST", PAY.path);
    expect(sent.map(({ replied }) => replied)).toEqual([
      undefined,
      repeats === "answered" ? 200 : 400,
    ]);
    expect(fake.http.faults.left).toBe(0);
  });

  it("pays a held payout once, whose first answer is lost", async () => {
    const { fake, run } = await open(repeats, "MANUAL");
    fake.http.faults.next(PAY, { kind: "half-body" });
    fake.http.faults.next(TRANSACTIONS, { kind: "drift", change: () => [] });
    await run.paysOnce();
    expect(fake.http.requestsTo("POST", PAY.path)).toHaveLength(2);
  });

  it("ends FAILED with the reason, though the answer that declined is lost", async () => {
    const { fake, run } = await open(repeats, "AUTOMATIC");
    fake.next("declined", "blocked_beneficiary");
    fake.http.faults.next(PAY, { kind: "status-503-after-act" });
    fake.http.faults.next(TRANSACTIONS, { kind: "drift", change: () => [] });
    expect(await run.until(() => false)).toMatchObject({
      status: "FAILED",
      error: { reason: "ACCOUNT_RESTRICTED", connectorCode: "blocked_beneficiary" },
    });
    run.expectBooks([]);
  });
});

it("a payout that was paid and came back is REVERSED", async () => {
  const { fake, run } = await open("refused", "AUTOMATIC");
  await run.until(({ payout }) => payout.status === "PENDING");
  const [payment] = fake.transactions.newestFirst();
  // Nobody looked in between.
  fake.complete(payment?.id ?? "");
  fake.revert(payment?.id ?? "");
  expect(await run.until(() => false)).toMatchObject({
    status: "REVERSED",
    error: { reason: "RETURNED" },
  });
  run.expectBooks([]);
});

it("an access token that ends meanwhile is asked for again, and the payout goes on", async () => {
  const { fake, run } = await open("refused", "MANUAL");
  await run.until(({ payout }) => payout.status === "REQUIRES_FULFILLMENT");
  fake.tokens.expire();
  await run.paysOnce();
  expect(fake.http.requestsTo("POST", PAY.path).map(({ replied }) => replied)).toEqual([401, 200]);
});
