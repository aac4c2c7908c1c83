import { expect, it } from "vitest";
import { resolveReview } from "../../../src/engine/decisions/resolve.ts";
import { Bench } from "../../engine/bench.ts";
import { EngineRun } from "../kit/engine-run.ts";
import { onItau, TRANSFERS } from "./on-itau.ts";

const lost = (kind: "reset-before-read" | "reset-after-read") => ({ kind }) as const;

it.each([
  ["under way", undefined],
  ["lost before it was read", lost("reset-before-read")],
  ["lost after it was read", lost("reset-after-read")],
])("a transfer that is %s waits for a person, is sent once, and ends as they say", (_name, fault) =>
  onItau(async (stage, fake) => {
    const bench = await Bench.open();
    if (fault === undefined) fake.answer = "Em processamento";
    else stage.http.faults.next({ path: TRANSFERS }, fault);
    const run = await EngineRun.open(bench, stage, await stage.order());
    const payout = await run.until(() => false);
    expect(payout).toMatchObject({ status: "PENDING", waitingFor: { reason: "REVIEW" } });
    // Days pass, each with a look of the service.
    let turns = 0;
    while (turns < 5) {
      await bench.clock.advance(24 * 3_600_000);
      await run.until(() => true);
      turns += 1;
    }
    expect(stage.http.requestsTo("POST", TRANSFERS)).toHaveLength(1);
    const stored = await run.stored();
    for (const [said, status] of [
      ["PAID", "SUCCESS"],
      ["NOT_PAID", "FAILED"],
    ] as const) {
      expect(resolveReview(stored, said, bench.clock.time).payout).toMatchObject({
        status,
        waitingFor: null,
      });
    }
  }),
);
