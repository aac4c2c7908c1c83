import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** What an IP address leads to: somebody on the internet, this very machine, or anything else. */
export type AddressKind = "public" | "loopback" | "other";

/** All of the internet's own IPv6 addresses; outside of it nothing is public, whatever it is called later. */
const GLOBAL_UNICAST: [ipaddr.IPv6, number] = [ipaddr.IPv6.parse("2000::"), 3];

/**
 * The kind of an address as a resolver or a parsed URL gives it. Whatever wraps another address (mapped,
 * NAT64, 6to4, Teredo) is neither public nor loopback: what it leads to is decided elsewhere.
 */
export function addressKind(address: string): AddressKind {
  // The parser below takes octal, hexadecimal and short forms too, which others may read otherwise.
  if (isIP(address) === 0 || address.includes("%")) return "other";
  const parsed = ipaddr.parse(address);
  const range = parsed.range();
  if (range === "loopback") return "loopback";
  if (range !== "unicast") return "other";
  const isGlobal = parsed.kind() === "ipv4" || (parsed as ipaddr.IPv6).match(GLOBAL_UNICAST);
  return isGlobal ? "public" : "other";
}
