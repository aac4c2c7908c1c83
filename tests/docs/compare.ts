import { type Difference, matchJson } from "./match-json.ts";
import { matchText, type Pair } from "./match-text.ts";
import { parseSampleJson } from "./sample-json.ts";

export interface Comparison {
  readonly pairs: readonly Pair[];
  readonly differences: readonly Difference[];
}

/** Compares the output that a page shows with what was printed: as JSON when both are, else as text. */
export function compare(sample: string, printed: string): Comparison {
  const expected = parseSampleJson(sample);
  const actual = expected === null ? null : parseSampleJson(printed);
  if (expected === null || actual === null) return compareText(sample, printed);
  // One `...` at the end stands for all further values.
  const open = expected.at(-1)?.is === "anything";
  const values = open ? expected.slice(0, -1) : expected;
  if (open ? actual.length < values.length : actual.length !== values.length) {
    const difference = {
      path: "the output",
      expected: `${values.length} JSON values`,
      printed: `${actual.length} JSON values`,
    };
    return { pairs: [], differences: [difference] };
  }
  const matches = values.map((value, index) => {
    const path = values.length === 1 ? "$" : `$${index + 1}`;
    return matchJson(value, actual[index] ?? { is: "anything" }, path);
  });
  return {
    pairs: matches.flatMap(({ pairs }) => pairs),
    differences: matches.flatMap(({ differences }) => differences),
  };
}

function compareText(sample: string, printed: string): Comparison {
  const { pairs, miss } = matchText(sample, printed);
  if (miss === null) return { pairs, differences: [] };
  const expected = sample.trimEnd().split("\n")[miss.line] ?? "(nothing more)";
  const path = `line ${miss.line + 1} of the output`;
  return { pairs, differences: [{ path, expected, printed: miss.printed }] };
}
