import type { ProcessorWords } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { repeats } from "../toolkit/repeats.ts";

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
  return repeats(text ?? "", hidden) ? undefined : text;
}
