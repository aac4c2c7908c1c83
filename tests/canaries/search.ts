import type { Canary } from "./canaries.ts";

export interface Hit {
  readonly field: string;
  /** How it was written there. */
  readonly form: string;
  /** What stands around it. */
  readonly context: string;
}

interface Pattern {
  readonly field: string;
  readonly form: string;
  readonly text: Buffer;
}

/** Every form is at least as long. */
const HEAD_BYTES = 4;

/**
 * Finds canaries in bytes, in whatever form they may have got there. One walk over the bytes for all
 * patterns together: there are thousands of them, and megabytes of bytes.
 */
export function findCanaries(bytes: Buffer, canaries: readonly Canary[]): readonly Hit[] {
  const byHead = new Map<number, Pattern[]>();
  for (const { field, value } of canaries) {
    for (const [form, text] of formsOf(value)) {
      const head = text.readUInt32LE(0);
      byHead.set(head, [...(byHead.get(head) ?? []), { field, form, text }]);
    }
  }
  // Most bytes begin nothing: a look at two of them says so for nearly all.
  const begins = new Uint8Array(65_536);
  for (const head of byHead.keys()) begins[head & 0xffff] = 1;
  const hits = new Map<Pattern, Hit>();
  for (let at = 0; at + HEAD_BYTES <= bytes.length; at += 1) {
    if (begins[(bytes[at] ?? 0) | ((bytes[at + 1] ?? 0) << 8)] === 0) continue;
    for (const pattern of byHead.get(bytes.readUInt32LE(at)) ?? []) {
      const { field, form, text } = pattern;
      if (hits.has(pattern) || !isAt(bytes, at, text)) continue;
      const context = bytes.toString("latin1", Math.max(0, at - 60), at + text.length + 60);
      hits.set(pattern, { field, form, context });
    }
  }
  return [...hits.values()];
}

/** Shorter than this, a run of digits may be anything: it counts when it stands alone. */
const LONG = 8;
const DIGITS = /^\d+$/;

function isAt(bytes: Buffer, at: number, text: Buffer): boolean {
  const end = at + text.length;
  if (bytes.compare(text, 0, text.length, at, Math.min(end, bytes.length)) !== 0) return false;
  if (text.length >= LONG || !DIGITS.test(text.toString("latin1"))) return true;
  return !isAlphanumeric(bytes[at - 1]) && !isAlphanumeric(bytes[end]);
}

function isAlphanumeric(byte: number | undefined): boolean {
  return byte !== undefined && /[0-9A-Za-z]/.test(String.fromCharCode(byte));
}

function formsOf(value: string): ReadonlyMap<string, Buffer> {
  const plain = Buffer.from(value);
  const digits = value.replace(/\D/g, "");
  const forms = new Map<string, Buffer>([
    ["plain", plain],
    ["upper case", Buffer.from(value.toUpperCase())],
    ["lower case", Buffer.from(value.toLowerCase())],
    ["hex", Buffer.from(plain.toString("hex"))],
    ["UTF-16", Buffer.from(value, "utf16le")],
    ["URL-encoded", Buffer.from(encodeURIComponent(value))],
    ["form-encoded", Buffer.from(new URLSearchParams([["", value]]).toString().slice(1))],
    ["in groups of four", Buffer.from(groupsOfFour(value))],
  ]);
  if (digits.length >= LONG) forms.set("digits", Buffer.from(digits));
  // Base64 of the same bytes looks different behind 0, 1 and 2 others, and shares its ends with them.
  for (let before = 0; before < 3; before += 1) {
    const encoded = Buffer.concat([Buffer.alloc(before), plain]).toString("base64");
    const [start, end] = [
      Math.ceil((8 * before) / 6),
      Math.floor((8 * (before + plain.length)) / 6),
    ];
    const inner = encoded.slice(start, end);
    forms.set(`base64 at ${before}`, Buffer.from(inner));
    forms.set(
      `base64url at ${before}`,
      Buffer.from(inner.replaceAll("+", "-").replaceAll("/", "_")),
    );
  }
  // One of each, since many values have the same form twice.
  const seen = new Set<string>();
  return new Map(
    [...forms].filter(([, bytes]) => {
      const text = bytes.toString("latin1");
      return !seen.has(text) && seen.add(text);
    }),
  );
}

function groupsOfFour(value: string): string {
  return value.replace(/(.{4})(?=.)/g, "$1 ");
}
