import type { ProcessorWords } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** Shorter values are in too many words to be looked for. */
const MIN_HIDDEN = 4;

/**
 * What Itau says of an error: its code, and its sentence unless that repeats what must not be shown.
 *
 * @param hidden credentials, and what the request said of the recipient
 */
export function wordsOf(json: JsonReply, hidden: readonly string[]): ProcessorWords {
  return {
    code: withoutHidden(json.text("codigo"), hidden),
    message: withoutHidden(json.text("mensagem"), hidden),
  };
}

/** A text that repeats none of these; undefined for one that does. */
export function withoutHidden(
  text: string | undefined,
  hidden: readonly string[],
): string | undefined {
  const plain = text?.toLowerCase() ?? "";
  const repeats = hidden.some(
    (each) => each.length >= MIN_HIDDEN && plain.includes(each.toLowerCase()),
  );
  return repeats ? undefined : text;
}
