import { Bench } from "../../../engine/bench.ts";
import type { Check } from "../check.ts";
import { Course } from "../course.ts";
import { EngineRun } from "../engine-run.ts";
import { AUTOMATIC, paid, stepsOfWay, WAYS } from "../scenario.ts";
import { onStage } from "../stage.ts";

/** A payout that nothing disturbs is paid once, whichever way it goes. */
export const life: Check = {
  name: "a payout that nothing disturbs is paid once",
  cases: (kit) => [
    ...(["AUTOMATIC", "MANUAL"] as const).map((fulfillment) => ({
      name: `driven by the engine, ${fulfillment}`,
      run: async () => {
        const bench = await Bench.open();
        await onStage(kit, async (stage) => {
          const run = await EngineRun.open(bench, stage, await stage.order(), fulfillment);
          await run.paysOnce();
        });
      },
    })),
    ...WAYS.filter((way) => way !== AUTOMATIC).map((way) => ({
      name: `by hand, ${way.name}`,
      run: () =>
        onStage(kit, async (stage) => {
          const course = await Course.open(stage, way.fulfillment);
          if (stepsOfWay(course, way).length > 0) await paid(stage, way);
        }),
    })),
  ],
};
