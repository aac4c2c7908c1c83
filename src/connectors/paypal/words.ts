import type { ProcessorWords } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { repeats } from "../toolkit/repeats.ts";

/**
 * What PayPal says of an error, at the top of a reply or within an item.
 *
 * @param hidden what must not be repeated: a message with one of them is left out
 */
export function wordsOf(
  error: JsonReply,
  hidden: readonly (string | undefined)[],
  requestId?: string,
): ProcessorWords {
  // The sentence at the top of a validation error only refers to the details.
  const message = error.text("details", 0, "issue") ?? error.text("message");
  return {
    code: error.text("name"),
    message: repeats(message ?? "", hidden) ? undefined : message,
    requestId: error.text("debug_id") ?? requestId,
  };
}
