import { DocsFault } from "./fault.ts";
import { moveLinks, page, wayTo } from "./markdown.ts";
import type { Model } from "./reference.ts";
import { RULES_PATH } from "./rules.ts";

/** What stands at the top of every page of the reference. */
export function warning(path: string): string {
  return [
    "> [!WARNING]",
    "> This page is generated, and edits to it are overwritten. Change the comments of the",
    `> [contract](${wayTo(path, "proto/payout/v1")}) or [the rules](${wayTo(path, RULES_PATH)}),`,
    "> then run `npm run generate`.",
  ].join("\n");
}

/** A page of the reference: title, warning, blocks, and of which version it is. */
export function referencePage(
  { version }: Pick<Model, "version">,
  path: string,
  title: string,
  ...blocks: readonly (string | null)[]
): readonly [string, string] {
  return [
    path,
    page(
      `# ${title}`,
      warning(path),
      ...blocks,
      "## Last updated",
      `With version ${version} of the contract.`,
    ),
  ];
}

/** An introduction from the rules. */
export function introduction({ rules }: Model, title: string, path: string): string {
  const text = rules.introductions.get(title);
  if (text === undefined) throw new DocsFault([`${RULES_PATH}: has no introduction "${title}"`]);
  return moveLinks(text, RULES_PATH, path);
}
