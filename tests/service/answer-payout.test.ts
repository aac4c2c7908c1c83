import { describe, expect, it } from "vitest";
import { answerPayout } from "../../src/service/answer-payout.ts";
import type { Call } from "../../src/service/call.ts";
import type { ServiceContext } from "../../src/service/service-context.ts";
import { Signals } from "../../src/service/signals.ts";
import { Bench } from "../engine/bench.ts";
import { claimOf } from "../repository/fixtures.ts";

describe("a caller that has gone while its payout is under way", () => {
  it("is not told what a repeat of its call would not be told", async () => {
    const bench = await Bench.open();
    const { repository, merchantId } = bench.world;
    const claim = claimOf("k");
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
    await expect(answerPayout(services, call, payout)).rejects.toMatchObject({
      reason: "DEADLINE_EXCEEDED",
    });
    const record = await repository.idempotency.find(merchantId, claim);
    expect(record?.answer).toBeNull();
  });
});
