/**
 * Undoes percent-encoding of one path segment or one part of a query. Answers undefined when a
 * `%` is not followed by two hexadecimal digits or the bytes are not UTF-8.
 */
export function percentDecode(text: string): string | undefined {
  if (!text.includes("%")) {
    return text;
  }
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/**
 * Undoes percent-encoding of a value that spans path segments. %2F and %2f stay as they are, so
 * that a slash within a segment can be told from one between segments (google.api.http).
 */
export function percentDecodeKeepingSlashes(text: string): string | undefined {
  let decoded = "";
  for (const part of text.split(/(%2f)/i)) {
    const next = part.toLowerCase() === "%2f" ? part : percentDecode(part);
    if (next === undefined) {
      return undefined;
    }
    decoded += next;
  }
  return decoded;
}

/** The same for a query, where `+` is a space. */
export function percentDecodeQuery(text: string): string | undefined {
  return percentDecode(text.includes("+") ? text.replaceAll("+", " ") : text);
}
