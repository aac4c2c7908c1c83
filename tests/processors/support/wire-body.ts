import { decodeForm } from "./form.ts";
import { isObject } from "./schema-dialect.ts";

/** A content type without its parameters. */
export function mediaType(header = ""): string {
  return header.split(";")[0]?.trim().toLowerCase() ?? "";
}

/** The schema that a document has for a content type, whose parameters do not matter. */
export function contentFor(
  contents: Readonly<Record<string, unknown>>,
  header: string | undefined,
): { type: string; schema: unknown } | undefined {
  const type = mediaType(header);
  for (const [declared, content] of Object.entries(contents)) {
    const name = mediaType(declared);
    if ((name === type || name === "*/*") && isObject(content)) {
      return { type: name, schema: content["schema"] ?? true };
    }
  }
  return undefined;
}

export function isForm(type: string): boolean {
  return type === "application/x-www-form-urlencoded";
}

/** Undefined where the body is not what its type says; text where the type is neither JSON nor form. */
export function parseBody(type: string, raw: Buffer): { value: unknown } | undefined {
  if (isForm(type)) return { value: decodeForm(raw.toString()) };
  if (!/[/+]json$|hal$/.test(type)) return { value: raw.toString() };
  try {
    return { value: JSON.parse(raw.toString()) };
  } catch {
    return undefined;
  }
}
