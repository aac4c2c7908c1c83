import type { DescService } from "@bufbuild/protobuf";
import { code, link, page, wayTo } from "./markdown.ts";
import { servicesInOrder } from "./pages/index.ts";
import type { Model } from "./reference.ts";
import type { Sources } from "./sources.ts";
import { INDEX, operationPath, REFERENCE, servicePath } from "./where.ts";

/** The table of contents, as a path in the repository. */
export const SUMMARY = "docs/SUMMARY.md";

/** Guides in the order in which they are read; what is not here comes after them, by name. */
const GUIDES = [
  "quickstart",
  "concepts",
  "idempotency",
  "webhooks",
  "payout-links",
  "staging-and-review",
  "production",
  "migrating",
  "troubleshooting",
  "glossary",
].map((name) => `docs/guides/${name}.md`);

/** Pages that are no part of docs/, and belong to it. */
const BESIDE = ["client/README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"];

/** Every page of docs/, each under its own title. */
export function renderSummary(model: Model, sources: Sources): string {
  const all = sources.list("docs").filter((path) => path.endsWith(".md") && path !== SUMMARY);
  const taken = new Set<string>();
  const entry = (path: string, depth = 0, title = titleOf(sources, path)): string => {
    taken.add(path);
    return `${"  ".repeat(depth)}- ${link(title, wayTo(SUMMARY, path))}`;
  };
  const below = (folder: string): readonly string[] =>
    all
      .filter((path) => path.startsWith(`${folder}/`) && !taken.has(path))
      .map((path) => entry(path));

  const service = (each: DescService): readonly string[] => [
    entry(servicePath(each)),
    ...each.methods.map((method) => entry(operationPath(method), 1, code(method.name))),
  ];
  const guides = [
    ...GUIDES.filter((path) => all.includes(path)).map((path) => entry(path)),
    ...all
      .filter((path) => /^docs\/guides\/[^/]+$/.test(path) && !taken.has(path))
      .map((path) => entry(path)),
  ];
  const folders = [...new Set(all.map((path) => /^docs\/guides\/([^/]+)\//.exec(path)?.[1]))]
    .filter((name) => name !== undefined)
    .map((name) => `### ${TITLES[name] ?? name}\n\n${below(`docs/guides/${name}`).join("\n")}`);
  const reference = [entry(INDEX), ...servicesInOrder(model).flatMap(service), ...below(REFERENCE)];
  const decisions = below("docs/decisions");
  const rest = all.filter((path) => !taken.has(path)).map((path) => entry(path));
  const beside = BESIDE.filter((path) => sources.read(path) !== null).map((path) => entry(path));
  return page(
    "# Contents",
    "<!-- Written by `npm run generate`. Edits are overwritten. -->",
    `Begin with the ${link("README", wayTo(SUMMARY, "README.md"))}. Guides are written by hand; the reference is generated.`,
    `## Guides\n\n${guides.join("\n")}`,
    ...folders,
    `## Reference\n\n${reference.join("\n")}`,
    `## About the service\n\n${[...rest, ...beside].join("\n")}`,
    `## Decisions\n\n${decisions.join("\n")}`,
  );
}

const TITLES: Readonly<Record<string, string>> = {
  connectors: "Each processor",
  languages: "Clients in other languages",
};

function titleOf(sources: Sources, path: string): string {
  const [, title = path] = /^# (.+)$/m.exec(sources.read(path) ?? "") ?? [];
  return title;
}
