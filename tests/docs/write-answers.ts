import type { Page } from "./read-page.ts";
import type { Answer } from "./run-page.ts";

/** The page with what was printed in its output fences. What shows it already keeps its bytes. */
export function writeAnswers(page: Page, answers: readonly Answer[]): string {
  const lines = page.markdown.split("\n");
  // From the end, so that the line numbers before stay right.
  for (const { output, printed, right } of [...answers].reverse()) {
    if (output === null || right) continue;
    const [indent = ""] = /^[\s>]*/.exec(lines[output.line - 1] ?? "") ?? [];
    const content = printed.split("\n").map((line) => `${indent}${line}`.trimEnd());
    lines.splice(output.line, output.endLine - output.line - 1, ...content);
  }
  return lines.join("\n");
}
