/**
 * What differs between two runs of the same example, and how it is recognised. A value of a page is a
 * sample: it stands for another value of its kind.
 */
export interface VolatileKind {
  readonly name: string;
  /** Without groups. */
  readonly pattern: string;
  /** Whether one sample always stands for the same value on a page. Times may stand for any time. */
  readonly lasting: boolean;
}

const KINDS: readonly VolatileKind[] = [
  { name: "id", pattern: String.raw`\b[a-z]{2,8}_[0-9a-z]{26}\b`, lasting: true },
  { name: "API key", pattern: String.raw`\bsk_(?:test|live)_[A-Za-z0-9_-]{32,256}`, lasting: true },
  { name: "webhook secret", pattern: String.raw`\bwhsec_[A-Za-z0-9+/]{20,}={0,2}`, lasting: true },
  {
    name: "webhook signature",
    pattern: String.raw`\bv1,[A-Za-z0-9+/]{43}=`,
    lasting: false,
  },
  {
    name: "UUID",
    pattern: "(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])",
    lasting: true,
  },
  { name: "link token", pattern: "(?<=/l/)[A-Za-z0-9_-]{20,}", lasting: true },
  {
    name: "time",
    pattern: String.raw`\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z`,
    lasting: false,
  },
  {
    name: "HTTP date",
    pattern: String.raw`\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT`,
    lasting: false,
  },
  // Seconds since 1970, from 2023 to 2033.
  { name: "Unix time", pattern: String.raw`\b1[789]\d{8}\b`, lasting: false },
];

/** JSON fields whose text is volatile whatever it looks like. */
const FIELDS: ReadonlyMap<string, VolatileKind> = new Map(
  ["etag", "nextPageToken", "pageToken", "duration", "hint"].map((name) => [
    name,
    { name, pattern: String.raw`[\s\S]+`, lasting: false },
  ]),
);

const ANY = new RegExp(KINDS.map(({ pattern }) => `(${pattern})`).join("|"), "g");

export interface Part {
  readonly text: string;
  /** Null for what must be the same on every run. */
  readonly kind: VolatileKind | null;
}

/** Takes a text apart into volatile values and what stands between them. */
export function partsOf(text: string): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(ANY)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), kind: null });
    const kind = KINDS.find((_, index) => match[index + 1] !== undefined) ?? null;
    parts.push({ text: match[0], kind });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), kind: null });
  return parts;
}

/** The kind that the text of this JSON field has by the field's name. */
export function kindOfField(name: string): VolatileKind | null {
  return FIELDS.get(name) ?? null;
}

/** An id's prefix is part of its kind: a payout does not stand for a recipient. */
export function prefixOf(kind: VolatileKind, value: string): string {
  if (kind.name !== "id") return "";
  return value.slice(0, value.lastIndexOf("_") + 1);
}
