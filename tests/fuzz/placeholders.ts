/**
 * Inputs must be the same in every run, and ids, tokens and keys are not. So inputs name them by
 * placeholders that are as long as what they stand for (protobuf counts bytes), and the real ones are
 * put in just before the bytes are sent.
 */

/** Within every placeholder; a valid part of an id, so that a damaged one is still nearly an id. */
const MARK = "00ffzzffzzffzzffzzffzzff";
const ANY =
  /(?:po_|rcp_|acct_|plink_|evt_|link-|sk_test_)00ffzzffzzffzzffzzffzzff[a-z-]*\d\d|~tok\.[A-Za-z.]+\.[a-z]+\.\d+~/g;

export const ID_KINDS = ["po", "rcp", "acct", "plink", "evt"] as const;
export type IdPrefix = (typeof ID_KINDS)[number];

/** How many of each kind there are. */
export const PER_KIND = 8;
/** Links are used up by claiming, so there are more of them. */
export const LINKS = 64;

function twoDigits(index: number): string {
  return String(index % 100).padStart(2, "0");
}

/** An id of the first merchant. */
export function idPlaceholder(prefix: string, index: number): string {
  return `${prefix}_${MARK}${twoDigits(index)}`;
}

/** The secret of a link, 43 characters. Every other link asks for a claim code. */
export function linkPlaceholder(index: number): string {
  return `link-${MARK}-xxxxxxxxxx-${twoDigits(index)}`;
}

/** The claim code of the links that ask for one. */
export const CLAIM_CODE = "claim-7788";

/** 0: every scope. 1: another merchant's. 2: reads payouts only. */
export function keyPlaceholder(index: number): string {
  return `sk_test_${MARK}${twoDigits(index)}`;
}

/**
 * A page token of a list, by the RPC's name, as it is after an operation with a number: a token is only
 * known when it is sent, so what is done to it is part of the placeholder. For texts, not for protobuf:
 * its length is not known before.
 */
export function tokenPlaceholder(
  list: string,
  operation: TokenOperation,
  argument: number,
): string {
  return `~tok.${list}.${operation}.${argument}~`;
}

export type TokenOperation = "asis" | "flip" | "cut" | "add" | "pad" | "std" | "twice" | "json";

export interface RealThings {
  /** By placeholder: ids, link tokens, keys. */
  readonly texts: ReadonlyMap<string, string>;
  /** By RPC name. */
  readonly tokens: ReadonlyMap<string, string>;
}

/** The text with real things in the place of placeholders; what is not known stays. */
export function realize(text: string, real: RealThings): string {
  if (!text.includes(MARK) && !text.includes("~tok.")) return text;
  return text.replace(ANY, (found) => {
    if (!found.startsWith("~")) return real.texts.get(found) ?? found;
    const parts = found.slice(1, -1).split(".");
    const list = parts.slice(1, -2).join(".");
    const token = real.tokens.get(list) ?? "";
    return operated(token, parts.at(-2) as TokenOperation, Number(parts.at(-1)));
  });
}

function operated(token: string, operation: TokenOperation, argument: number): string {
  const bytes = Buffer.from(token, "base64url");
  switch (operation) {
    case "flip": {
      const at = bytes.length === 0 ? 0 : argument % (bytes.length * 8);
      bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7));
      return bytes.toString("base64url");
    }
    case "cut":
      return token.slice(0, argument % (token.length + 1));
    case "add":
      return Buffer.concat([bytes, Buffer.alloc(argument % 300, 0x41)]).toString("base64url");
    case "pad":
      return `${token}${"%3D".repeat(argument % 4)}`;
    case "std":
      return encodeURIComponent(bytes.toString("base64"));
    case "twice":
      return token + token;
    case "json":
      return Buffer.concat([bytes.subarray(0, 12), Buffer.from('[1e400,{"a":[]}]')]).toString(
        "base64url",
      );
    default:
      return token;
  }
}
