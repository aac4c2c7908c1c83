import { parseEmail } from "./email.ts";
import { type Phone, parsePhone } from "./phone.ts";
import { type FieldViolation, fieldPath } from "./violation.ts";

/** Text as it comes from a message or a form: absent, or empty for absent. */
export type TextInput = string | undefined;

/** What to tell the caller when a field is absent; without it the field is optional. */
type Required = { readonly required?: string };
type DigitsRule = Required & {
  readonly lengths: readonly [number, number];
  readonly wrong: string;
};
type TextRule = Required & { readonly max: number; readonly wrong: string };
type PatternRule = Required & {
  readonly pattern: RegExp;
  readonly wrong: string;
  /** Further ASCII punctuation that people write into this code. */
  readonly punctuation?: RegExp;
};

/** What parsers answer: the value, or every violation found. */
export type Refused = { readonly violations: readonly FieldViolation[] };

/** Nothing that we take is longer; a bound so that no regular expression meets a megabyte. */
const MAX_RAW_LENGTH = 4096;

const TOO_LONG = "Shorten this: it is longer than any value that can be right.";
const PLAIN_CHARACTERS =
  "Use the plain digits 0 to 9 and letters A to Z; full-width characters and the digits of other scripts are not accepted.";
const PLAIN_TEXT = "Remove the control and text-direction characters.";

/** People separate groups of digits with spaces (the no-break ones too) and hyphens. */
const SEPARATORS = /[\s\u2010\u2011-]+/g;
/**
 * Control characters, lone surrogates, line and paragraph separators, and the characters that turn
 * the direction of text and so can make a name read as another. Joiners (U+200C, U+200D) stay:
 * Persian and Indic names need them.
 */
const UNSAFE_IN_TEXT = /[\p{Cc}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u;

/**
 * Reads one message's fields and collects what is wrong with them, so that a caller hears of every
 * fault at once. Each method answers the normalised value, or undefined when the field is absent or
 * refused; `refused` tells whether anything was.
 */
export class FieldReader {
  readonly #prefix: string;
  readonly #violations: FieldViolation[] = [];

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  get refused(): boolean {
    return this.#violations.length > 0;
  }

  /** The answer of a parser that refuses. */
  refusal(): Refused {
    return { violations: this.#violations };
  }

  refuse(field: string, message: string): undefined {
    this.#violations.push({ field: fieldPath(this.#prefix, field), message });
    return undefined;
  }

  /** Trimmed text without control characters, in NFC, of at most `max` characters. */
  text(field: string, input: TextInput, rule: TextRule): string | undefined {
    const trimmed = this.#present(field, input, rule.required);
    if (trimmed === undefined) return undefined;
    if (UNSAFE_IN_TEXT.test(trimmed)) return this.refuse(field, PLAIN_TEXT);
    const text = trimmed.normalize("NFC");
    return [...text].length <= rule.max ? text : this.refuse(field, rule.wrong);
  }

  /** Text as it is, not even trimmed, for secrets that only their maker understands. */
  verbatim(field: string, input: TextInput, rule: TextRule): string | undefined {
    if (this.#present(field, input, rule.required) === undefined) return undefined;
    const text = input ?? "";
    if (UNSAFE_IN_TEXT.test(text)) return this.refuse(field, PLAIN_TEXT);
    return [...text].length <= rule.max ? text : this.refuse(field, rule.wrong);
  }

  /** A name of a person or a company: text that holds at least one letter or digit. */
  name(field: string, input: TextInput, rule: TextRule): string | undefined {
    const text = this.text(field, input, rule);
    if (text === undefined || /[\p{L}\p{N}]/u.test(text)) return text;
    return this.refuse(field, rule.wrong);
  }

  /** ASCII digits once spaces and hyphens are gone; `lengths` are the least and the most of them. */
  digits(field: string, input: TextInput, rule: DigitsRule): string | undefined {
    const [min, max] = rule.lengths;
    return this.code(field, input, { ...rule, pattern: new RegExp(`^[0-9]{${min},${max}}$`) });
  }

  /** ASCII in upper case once spaces and hyphens are gone, matching the pattern. */
  code(field: string, input: TextInput, rule: PatternRule): string | undefined {
    const trimmed = this.#present(field, input, rule.required);
    if (trimmed === undefined) return undefined;
    const joined = trimmed.replace(SEPARATORS, "");
    const code = rule.punctuation === undefined ? joined : joined.replace(rule.punctuation, "");
    if (/\P{ASCII}/u.test(code)) return this.refuse(field, PLAIN_CHARACTERS);
    const upper = code.toUpperCase();
    return rule.pattern.test(upper) ? upper : this.refuse(field, rule.wrong);
  }

  /** One of the words, exactly as it is spelt. */
  choice<T extends string>(
    field: string,
    input: TextInput,
    rule: Required & { readonly of: readonly T[]; readonly wrong: string },
  ): T | undefined {
    const word = this.#present(field, input, rule.required);
    if (word === undefined) return undefined;
    return rule.of.find((one) => one === word) ?? this.refuse(field, rule.wrong);
  }

  /** An address of at most `max` characters, its domain in lower case. */
  email(field: string, input: TextInput, rule: TextRule): string | undefined {
    const text = this.#present(field, input, rule.required);
    if (text === undefined) return undefined;
    if (/\P{ASCII}/u.test(text)) return this.refuse(field, PLAIN_CHARACTERS);
    const email = parseEmail(text);
    return email !== undefined && email.length <= rule.max ? email : this.refuse(field, rule.wrong);
  }

  /** A number in E.164; see parsePhone. */
  phone(
    field: string,
    input: TextInput,
    rule: Required & { readonly wrong: string },
  ): Phone | undefined {
    const text = this.#present(field, input, rule.required);
    if (text === undefined) return undefined;
    if (/\P{ASCII}/u.test(text.replace(SEPARATORS, ""))) {
      return this.refuse(field, PLAIN_CHARACTERS);
    }
    return parsePhone(text) ?? this.refuse(field, rule.wrong);
  }

  /** Trimmed text, undefined when there is none (recorded when it is required) or far too much. */
  #present(field: string, input: TextInput, required: string | undefined): string | undefined {
    // The types say string, but the browser's bundle has no types and JSON no manners.
    const raw = typeof input === "string" ? input : "";
    if (raw.length > MAX_RAW_LENGTH) return this.refuse(field, TOO_LONG);
    const trimmed = raw.trim();
    if (trimmed !== "") return trimmed;
    return required === undefined ? undefined : this.refuse(field, required);
  }
}

/** Whether the field holds anything, right or wrong. */
export function isGiven(input: TextInput): boolean {
  return typeof input === "string" && input.trim() !== "";
}

/** The object without its undefined members: absent parts are absent, not undefined. */
export function present<T extends object>(
  members: T,
): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}
