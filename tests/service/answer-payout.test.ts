import { describe, expect, it } from "vitest";
import type { IdempotencyClaim } from "../../src/repository/repository.ts";
import { answerPayout } from "../../src/service/answer-payout.ts";
import type { Call } from "../../src/service/call.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals } from "../../src/service/signals.ts";
import { Bench } from "../engine/bench.ts";
import { claimOf } from "../repository/fixtures.ts";

/** A payout under way, and the answer to the call that made it, whose caller seems to have gone. */
async function answerToTheGone(claim: IdempotencyClaim | null) {
  const bench = await Bench.open();
  const { repository, merchantId } = bench.world;
  const { payout } = await bench.world.create({}, { claim });
  const { context } = bench.process();
  const services = {
    ...context,
    signals: new Signals(context.clock, 10),
    pollMs: 1000,
  } as unknown as ServiceContext;
  const call: Call = {
    caller: { merchantId, livemode: false, operator: false, keyId: "key", scopes: [] },
    claim,
    fingerprint: "request",
    answerBy: bench.clock.time + 5000,
    signal: AbortSignal.abort(),
  };
  return { repository, merchantId, payout, answer: answerPayout(services, call, payout) };
}

describe("a caller that has gone while its payout is under way", () => {
  it("is not told what a repeat of its call would not be told", async () => {
    const claim = claimOf("k");
    const { repository, merchantId, answer } = await answerToTheGone(claim);
    await expect(answer).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    const record = await repository.idempotency.find(merchantId, claim);
    expect(record?.answer).toBeNull();
  });

  it("is never told to repeat a call without a key: that would be another payout", async () => {
    const { payout, answer } = await answerToTheGone(null);
    expect((await answer).value.payoutId).toBe(payout.payoutId);
  });
});
