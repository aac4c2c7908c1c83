/**
 * TypeIDs: a prefix that says the kind, "_", and a UUIDv7 as 26 characters of Crockford's base32 in
 * lower case, so that ids of a kind sort by the millisecond they were made in.
 *
 * Written here and not taken from typeid-js: that library (with its own copy of uuid, which loads
 * node:crypto) costs 20 ms and 4 MB at start, draws time and randomness by itself, and reports a
 * wrong id by an exception whose message echoes it.
 */

export const ID_PREFIXES = {
  payout: "po",
  recipient: "rcp",
  disburseAccount: "acct",
  link: "plink",
  attempt: "att",
  event: "evt",
  webhookEndpoint: "we",
  webhookDelivery: "whd",
  connectorAccount: "cacct",
  inboxEntry: "whi",
  merchant: "mer",
  apiKey: "key",
  batch: "batch",
} as const;

export type IdKind = keyof typeof ID_PREFIXES;
export type ParsedId = { readonly kind: IdKind; readonly uuid: Uint8Array };
/** `actual` is the kind that the id has; absent when the text is no id of ours at all. */
export type IdCheck =
  | { readonly ok: true }
  | { readonly ok: false; readonly actual?: IdKind | undefined };

const ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz";
const UUID_BYTES = 16;
const SUFFIX_LENGTH = 26;
const RANDOM_BYTES = 10;
const MAX_TIME = 2 ** 48 - 1;

const KIND_BY_PREFIX: ReadonlyMap<string, IdKind> = new Map(
  (Object.keys(ID_PREFIXES) as IdKind[]).map((kind) => [ID_PREFIXES[kind], kind]),
);
const DIGIT_VALUES: ReadonlyMap<string, number> = new Map(
  [...ALPHABET].map((character, value) => [character, value]),
);

/**
 * A new id. `now` is milliseconds since 1970 and becomes the id's time; `random(n)` gives n bytes
 * from a cryptographic source. Throws RangeError when either breaks that contract.
 */
export function newId(kind: IdKind, now: number, random: (bytes: number) => Uint8Array): string {
  if (!Number.isInteger(now) || now < 0 || now > MAX_TIME) {
    throw new RangeError("newId: time is not a whole number of milliseconds in 48 bits");
  }
  const noise = random(RANDOM_BYTES);
  if (noise.length < RANDOM_BYTES) throw new RangeError("newId: too few random bytes");
  const uuid = new Uint8Array(UUID_BYTES);
  // Division and not shifts: the time has 48 bits, JavaScript shifts 32.
  for (let i = 5, rest = now; i >= 0; i -= 1, rest = Math.floor(rest / 256)) uuid[i] = rest % 256;
  uuid.set(noise.subarray(0, RANDOM_BYTES), 6);
  uuid[6] = ((uuid[6] ?? 0) & 0x0f) | 0x70;
  uuid[8] = ((uuid[8] ?? 0) & 0x3f) | 0x80;
  return `${ID_PREFIXES[kind]}_${encode(uuid)}`;
}

/**
 * The kind and the UUID of an id, or undefined for anything else. Takes every well-formed TypeID
 * with a prefix of ours, whatever its UUID version: an id that nobody issued is "not found", not
 * malformed.
 */
export function parseId(text: string): ParsedId | undefined {
  const separator = text.length - SUFFIX_LENGTH - 1;
  if (text[separator] !== "_") return undefined;
  const kind = KIND_BY_PREFIX.get(text.slice(0, separator));
  if (kind === undefined) return undefined;
  const uuid = decode(text.slice(separator + 1));
  return uuid && { kind, uuid };
}

/** Whether the text is an id of this kind; the answer lets the caller say which kind it got. */
export function checkId(kind: IdKind, text: string): IdCheck {
  const actual = parseId(text)?.kind;
  return actual === kind ? { ok: true } : { ok: false, actual };
}

/** The millisecond at which the id was made. Throws RangeError for text that parseId refuses. */
export function idTime(text: string): number {
  const parsed = parseId(text);
  if (parsed === undefined) throw new RangeError("idTime: not an id");
  return parsed.uuid.subarray(0, 6).reduce((time, byte) => time * 256 + byte, 0);
}

/** 128 bits with two zero bits in front make 26 groups of five. */
function encode(uuid: Uint8Array): string {
  let text = "";
  let pending = 0;
  let bits = 2;
  for (const byte of uuid) {
    pending = (pending << 8) | byte;
    bits += 8;
    for (; bits >= 5; pending &= (1 << bits) - 1) {
      bits -= 5;
      text += ALPHABET[pending >>> bits];
    }
  }
  return text;
}

function decode(suffix: string): Uint8Array | undefined {
  const uuid = new Uint8Array(UUID_BYTES);
  let pending = 0;
  let bits = -2;
  let index = 0;
  for (const character of suffix) {
    const value = DIGIT_VALUES.get(character);
    // A first character above 7 would need 129 bits or more.
    if (value === undefined || (bits < 0 && value > 7)) return undefined;
    pending = (pending << 5) | value;
    bits += 5;
    if (bits < 8) continue;
    bits -= 8;
    uuid[index] = pending >>> bits;
    index += 1;
    pending &= (1 << bits) - 1;
  }
  return uuid;
}
