import { type Condition, compileCondition } from "./condition.ts";

/** What a stored condition comes to that the program no longer takes: it was checked by another version. */
const NEVER: Condition = () => "error";

/**
 * Compiled conditions by their text, so that whoever replaces their rules finds the ones that stay
 * compiled, and none is ever out of date. The longest unused goes first when the texts together
 * become too long; a compiled condition is some fifty times as large as its text.
 */
export class ConditionCache {
  readonly #maxCharacters: number;
  readonly #conditions = new Map<string, Condition>();
  #characters = 0;

  /** @param maxCharacters of all texts together */
  constructor(maxCharacters: number) {
    this.#maxCharacters = maxCharacters;
  }

  get(text: string): Condition {
    const known = this.#conditions.get(text);
    if (known !== undefined) {
      this.#conditions.delete(text);
      this.#conditions.set(text, known);
      return known;
    }
    const compiled = compileCondition(text);
    const condition = "condition" in compiled ? compiled.condition : NEVER;
    this.#conditions.set(text, condition);
    this.#characters += text.length;
    for (const oldest of this.#conditions.keys()) {
      if (this.#characters <= this.#maxCharacters) break;
      this.#conditions.delete(oldest);
      this.#characters -= oldest.length;
    }
    return condition;
  }
}
