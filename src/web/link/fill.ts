import { type Html, html } from "../html.ts";

/**
 * A sentence with its {gaps} filled in, escaped. Each filling is isolated: a name in another script
 * does not turn the sentence around.
 */
export function fill(sentence: string, fillings: Readonly<Record<string, string | Html>>): Html {
  const parts = sentence.split(/\{(\w+)\}/).map((part, index) => {
    if (index % 2 === 0) return part;
    const filling = fillings[part] ?? "";
    return typeof filling === "string" ? html`<bdi>${filling}</bdi>` : filling;
  });
  return html`${parts}`;
}

/** The same as plain text, for attributes and titles. */
export function fillText(sentence: string, fillings: Readonly<Record<string, string>>): string {
  return sentence.replace(/\{(\w+)\}/g, (_gap, name: string) => fillings[name] ?? "");
}
