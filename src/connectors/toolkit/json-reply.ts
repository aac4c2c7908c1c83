/**
 * A processor's JSON, read tolerantly: field types drift, and a payout must not be lost because a
 * number became a string. Numbers are kept as the digits that came, so that an amount stays exact.
 */
export class JsonReply {
  /** A reply that says nothing. */
  static readonly EMPTY = new JsonReply(undefined);

  readonly #value: unknown;

  private constructor(value: unknown) {
    this.#value = value;
  }

  /** @returns undefined for what is no JSON object or list */
  static parse(text: string): JsonReply | undefined {
    let value: unknown;
    try {
      value = JSON.parse(text, keepDigits);
    } catch {
      return undefined;
    }
    const holds = typeof value === "object" && value !== null && !(value instanceof Digits);
    return holds ? new JsonReply(value) : undefined;
  }

  /** The part at a path of names and positions; one that is not there is empty. */
  at(...path: readonly (string | number)[]): JsonReply {
    let value = this.#value;
    for (const part of path) {
      const isHere = typeof value === "object" && value !== null && Object.hasOwn(value, part);
      value = isHere ? (value as Record<string | number, unknown>)[part] : undefined;
    }
    return new JsonReply(value);
  }

  /** The text of a text, number or boolean that is not empty; undefined for anything else. */
  text(...path: readonly (string | number)[]): string | undefined {
    const value = this.at(...path).#value;
    if (typeof value === "string") return value === "" ? undefined : value;
    if (value instanceof Digits) return value.digits;
    return typeof value === "boolean" ? String(value) : undefined;
  }

  /** A whole number from 0 that JavaScript holds exactly; undefined for anything else. */
  whole(...path: readonly (string | number)[]): number | undefined {
    const text = this.text(...path);
    const value = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
    return Number.isSafeInteger(value) ? value : undefined;
  }

  /** When it is true, or the word. */
  flag(...path: readonly (string | number)[]): boolean {
    return this.text(...path)?.toLowerCase() === "true";
  }

  /** Whether a list is there: what is none must not be taken for an empty one. */
  isList(...path: readonly (string | number)[]): boolean {
    return Array.isArray(this.at(...path).#value);
  }

  /** The parts of a list; none for what is no list. */
  list(...path: readonly (string | number)[]): readonly JsonReply[] {
    const value = this.at(...path).#value;
    return Array.isArray(value) ? value.map((each) => new JsonReply(each)) : [];
  }
}

/** A number as it was written. */
class Digits {
  readonly digits: string;

  constructor(digits: string) {
    this.digits = digits;
  }
}

function keepDigits(
  _name: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  return typeof value === "number" ? new Digits(context?.source ?? String(value)) : value;
}
