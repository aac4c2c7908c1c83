import { posix } from "node:path";

/** A page of blocks with one blank line between them. Empty blocks are left out. */
export function page(...blocks: readonly (string | null)[]): string {
  const kept = blocks.filter((block) => block !== null && block.trim() !== "") as string[];
  return `${kept.map((block) => block.trim()).join("\n\n")}\n`;
}

export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  align: readonly string[] = [],
): string {
  const rule = head.map((_, index) => align[index] ?? "---");
  return [head, rule, ...rows.map((cells) => cells.map(cell))]
    .map((cells) => `| ${cells.join(" | ")} |`)
    .join("\n");
}

/** Text as it may stand in a cell of a table: on one line, and without what would end the cell. */
export function cell(text: string): string {
  return text
    .trim()
    .replace(/\n+/g, " ")
    .replace(/(?<!\\)\|/g, "\\|");
}

export function code(text: string): string {
  return `\`${text}\``;
}

export function link(text: string, to: string): string {
  return `[${text}](${to})`;
}

export function fence(language: string, text: string): string {
  return `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;
}

/** What GitHub makes of a heading for the address behind `#`. */
export function slug(heading: string): string {
  return heading
    .trim()
    .toLowerCase()
    .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
    .replace(/[^\p{L}\p{N}\p{M}_ -]/gu, "")
    .replace(/ /g, "-");
}

/** "ListDisburseAccounts" as "list-disburse-accounts". */
export function kebab(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .replace(/_/g, "-")
    .toLowerCase();
}

/** The way from one page to another, both by their paths in the repository. */
export function wayTo(from: string, to: string): string {
  const [path = "", hash] = to.split("#");
  const way = path === from && hash !== undefined ? "" : posix.relative(posix.dirname(from), path);
  return hash === undefined ? way : `${way}#${hash}`;
}

/** Text written for a page in one folder, as it must stand on another page: relative links are led anew. */
export function moveLinks(text: string, from: string, to: string): string {
  return text.replace(/\]\((?![a-z]+:|\/)([^)\s]+)\)/g, (_, target: string) => {
    const [path = "", hash] = target.split("#");
    const absolute = path === "" ? from : posix.join(posix.dirname(from), path);
    return `](${wayTo(to, hash === undefined ? absolute : `${absolute}#${hash}`)})`;
  });
}

/** The first sentence of a text. */
export function firstSentence(text: string): string {
  const [, sentence] = /^([\s\S]*?[.!?])(?=\s|<br>|$)(?<!\b(?:e\.g|i\.e)\.)/.exec(text) ?? [];
  return (sentence ?? text).trim();
}
