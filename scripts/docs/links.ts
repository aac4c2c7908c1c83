import { posix } from "node:path";
import { marked, type Token, type Tokens } from "marked";
import type { Faults } from "./fault.ts";
import { slug } from "./markdown.ts";

/** What links are followed in: Markdown files of the repository, and what else there is in it. */
export interface Linked {
  /** Markdown files by their paths in the repository. */
  readonly pages: ReadonlyMap<string, string>;
  /** Whether there is a file or a folder of this path. */
  exists(path: string): boolean;
}

/** Follows every relative link of every page: to a file that there is, and a heading in it. */
export function checkLinks({ pages, exists }: Linked, faults: Faults): void {
  const anchors = new Map([...pages].map(([path, text]) => [path, anchorsOf(text)]));
  for (const [path, text] of pages) {
    for (const { href, line } of linksIn(text)) {
      if (/^[a-z]+:/i.test(href) || href.startsWith("/")) continue;
      const [file = "", hash] = decodeURI(href).split("#");
      const target = file === "" ? path : posix.join(posix.dirname(path), file).replace(/\/$/, "");
      const where = `${path}:${line}`;
      if (target.startsWith("..") || !exists(target)) faults.add(where, `${href} leads nowhere`);
      else if (hash !== undefined && pages.has(target) && !anchors.get(target)?.has(hash)) {
        faults.add(where, `${href}: ${target} has no such heading`);
      }
    }
  }
}

interface Link {
  readonly href: string;
  readonly line: number;
}

function linksIn(text: string): readonly Link[] {
  const links: Link[] = [];
  let line = 1;
  for (const token of marked.lexer(text)) {
    marked.walkTokens([token], (each: Token) => {
      if (each.type === "link" || each.type === "image") {
        links.push({ href: (each as Tokens.Link).href, line });
      }
    });
    line += token.raw.split("\n").length - 1;
  }
  return links;
}

/** What may stand behind `#`: headings as GitHub names them, the second of a name with -1. */
function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  const counts = new Map<string, number>();
  for (const token of marked.lexer(text)) {
    if (token.type === "heading") {
      const name = slug((token as Tokens.Heading).text);
      const count = counts.get(name) ?? 0;
      counts.set(name, count + 1);
      anchors.add(count === 0 ? name : `${name}-${count}`);
    }
    for (const [, id = ""] of token.raw.matchAll(/<a (?:id|name)="([^"]+)"/g)) anchors.add(id);
  }
  return anchors;
}
