import { MAGIC_RULES } from "../../../src/sandbox-processor/magic-numbers.ts";
import { SCENARIOS, scenarioByName } from "../../../src/sandbox-processor/scenarios.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { SANDBOX } from "../where.ts";

/** What the sandbox processor can be made to do, and by which accounts. */
export function sandboxPage(model: Model): readonly [string, string] {
  const decline = scenarioByName("decline");
  if (decline === undefined) throw new Error("the sandbox has no scenario decline");
  return referencePage(
    model,
    SANDBOX,
    "Sandbox scenarios",
    introduction(model, "Sandbox", SANDBOX),
    "## Scenarios",
    table(
      ["scenario", "nn", "what happens"],
      SCENARIOS.map(({ name, code: digits, summary }) => [code(name), digits, summary]),
    ),
    "## Accounts that choose a scenario",
    introduction(model, "Accounts that choose a scenario", SANDBOX),
    table(
      ["method", "field", "rule", "such as, for `decline`"],
      MAGIC_RULES.map(({ kind, field, rule, example }) => [
        code(kind),
        field,
        rule,
        code(example(decline)),
      ]),
    ),
  );
}
