import { PAYOUT_EVENT_TYPES } from "../../../src/domain/event.ts";
import { PAYOUT_STATUSES } from "../../../src/domain/payout.ts";
import { canTransition, INITIAL_STATUSES, isTerminal } from "../../../src/domain/transition.ts";
import { localName, oneLine } from "../contract.ts";
import { DocsFault } from "../fault.ts";
import { introduction, referencePage } from "../frame.ts";
import { code, fence, link, moveLinks, slug, table } from "../markdown.ts";
import type { Model } from "../reference.ts";
import { RULES_PATH } from "../rules.ts";
import { STATUSES } from "../where.ts";

/** The statuses of a payout, and every legal step between them, from the code's own table. */
export function statusesPage(model: Model): readonly [string, string] {
  const { contract, rules } = model;
  const type = contract.files
    .flatMap((file) => contract.enumsIn(file))
    .find((each) => localName(each) === "Payout.Status");
  const meaning = (status: string): string => {
    const value = type?.values.find(({ name }) => name === status);
    if (value === undefined) throw new Error(`Payout.Status has no ${status}`);
    return oneLine(contract.commentOf(value));
  };
  const sections = PAYOUT_STATUSES.map((status) => {
    const said = rules.statuses.get(status);
    if (said === undefined) throw new DocsFault([`${RULES_PATH}: "Statuses" lacks ${status}`]);
    const [actsNext = "", whatToDo = ""] = said.cells;
    const next = PAYOUT_STATUSES.filter((to) => canTransition(status, to));
    const before = PAYOUT_STATUSES.filter((from) => canTransition(from, status));
    const list = (of: readonly string[]) =>
      of.map((each) => link(code(each), `#${slug(each)}`)).join(", ");
    const isFirst = (INITIAL_STATUSES as readonly string[]).includes(status);
    return [
      `### ${status}`,
      meaning(status),
      table(
        ["", ""],
        [
          ["acts next", actsNext],
          ["what to do", moveLinks(whatToDo, RULES_PATH, STATUSES)],
          [
            "comes from",
            [...(isFirst ? ["(new)"] : []), ...(before.length > 0 ? [list(before)] : [])].join(
              ", ",
            ),
          ],
          ["can become", next.length === 0 ? "nothing" : list(next)],
          ["event", code(PAYOUT_EVENT_TYPES[status])],
        ],
      ),
    ].join("\n\n");
  });
  return referencePage(
    model,
    STATUSES,
    "Statuses of a payout",
    introduction(model, "Statuses", STATUSES),
    "## All steps",
    table(
      ["from", "to"],
      [
        ["(new)", INITIAL_STATUSES.map(code).join(", ")],
        ...PAYOUT_STATUSES.map((from) => [
          code(from),
          PAYOUT_STATUSES.filter((to) => canTransition(from, to))
            .map(code)
            .join(", ") || "none",
        ]),
      ],
    ),
    fence("mermaid", diagram()),
    "## Each status",
    ...sections,
  );
}

function diagram(): string {
  return [
    "stateDiagram-v2",
    ...INITIAL_STATUSES.map((to) => `  [*] --> ${to}`),
    ...PAYOUT_STATUSES.flatMap((from) =>
      PAYOUT_STATUSES.filter((to) => canTransition(from, to)).map((to) => `  ${from} --> ${to}`),
    ),
    ...PAYOUT_STATUSES.filter(isTerminal).map((from) => `  ${from} --> [*]`),
  ].join("\n");
}
