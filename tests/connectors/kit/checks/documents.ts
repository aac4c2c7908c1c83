import { checkingIsOn } from "../../../processors/support/specs-folder.ts";
import { type Check, demand } from "../check.ts";
import { paid } from "../scenario.ts";
import { onStage } from "../stage.ts";

/**
 * Requests and replies are what the processor's published document says. Verified at the end of every
 * case of the kit; here for a payout that nothing disturbs, so that there is one place to look first.
 */
export const documents: Check = {
  name: "published documents",
  cases: (kit) => [
    {
      name: checkingIsOn
        ? "hold for a whole payout"
        : "are MISSING: nothing is checked against them",
      run: () =>
        onStage(kit, async (stage) => {
          const course = await paid(stage);
          await course.lookup();
          demand(stage.http.requests.length > 0, "nothing was sent");
        }),
    },
  ],
};
