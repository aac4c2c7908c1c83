import type { Fence, Page } from "./read-page.ts";

/** What is done with a page's fences, in order. */
export type Step =
  | { readonly do: "save"; readonly fence: Fence; readonly fileName: string }
  | { readonly do: "run"; readonly fence: Fence; readonly output: Fence | null };

export interface Plan {
  readonly steps: readonly Step[];
  /** Fences that are not run, with the reason that the page gives. */
  readonly notRun: readonly { readonly line: number; readonly reason: string }[];
  readonly faults: readonly { readonly line: number; readonly fault: string }[];
}

const OUTPUT = new Set(["json", "text", ""]);
/** Code that a reader would run: shown without being run it must say why. */
const CODE = new Set(["bash", "shell", "console", "ts", "js", "typescript", "javascript"]);
for (const language of ["python", "go", "java", "kotlin", "ruby", "php", "csharp"]) {
  CODE.add(language);
}

export function planPage(page: Page): Plan {
  const steps: Step[] = [];
  const notRun: { line: number; reason: string }[] = [];
  const faults: { line: number; fault: string }[] = [];
  const taken = new Set<Fence>();

  page.fences.forEach((fence, index) => {
    if (taken.has(fence)) return;
    const { line, language, fileName, marks } = fence;
    const next = page.fences[index + 1];
    const output =
      next?.followsFence && OUTPUT.has(next.language) && next.fileName === null ? next : null;
    if (marks.notRun !== null) {
      notRun.push({ line, reason: marks.notRun });
      if (language === "sh" && output !== null) taken.add(output);
    } else if (fileName !== null) {
      if (/^[\w.-]+(\/[\w.-]+)*$/.test(fileName) && !fileName.includes("..")) {
        steps.push({ do: "save", fence, fileName });
      } else faults.push({ line, fault: `"${fileName}" is no name for a file beside the page` });
    } else if (language === "sh") {
      if (output !== null) taken.add(output);
      if (output?.text.trim() === "...") {
        faults.push({ line: output.line, fault: "it stands for anything, and so says nothing" });
      }
      steps.push({ do: "run", fence, output });
    } else if (CODE.has(language)) {
      const how = "give it a file name and run that by an sh fence";
      faults.push({ line, fault: `code that nothing runs: ${how}, ${OR_SAY_WHY}` });
    } else if (OUTPUT.has(language)) {
      const what = language === "" ? "a fence without language" : `a ${language} fence`;
      const how = "put it directly after the sh fence that prints it";
      faults.push({ line, fault: `${what} that nothing prints: ${how}, ${OR_SAY_WHY}` });
    }
  });
  return { steps, notRun, faults };
}

const OR_SAY_WHY = "or say <!-- not run: reason --> on the line before it";
