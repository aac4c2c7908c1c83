import { Bench } from "../../../engine/bench.ts";
import { all, type Check, demand, type Kit, print } from "../check.ts";
import { EngineRun, isDone } from "../engine-run.ts";
import { judge, type Mishap, mishapsOf, nameOf, prepare } from "../faults.ts";
import { requestsOf } from "../scenario.ts";
import { onStage } from "../stage.ts";

/** Turns after which a payout that the processor keeps for itself is left as it is. */
const PATIENCE = 25;

/** A Void says what has come of it; whatever the payout ends as is what the books say. */
export const voids: Check = {
  name: "void",
  cases: (kit) =>
    kit.subject.requests["void"] === undefined
      ? []
      : [
          { name: "of a payout that is under way", run: () => stops(kit, "AUTOMATIC") },
          { name: "of a payout that is held", run: () => stops(kit, "MANUAL") },
          { name: "faults: told as they are, and the books agree", run: () => meetFaults(kit) },
        ],
};

async function stops(kit: Kit, fulfillment: "AUTOMATIC" | "MANUAL", mishap?: Mishap, own?: Bench) {
  const bench = own ?? (await Bench.open());
  await onStage(kit, async (stage) => {
    const run = await EngineRun.open(bench, stage, await stage.order(), fulfillment);
    await run.until((now) => isDone(now) || now.payout.status === "REQUIRES_FULFILLMENT");
    await run.void();
    if (mishap) prepare(stage, "void", mishap);
    await run.until(({ voidRequest }) => !/REQUESTED|UNKNOWN/.test(voidRequest?.state ?? ""));
    await agrees(run);
    if (mishap) judge(stage, "void", mishap);
    const { voidRequest } = await run.stored();
    // What was never sent, or is refused, lets the payout go on.
    if (voidRequest?.state === "ACCEPTED") return;
    await stage.processor.settle();
    await run.until((_now, turns) => turns > PATIENCE);
    await agrees(run);
  });
}

/** The processor's books say the same as the payout. */
async function agrees(run: EngineRun): Promise<void> {
  const { payout } = await run.stored();
  if (/^(CANCELLED|REVERSED|FAILED)$/.test(payout.status)) run.expectBooks([]);
  if (payout.status === "SUCCESS") run.expectBooks([payout.amount]);
  demand(payout.status !== "FAILED", `a Void makes no payout FAILED: ${print(payout)}`);
}

async function meetFaults(kit: Kit): Promise<void> {
  const bench = await Bench.open();
  await all(mishapsOf(requestsOf(kit, "void")), nameOf, (mishap) =>
    stops(kit, "AUTOMATIC", mishap, bench),
  );
}
