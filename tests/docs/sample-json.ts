/**
 * JSON as pages show it: `...` may stand for a value, for entries of an object or for elements of an
 * array, and after a last `...` the closing brackets may be left out.
 */
export type SampleJson =
  | { readonly is: "anything" }
  | { readonly is: "text"; readonly text: string }
  /** A number, true, false or null, as it is written. */
  | { readonly is: "word"; readonly word: string }
  | {
      readonly is: "object";
      readonly entries: readonly { readonly name: string; readonly value: SampleJson }[];
      readonly more: boolean;
    }
  | { readonly is: "array"; readonly elements: readonly (SampleJson | "more")[] };

interface Lexeme {
  readonly kind: "string" | "mark" | "word" | "ellipsis";
  readonly text: string;
}

const LEXEME = /\s+|(\.\.\.)|("(?:[^"\\]|\\.)*")|([{}[\]:,])|([^\s{}[\]:,".]+(?:\.\d[\w+-]*)?)/gy;

/** The JSON values of a text, one after the other; null when it is not JSON. */
export function parseSampleJson(text: string): readonly SampleJson[] | null {
  const lexemes = lexemesOf(text);
  if (lexemes === null) return null;
  const parser = new Parser(lexemes);
  const values: SampleJson[] = [];
  try {
    while (!parser.atEnd) values.push(parser.value());
  } catch {
    return null;
  }
  const structured = values.some(({ is }) => is === "object" || is === "array");
  return structured ? values : null;
}

function lexemesOf(text: string): readonly Lexeme[] | null {
  const lexemes: Lexeme[] = [];
  let at = 0;
  LEXEME.lastIndex = 0;
  for (let match = LEXEME.exec(text); match !== null; match = LEXEME.exec(text)) {
    at = LEXEME.lastIndex;
    const [, ellipsis, string, mark, word] = match;
    if (ellipsis !== undefined) lexemes.push({ kind: "ellipsis", text: ellipsis });
    else if (string !== undefined) lexemes.push({ kind: "string", text: string });
    else if (mark !== undefined) lexemes.push({ kind: "mark", text: mark });
    else if (word !== undefined) lexemes.push({ kind: "word", text: word });
  }
  return at === text.length ? lexemes : null;
}

class Parser {
  readonly #lexemes: readonly Lexeme[];
  #at = 0;

  constructor(lexemes: readonly Lexeme[]) {
    this.#lexemes = lexemes;
  }

  get atEnd(): boolean {
    return this.#at >= this.#lexemes.length;
  }

  value(): SampleJson {
    const { kind, text } = this.#take();
    if (kind === "ellipsis") return { is: "anything" };
    if (kind === "string") return { is: "text", text: JSON.parse(text) as string };
    if (kind === "word") {
      JSON.parse(text);
      return { is: "word", word: text };
    }
    if (text === "{") return this.#object();
    if (text === "[") return this.#array();
    throw new SyntaxError(text);
  }

  #object(): SampleJson {
    const entries: { name: string; value: SampleJson }[] = [];
    let more = false;
    while (!this.#closes("}")) {
      if (this.atEnd) {
        more = true;
        break;
      }
      const { kind, text } = this.#take();
      if (kind === "ellipsis") {
        more = true;
        continue;
      }
      if (kind !== "string") throw new SyntaxError(text);
      this.#mark(":");
      entries.push({ name: JSON.parse(text) as string, value: this.value() });
    }
    return { is: "object", entries, more };
  }

  #array(): SampleJson {
    const elements: (SampleJson | "more")[] = [];
    while (!this.#closes("]")) {
      if (this.atEnd) {
        elements.push("more");
        break;
      }
      if (this.#peek()?.kind === "ellipsis") {
        this.#at += 1;
        elements.push("more");
      } else elements.push(this.value());
    }
    return { is: "array", elements };
  }

  /** Skips a comma; true when the bracket closes. The text may end after `...` only. */
  #closes(bracket: string): boolean {
    if (this.#peek()?.text === "," && this.#peek()?.kind === "mark") this.#at += 1;
    if (this.atEnd && this.#lexemes.at(-1)?.kind !== "ellipsis") {
      throw new SyntaxError("the text ends");
    }
    const next = this.#peek();
    if (next?.kind !== "mark" || next.text !== bracket) return false;
    this.#at += 1;
    return true;
  }

  #mark(text: string): void {
    const taken = this.#take();
    if (taken.kind !== "mark" || taken.text !== text) throw new SyntaxError(taken.text);
  }

  #peek(): Lexeme | undefined {
    return this.#lexemes[this.#at];
  }

  #take(): Lexeme {
    const lexeme = this.#lexemes[this.#at];
    if (lexeme === undefined) throw new SyntaxError("the text ends");
    this.#at += 1;
    return lexeme;
  }
}
