/** Numbers of JSON as they stand in the text: `12.30` stays "12.30" and passes through no float. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * The text of the number (or of the string) at a JSON pointer of a raw body; undefined where there is
 * none. What a fake reads amounts with.
 */
export function numberTextAt(raw: Buffer | string, pointer: string): string | undefined {
  const keepText = (_key: string, value: unknown, context?: { source?: string }) =>
    typeof value === "number" ? new NumberText(context?.source ?? String(value)) : value;
  let at: unknown;
  try {
    at = JSON.parse(raw.toString(), keepText);
  } catch {
    return undefined;
  }
  for (const part of pointer.split("/").slice(1)) {
    if (typeof at !== "object" || at === null) return undefined;
    at = (at as Record<string, unknown>)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  if (at instanceof NumberText) return at.text;
  return typeof at === "string" ? at : undefined;
}

/** A decimal text as a number of JSON, digit for digit, for a reply's body. */
export function jsonNumber(decimal: string): unknown {
  return (JSON as unknown as { rawJSON(text: string): unknown }).rawJSON(decimal);
}
