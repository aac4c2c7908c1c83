import { describe, it } from "vitest";
import { checkingIsOn, readPublishedDocument } from "../../processors/support/specs-folder.ts";
import { CHECKS } from "./checks/index.ts";
import { connectorNames, loadKit } from "./discover.ts";

/** Longer than any case takes; a connector that hangs is told by the kit itself (milliseconds). */
const TIMEOUT_MS = 120_000;

// Says once, on the error output, that nothing is checked against documents.
if (!checkingIsOn) readPublishedDocument("none");

for (const name of connectorNames()) {
  const loaded = await loadKit(name).then(
    (kit) => ({ kit }),
    (error: unknown) => ({ error }),
  );
  describe(name, () => {
    it("has a subject", () => {
      if ("error" in loaded) throw loaded.error;
    });
    if ("error" in loaded) return;
    for (const check of CHECKS) {
      const cases = check.cases(loaded.kit);
      if (cases.length === 0) continue;
      describe(check.name, () => {
        for (const each of cases) {
          it(each.name, () => each.run(), TIMEOUT_MS);
        }
      });
    }
  });
}
