import { lexer, type Token } from "marked";

/** A fenced block of a page, with what the comments directly above it say of it. */
export interface Fence {
  /** The line of the opening fence, from 1. */
  readonly line: number;
  /** The last line of the block. */
  readonly endLine: number;
  /** First word of the info string; empty when there is none. */
  readonly language: string;
  /** Second word: the file that the text is saved as. */
  readonly fileName: string | null;
  readonly text: string;
  readonly marks: Marks;
  /** Nothing but blank lines is between this fence and the one before it. */
  readonly followsFence: boolean;
}

/** What a comment above a fence may say. */
export interface Marks {
  /** `<!-- not run: reason -->` */
  readonly notRun: string | null;
  /** `<!-- exits: 22 -->`: the status that a command of the fence ends with. */
  readonly exits: number;
  /** `<!-- repeated until it prints: text -->` */
  readonly until: string | null;
  /** `<!-- needs: go -->`: programs that may be missing. */
  readonly needs: readonly string[];
}

export interface Page {
  readonly path: string;
  readonly markdown: string;
  /** `<!-- service: NAME=VALUE NAME=VALUE -->` */
  readonly settings: Readonly<Record<string, string>>;
  /** `<!-- ports: 4000 -->`: numbers in what is run that stand for free ports. */
  readonly ports: readonly string[];
  readonly fences: readonly Fence[];
}

interface Block {
  readonly token: Token;
  /** From 1. */
  readonly line: number;
}

/** @throws Error when a comment cannot be understood; its message names page and line */
export function readPage(path: string, markdown: string): Page {
  const text = markdown.replaceAll("\r\n", "\n");
  const blocks = blocksOf(lexer(text), 1);
  const fences: Fence[] = [];
  let settings: Record<string, string> = {};
  let ports: readonly string[] = [];
  let comments: { readonly text: string; readonly line: number }[] = [];
  let followsFence = false;

  for (const { token, line } of blocks) {
    if (token.type === "space") continue;
    if (token.type === "html") {
      for (const [, comment = ""] of token.raw.matchAll(/<!--([\s\S]*?)-->/g)) {
        comments.push({ text: comment.trim(), line });
        settings = { ...settings, ...readSettings(comment.trim()) };
        ports = [...ports, ...(/^ports: ([\d ]+)$/.exec(comment.trim())?.[1]?.split(" ") ?? [])];
      }
      continue;
    }
    if (token.type === "code" && token["codeBlockStyle"] !== "indented") {
      const [language = "", fileName = null] = String(token["lang"] ?? "").split(/\s+/);
      const marks = readMarks(comments, path);
      const endLine = line + token.raw.trimEnd().split("\n").length - 1;
      const body = String(token["text"]);
      const follows = followsFence && marks.notRun === null;
      fences.push({ line, endLine, language, fileName, text: body, marks, followsFence: follows });
      followsFence = true;
    } else {
      followsFence = false;
    }
    comments = [];
  }
  return { path, markdown: text, settings, ports, fences };
}

/** Blocks in the order of the page; those inside lists and quotations too. */
function blocksOf(tokens: readonly Token[], firstLine: number): Block[] {
  const found: Block[] = [];
  let line = firstLine;
  for (const token of tokens) {
    const inner: readonly Token[] | undefined =
      token.type === "list"
        ? token["items"]
        : token.type === "list_item" || token.type === "blockquote"
          ? token["tokens"]
          : undefined;
    if (inner === undefined) found.push({ token, line });
    else found.push(...blocksOf(inner, line));
    line += token.raw.split("\n").length - 1;
  }
  return found;
}

function readSettings(comment: string): Record<string, string> {
  const [, text] = /^service: (.+)$/.exec(comment) ?? [];
  const pairs = text?.split(/\s+/).map((pair): [string, string] => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(pairs ?? []);
}

function readMarks(comments: readonly { text: string; line: number }[], path: string): Marks {
  const said = (name: string) =>
    comments.map(({ text }) => new RegExp(`^${name}:\\s*(.*)$`, "s").exec(text)?.[1]).find(Boolean);
  const bare = comments.find(({ text }) => /^not run:?$/.test(text));
  if (bare !== undefined) throw new Error(`${path}:${bare.line}: "not run" wants a reason`);
  return {
    notRun: said("not run") ?? null,
    exits: Number(said("exits") ?? 0),
    until: said("repeated until it prints") ?? null,
    needs: said("needs")?.split(/[\s,]+/) ?? [],
  };
}
