import { partsOf, prefixOf, type VolatileKind } from "./volatile.ts";

/** A value of the page and the value that was printed in its place. */
export interface Pair {
  readonly kind: VolatileKind;
  readonly sample: string;
  readonly actual: string;
}

const ELLIPSIS = "...";
/** A run of spaces is as long as the ids beside it want. */
const SPACES = / {2,}/g;

/**
 * Compares a line of a sample with a printed one: volatile values by their kind, `...` with anything.
 * Answers the pairs of volatile values, or null when the lines differ.
 */
export function matchLine(sample: string, actual: string): readonly Pair[] | null {
  const kinds: { readonly kind: VolatileKind; readonly sample: string }[] = [];
  const pattern = partsOf(sample.trimEnd())
    .map(({ text, kind }) => {
      if (kind === null) return text.split(ELLIPSIS).map(literal).join(".*?");
      kinds.push({ kind, sample: text });
      const prefix = prefixOf(kind, text);
      const rest = prefix === "" ? kind.pattern : `\\b${prefix}[0-9a-z]{26}\\b`;
      return `(${rest})`;
    })
    .join("");
  const match = new RegExp(`^${pattern}$`, "s").exec(actual.trimEnd());
  if (match === null) return null;
  return kinds.map((each, index) => ({ ...each, actual: match[index + 1] ?? "" }));
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`).replace(SPACES, " +");
}

export interface TextMatch {
  readonly pairs: readonly Pair[];
  /** The first line of the sample that nothing was found for, from 0, and what stands there instead. */
  readonly miss: { readonly line: number; readonly printed: string } | null;
}

/** Compares texts line by line; a line of nothing but `...` stands for any number of lines. */
export function matchText(sample: string, actual: string): TextMatch {
  const expected = sample.trimEnd().split("\n");
  const printed = actual.trimEnd().split("\n");
  const dead = new Set<string>();
  let furthest = { line: -1, at: 0 };

  const go = (line: number, at: number): readonly Pair[] | null => {
    const wanted = expected[line];
    if (wanted === undefined) {
      if (at >= printed.length) return [];
      if (line > furthest.line) furthest = { line, at };
      return null;
    }
    const name = `${line} ${at}`;
    if (dead.has(name)) return null;
    if (line > furthest.line) furthest = { line, at };
    if (wanted.trim() === ELLIPSIS) {
      for (let next = at; next <= printed.length; next += 1) {
        const rest = go(line + 1, next);
        if (rest !== null) return rest;
      }
    } else if (at < printed.length) {
      const pairs = matchLine(wanted, printed[at] ?? "");
      const rest = pairs === null ? null : go(line + 1, at + 1);
      if (pairs !== null && rest !== null) return [...pairs, ...rest];
    }
    dead.add(name);
    return null;
  };

  const pairs = go(0, 0);
  if (pairs !== null) return { pairs, miss: null };
  return {
    pairs: [],
    miss: { line: furthest.line, printed: printed[furthest.at] ?? "(nothing more)" },
  };
}
