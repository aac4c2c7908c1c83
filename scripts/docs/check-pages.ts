import type { Faults } from "./fault.ts";
import { warning } from "./frame.ts";
import { kebab } from "./markdown.ts";
import type { Model, Pages } from "./reference.ts";
import { RULES_PATH } from "./rules.ts";
import { servicePath } from "./where.ts";

type Check = (
  page: { readonly path: string; readonly text: string },
  model: Model,
) => string | null;

/** The rules of docs/rules/rules.md that a machine can hold, by the names under which that page lists them. */
export const PAGE_CHECKS: Readonly<Record<string, Check>> = {
  "one-title": ({ text }) =>
    prose(text).match(/^# /gm)?.length === 1 && text.startsWith("# ")
      ? null
      : "wants one title, at its top",
  warning: ({ path, text }) =>
    text.split("\n\n")[1] === warning(path) ? null : "wants the warning right below its title",
  "last-updated": ({ text }, { version }) =>
    text.endsWith(`## Last updated\n\nWith version ${version} of the contract.\n`)
      ? null
      : "wants to end with the version of the contract",
  "service-sections": ({ path, text }, model) =>
    isService(path, model)
      ? inOrder(text, ["Overview", "Operations", "Next steps", "Last updated"])
      : null,
  "operation-sections": ({ path, text }, model) =>
    isOperation(path, model)
      ? inOrder(text, [
          "Purpose",
          "Request",
          "Response",
          "Errors",
          "Scope and idempotency",
          "Examples",
          "Last updated",
        ])
      : null,
  "four-faces": ({ path, text }, model) =>
    !isOperation(path, model) ||
    ["### curl, REST", "### curl, Connect", "### buf curl, gRPC", "### TypeScript"].every((face) =>
      text.includes(`\n${face}\n`),
    )
      ? null
      : "wants its example on four faces",
  "tables-filled": ({ text }) =>
    /^\|(?: *\|)+$/m.test(prose(text).replace(/^\| {2}\| {2}\|$/gm, ""))
      ? "has a row without content"
      : null,
  "no-trailing-space": ({ text }) =>
    /[ \t]$/m.test(text) ? "has spaces at the end of a line" : null,
  patterns: ({ path, text }, model) => {
    if (path !== servicePath({ name: "PayoutService" })) return null;
    const { patterns = [] } = model.rules.services.get("PayoutService") ?? {};
    const wanting = patterns.find((pattern) => !isPattern(pattern.text));
    if (patterns.length === 0 || !text.includes("## Common patterns")) return "wants patterns";
    return wanting === undefined
      ? null
      : `the pattern "${wanting.title}" wants a sequence diagram of App, Payout Service and Processor, and numbered steps`;
  },
};

function isPattern(text: string): boolean {
  const diagram = /```mermaid\nsequenceDiagram\n([\s\S]*?)```/.exec(text)?.[1] ?? "";
  const who = ["App", "Payout Service", "Processor"];
  return who.every((name) => diagram.includes(name)) && /^1\. /m.test(text);
}

/** Holds every page to every rule that has a check; a rule whose check there is not is a fault as well. */
export function checkPages(model: Model, pages: Pages, faults: Faults): void {
  const named = new Set<string>();
  for (const { line, number, check } of model.rules.standard) {
    if (check === null) continue;
    named.add(check);
    const hold = PAGE_CHECKS[check];
    if (hold === undefined) {
      if (!OTHER_CHECKS.has(check))
        faults.add(`${RULES_PATH}:${line}`, `there is no check "${check}"`);
      continue;
    }
    for (const [path, text] of pages) {
      const fault = hold({ path, text }, model);
      if (fault !== null) faults.add(path, `${fault} (rule ${number})`);
    }
  }
  for (const name of [...Object.keys(PAGE_CHECKS), ...OTHER_CHECKS]) {
    if (!named.has(name)) faults.add(RULES_PATH, `no rule names the check "${name}"`);
  }
}

/** Checks that need more than one page: `npm run check`, the tests of examples, and the generator as a whole. */
export const OTHER_CHECKS: ReadonlySet<string> = new Set([
  "links",
  "summary",
  "examples",
  "comments",
  "use-when",
  "drift",
]);

function inOrder(text: string, titles: readonly string[]): string | null {
  const found = [...prose(text).matchAll(/^## (.+)$/gm)].map(([, title = ""]) => title);
  const places = titles.map((title) => found.indexOf(title));
  const missing = titles.find((_, index) => places[index] === -1);
  if (missing !== undefined) return `wants a section "${missing}"`;
  return places.every((place, index) => index === 0 || place > (places[index - 1] ?? -1))
    ? null
    : `wants its sections in the order ${titles.join(", ")}`;
}

function isService(path: string, { contract }: Model): boolean {
  return contract.services.some((service) => servicePath(service) === path);
}

function isOperation(path: string, { contract }: Model): boolean {
  return contract.services.some(({ name, methods }) =>
    methods.some((method) => path.endsWith(`/${kebab(name)}/${kebab(method.name)}.md`)),
  );
}

/** A page without what stands in fences. */
function prose(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "");
}
