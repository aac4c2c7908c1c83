import { describe, expect, it } from "vitest";
import { readRules } from "../../scripts/docs/rules.ts";
import { REPOSITORY } from "../../scripts/docs/sources.ts";
import { PAYOUT_STATUSES } from "../../src/domain/payout.ts";

/** Words in capitals that the same places hold and that are no reasons: statuses, kinds, names of operations. */
const NO_REASONS = new Set<string>([
  ...PAYOUT_STATUSES,
  ...["ACTION_REQUIRED", "PENDING_VERIFICATION"],
  ...["BY_KEY", "BY_REFERENCE", "NOT_SENT"],
  ...["CREATE_RECIPIENT", "ENROLL_DISBURSE_ACCOUNT"],
  ...["CONNECTOR_DECLINED", "PAYOUT_STATE_CONFLICT"],
  // What a payout waits for.
  ...["PAYOUT_METHOD_DATA", "VENDOR_ACCOUNT", "VOID_REQUESTED"],
  // Words of processors.
  ...["CHAVE_ALEATORIA", "CONTA_CORRENTE", "CONTA_POUPANCA", "PAYPAL_ID", "SENDER_BATCH_ID"],
]);

/** Where a reason is given: named so, as the first word of a call, as a value of a table, as one of two. */
const GIVEN = [
  /\breason: "([A-Z][A-Z_]+)"/g,
  /\b\w+\(\s*"([A-Z]+(?:_[A-Z]+)+)"/g,
  /[\w"\]]: "([A-Z]+(?:_[A-Z]+)+)"/g,
  /(?:\?|\?\?|:|return) "([A-Z]+(?:_[A-Z]+)+)"/g,
];

describe("the reasons of payouts' errors", () => {
  it("that the engine and the connectors give are documented, each", () => {
    const { payoutReasons } = readRules(REPOSITORY.read("docs/rules/rules.md") ?? "");
    const missing = new Set<string>();
    for (const path of [...REPOSITORY.list("src/engine"), ...REPOSITORY.list("src/connectors")]) {
      const text = path.endsWith(".ts") ? (REPOSITORY.read(path) ?? "") : "";
      for (const pattern of GIVEN) {
        for (const [, word = ""] of text.matchAll(pattern)) {
          if (!payoutReasons.has(word) && !NO_REASONS.has(word)) missing.add(`${word} (${path})`);
        }
      }
    }
    expect([...missing]).toEqual([]);
  });
});
