import { marked, type Token, type Tokens } from "marked";

/** A piece of a Markdown text, and the line on which it begins. */
export interface Block {
  readonly line: number;
  readonly token: Token;
}

/** A heading with everything under it. */
export interface Section {
  readonly title: string;
  readonly line: number;
  readonly blocks: readonly Block[];
  readonly sections: readonly Section[];
}

interface Open {
  readonly depth: number;
  readonly title: string;
  readonly line: number;
  readonly blocks: Block[];
  readonly sections: Open[];
}

/** Cuts a Markdown text at its headings. What comes before the first belongs to the whole. */
export function readSections(text: string): Section {
  const root: Open = { depth: 0, title: "", line: 1, blocks: [], sections: [] };
  const open = [root];
  let line = 1;
  for (const token of marked.lexer(text)) {
    if (token.type === "heading") {
      const { depth, text: title } = token as Tokens.Heading;
      while ((open.at(-1)?.depth ?? 0) >= depth) open.pop();
      const section: Open = { depth, title, line, blocks: [], sections: [] };
      open.at(-1)?.sections.push(section);
      open.push(section);
    } else if (token.type !== "space") {
      open.at(-1)?.blocks.push({ line, token });
    }
    line += token.raw.split("\n").length - 1;
  }
  return root;
}

/** What stands under a heading, as it was written, without what is under the headings below it. */
export function textOf(blocks: readonly Block[]): string {
  return blocks.map(({ token }) => token.raw.trim()).join("\n\n");
}

/** A row of a table, with the line on which it stands. */
export interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** The rows of a block that is a table with these heads; null for any other block. */
export function rowsOf({ line, token }: Block, heads: readonly string[]): readonly Row[] | null {
  if (token.type !== "table") return null;
  const { header, rows } = token as Tokens.Table;
  if (header.map(({ text }) => text.toLowerCase()).join() !== heads.join()) return null;
  return rows.map((cells, index) => ({
    line: line + 2 + index,
    cells: cells.map(({ text }) => text.trim()),
  }));
}

/** The words in `code` of a text. */
export function codesIn(text: string): readonly string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}
