import { matchLine, type Pair } from "./match-text.ts";
import type { SampleJson } from "./sample-json.ts";
import { kindOfField } from "./volatile.ts";

export interface Difference {
  /** Where, as in $.payout.status. */
  readonly path: string;
  readonly expected: string;
  readonly printed: string;
}

export interface JsonMatch {
  readonly pairs: readonly Pair[];
  readonly differences: readonly Difference[];
}

/** Compares what a page shows with what was printed; the order of an object's entries is no difference. */
export function matchJson(sample: SampleJson, actual: SampleJson, path = "$"): JsonMatch {
  if (sample.is === "anything") return { pairs: [], differences: [] };
  if (sample.is === "text" && actual.is === "text") {
    const kind = kindOfField(path.slice(path.lastIndexOf(".") + 1));
    // An absent etag or token is not one of another value.
    if (kind !== null && sample.text !== "" && actual.text !== "") {
      return { pairs: [{ kind, sample: sample.text, actual: actual.text }], differences: [] };
    }
    const pairs = matchLine(sample.text, actual.text);
    return pairs === null ? differ(path, sample, actual) : { pairs, differences: [] };
  }
  if (sample.is === "word" && actual.is === "word" && sample.word === actual.word) {
    return { pairs: [], differences: [] };
  }
  if (sample.is === "object" && actual.is === "object") return matchObject(sample, actual, path);
  if (sample.is === "array" && actual.is === "array") return matchArray(sample, actual, path);
  return differ(path, sample, actual);
}

type Of<Is extends SampleJson["is"]> = Extract<SampleJson, { is: Is }>;

function matchObject(sample: Of<"object">, actual: Of<"object">, path: string): JsonMatch {
  const printed = new Map(actual.entries.map(({ name, value }) => [name, value]));
  const matches = sample.entries.map(({ name, value }): JsonMatch => {
    const there = printed.get(name);
    printed.delete(name);
    const at = `${path}.${name}`;
    if (there !== undefined) return matchJson(value, there, at);
    return missing(at, showJson(value), "(nothing)");
  });
  if (!sample.more) {
    for (const [name, value] of printed) {
      matches.push(missing(`${path}.${name}`, "(nothing)", showJson(value)));
    }
  }
  return together(matches);
}

function matchArray(sample: Of<"array">, actual: Of<"array">, path: string): JsonMatch {
  const printed = actual.elements.filter((element) => element !== "more");
  const cut = sample.elements.indexOf("more");
  const before = (cut === -1 ? sample.elements : sample.elements.slice(0, cut)) as SampleJson[];
  const after = (cut === -1 ? [] : sample.elements.slice(cut + 1)) as SampleJson[];
  const least = before.length + after.length;
  if (cut === -1 ? printed.length !== least : printed.length < least) {
    const count = cut === -1 ? `${least} elements` : `at least ${least} elements`;
    return missing(path, count, `${printed.length} elements`);
  }
  const start = printed.length - after.length;
  return together([
    ...before.map((each, i) => matchJson(each, printed[i] ?? NOTHING, `${path}[${i}]`)),
    ...after.map((each, i) =>
      matchJson(each, printed[start + i] ?? NOTHING, `${path}[${start + i}]`),
    ),
  ]);
}

const NOTHING: SampleJson = { is: "word", word: "null" };

function together(matches: readonly JsonMatch[]): JsonMatch {
  return {
    pairs: matches.flatMap(({ pairs }) => pairs),
    differences: matches.flatMap(({ differences }) => differences),
  };
}

function missing(path: string, expected: string, printed: string): JsonMatch {
  return { pairs: [], differences: [{ path, expected, printed }] };
}

function differ(path: string, sample: SampleJson, actual: SampleJson): JsonMatch {
  return missing(path, showJson(sample), showJson(actual));
}

/** As it would be written on one line. */
export function showJson(json: SampleJson): string {
  switch (json.is) {
    case "anything":
      return "...";
    case "text":
      return JSON.stringify(json.text);
    case "word":
      return json.word;
    case "object": {
      const entries = json.entries.map(({ name, value }) => `"${name}": ${showJson(value)}`);
      return `{${[...entries, ...(json.more ? ["..."] : [])].join(", ")}}`;
    }
    case "array":
      return `[${json.elements.map((each) => (each === "more" ? "..." : showJson(each))).join(", ")}]`;
  }
}
