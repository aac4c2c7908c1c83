import { catalogueEntry, ERROR_CATALOGUE, type ErrorReason } from "../../../src/domain/errors.ts";
import { operationName } from "../contract.ts";
import { DocsFault } from "../fault.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, link, moveLinks, slug, table, wayTo } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { RULES_PATH } from "../rules.ts";
import { ERRORS, operationPath } from "../where.ts";

/** The catalogue of reasons, each with an address of its own, and the reasons of payouts that fail. */
export function errorsPage(model: Model): readonly [string, string] {
  const { rules } = model;
  const reasons = Object.keys(ERROR_CATALOGUE) as ErrorReason[];
  const said = (reason: ErrorReason) => {
    const found = rules.reasons.get(reason);
    if (found === undefined)
      throw new DocsFault([`${RULES_PATH}: "Errors" lacks ${reason}: what to do?`]);
    return found;
  };
  for (const [reason, { line }] of rules.reasons) {
    if (!(reason in ERROR_CATALOGUE))
      throw new DocsFault([`${RULES_PATH}:${line}: there is no reason ${reason}`]);
  }
  const sections = reasons.map((reason) => {
    const { code: errorCode, httpStatus, message, retryable } = catalogueEntry(reason);
    const { givenBy, whatToDo } = said(reason);
    return [
      `### ${reason}`,
      message,
      table(
        ["", ""],
        [
          ["HTTP on REST", String(httpStatus)],
          ["code", code(errorCode)],
          [
            "retryable",
            retryable === true ? "yes, unchanged, with the same Idempotency-Key" : "no",
          ],
          ["given by", givenBy === "operations" ? operationsOf(model, reason) : givenBy],
          ["what to do", moveLinks(whatToDo, RULES_PATH, ERRORS)],
        ],
      ),
    ].join("\n\n");
  });
  return referencePage(
    model,
    ERRORS,
    "Errors",
    introduction(model, "Errors", ERRORS),
    "## All reasons",
    table(
      ["reason", "HTTP", "code", "retryable"],
      reasons.map((reason) => {
        const { code: errorCode, httpStatus, retryable } = catalogueEntry(reason);
        return [
          link(code(reason), `#${slug(reason)}`),
          String(httpStatus),
          code(errorCode),
          retryable === true ? "yes" : "no",
        ];
      }),
    ),
    "## Each reason",
    ...sections,
    "## Errors of payouts",
    introduction(model, "Errors of payouts", ERRORS),
    table(
      ["`error.reason`", "meaning", "what to do"],
      [...rules.payoutReasons].map(([reason, { cells }]) => [
        code(reason),
        ...cells.map((text) => moveLinks(text, RULES_PATH, ERRORS)),
      ]),
    ),
  );
}

function operationsOf({ contract, rules }: Model, reason: string): string {
  return contract.services
    .flatMap(({ methods }) => methods)
    .filter((method) =>
      rules.operations.get(operationName(method))?.errors.some((each) => each.reason === reason),
    )
    .map((method) => link(code(operationName(method)), wayTo(ERRORS, operationPath(method))))
    .join(", ");
}
