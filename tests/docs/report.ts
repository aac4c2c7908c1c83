import type { PageRun } from "./run-page.ts";

const LONGEST = 400;

/** What is wrong with a page, as text; empty when nothing is. */
export function reportFaults({ path, faults }: PageRun): string {
  const lines = [...faults]
    .sort((a, b) => a.line - b.line)
    .flatMap(({ line, fault, differences }) => [
      `${path}:${line}: ${fault}`,
      ...differences.flatMap(({ path: where, expected, printed }) => [
        `  ${where}`,
        `    - ${short(expected)}`,
        `    + ${short(printed)}`,
      ]),
    ]);
  return lines.join("\n");
}

/** What of a page was not run, and why: a line each. */
export function reportNotRun({ path, notRun, skipped }: PageRun): readonly string[] {
  return [
    ...notRun.map(({ line, reason }) => `${path}:${line}: not run: ${reason}`),
    ...skipped.map(({ line, missing }) => `${path}:${line}: SKIPPED: ${missing} is not installed`),
  ];
}

function short(text: string): string {
  return text.length <= LONGEST
    ? text
    : `${text.slice(0, LONGEST)} [and ${text.length - LONGEST} more]`;
}
