/**
 * The text of one member of a JSON object, byte for byte as it was sent; undefined where there is none.
 * A signature is over bytes, so what was parsed and written anew would not do.
 */
export function rawMember(raw: string, name: string): string | undefined {
  let at = skipSpace(raw, 0);
  if (raw[at] !== "{") return undefined;
  at = skipSpace(raw, at + 1);
  while (raw[at] === '"') {
    const keyEnd = endOfText(raw, at);
    const start = skipSpace(raw, skipSpace(raw, keyEnd) + 1);
    const end = endOfValue(raw, start);
    if (raw.slice(at, keyEnd) === JSON.stringify(name)) return raw.slice(start, end);
    at = skipSpace(raw, end);
    if (raw[at] !== ",") return undefined;
    at = skipSpace(raw, at + 1);
  }
  return undefined;
}

function skipSpace(raw: string, from: number): number {
  let at = from;
  while (" \t\r\n".includes(raw[at] ?? "x")) at += 1;
  return at;
}

function endOfText(raw: string, start: number): number {
  let at = start + 1;
  while (at < raw.length && raw[at] !== '"') at += raw[at] === "\\" ? 2 : 1;
  return at + 1;
}

/** The body has been parsed before, so brackets match; those inside of texts do not count. */
function endOfValue(raw: string, start: number): number {
  let at = start;
  let depth = 0;
  while (at < raw.length) {
    const sign = raw[at] ?? "";
    if (sign === '"') {
      at = endOfText(raw, at);
      if (depth === 0) return at;
      continue;
    }
    if (depth === 0 && ",}] \t\r\n".includes(sign)) return at;
    if ("{[".includes(sign)) depth += 1;
    if ("}]".includes(sign)) depth -= 1;
    at += 1;
    if (depth === 0 && "}]".includes(sign)) return at;
  }
  return at;
}
