import { isIP } from "node:net";
import { type AddressKind, addressKind } from "./address.ts";
import type { Resolve } from "./resolve.ts";

/** Longer ones are cut off by servers and proxies on the way. */
const MAX_URL_CHARACTERS = 2048;

export interface TargetRules {
  readonly resolve: Resolve;
  /** Whether this very machine may be dialled too, and by plain http: for development. */
  readonly allowLoopback: boolean;
}

/** An address that was checked, to be dialled as it is. */
export interface CheckedAddress {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Why a URL is not dialled. */
export type Refusal = "ADDRESS_REFUSED" | "NAME_NOT_RESOLVED";

/**
 * A URL that may be stored, in its one normal form, or what is wrong with it. What its name leads to is
 * another question: `findAddresses`.
 */
export function parseTarget(
  text: string,
  { allowLoopback }: Pick<TargetRules, "allowLoopback">,
): { readonly url: URL } | { readonly problem: string } {
  if (text.length > MAX_URL_CHARACTERS) {
    return { problem: `must have at most ${MAX_URL_CHARACTERS} characters` };
  }
  // The parser drops tabs and newlines, and spaces around.
  const url = /[\s\\]/.test(text) || !URL.canParse(text) ? null : new URL(text);
  const schemes = allowLoopback ? ["https:", "http:"] : ["https:"];
  if (url === null || !schemes.includes(url.protocol)) return { problem: "must be an https URL" };
  if (url.username !== "" || url.password !== "") {
    return { problem: "must hold no user name or password" };
  }
  if (text.includes("#")) return { problem: "must have no fragment" };
  if (url.port === "0") return { problem: "must name a port from 1 to 65535" };
  // A name may end with its root's dot; certificates and TLS know names without.
  url.hostname = url.hostname.replace(/\.$/, "");
  if (url.hostname === "" || url.hostname.endsWith(".")) return { problem: "must name a host" };
  const literal = literalOf(url);
  if (literal !== null && !isAllowed(addressKind(literal), url, allowLoopback)) {
    return { problem: REFUSED };
  }
  return { url };
}

/** What callers are told of an address that is not dialled. */
export const REFUSED =
  "must lead to public addresses: private, local and reserved ones are not called";

/**
 * All addresses that a URL leads to now. One that is not allowed spoils all: a name that is public and
 * private at once is a mistake or an attack.
 */
export async function findAddresses(
  url: URL,
  { resolve, allowLoopback }: TargetRules,
): Promise<readonly CheckedAddress[] | Refusal> {
  const literal = literalOf(url);
  let found: readonly string[];
  try {
    found = literal === null ? await resolve(url.hostname) : [literal];
  } catch {
    return "NAME_NOT_RESOLVED";
  }
  if (found.length === 0) return "NAME_NOT_RESOLVED";
  const areAllowed = found.every((each) => isAllowed(addressKind(each), url, allowLoopback));
  if (!areAllowed) return "ADDRESS_REFUSED";
  return found.map((address) => ({ address, family: isIP(address) === 6 ? 6 : 4 }));
}

/** What crosses a network is encrypted. */
function isAllowed(kind: AddressKind, { protocol }: URL, allowLoopback: boolean): boolean {
  return kind === "loopback" ? allowLoopback : kind === "public" && protocol === "https:";
}

/** The URL's host where it is an IP address, whatever notation it was written in. */
function literalOf({ hostname }: URL): string | null {
  const bare = hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(bare) === 0 ? null : bare;
}
