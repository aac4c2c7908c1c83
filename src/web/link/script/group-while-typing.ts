import type { Grouping } from "../method-fields.ts";
import { group } from "../told.ts";

const SEPARATOR = /[\s./-]/;

/** Writes the value in groups and leaves the caret behind the same character. */
export function groupWhileTyping(input: HTMLInputElement, grouping: Grouping): void {
  input.addEventListener("input", (event) => {
    // An input method is still composing.
    if (event instanceof InputEvent && event.isComposing) return;
    const { value } = input;
    const caret = input.selectionStart ?? value.length;
    const grouped = group(grouping, value);
    if (grouped === value) return;
    const before = count(value.slice(0, caret));
    input.value = grouped;
    const at = caret >= value.length ? grouped.length : positionOf(grouped, before);
    input.setSelectionRange(at, at);
  });
}

function count(text: string): number {
  return [...text].filter((character) => !SEPARATOR.test(character)).length;
}

/** Behind the nth character that is no separator. */
function positionOf(text: string, nth: number): number {
  let seen = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (seen === nth) return at;
    if (!SEPARATOR.test(text[at] ?? "")) seen += 1;
  }
  return text.length;
}
