import { BlockList, isIP } from "node:net";

/**
 * Whether an address is one of `list`: IP addresses and networks such as 10.0.0.0/8. An IPv4 address
 * is the same in its IPv6 clothes (::ffff:10.0.0.1).
 *
 * @throws TypeError, RangeError for what is neither
 */
export function addressMatcher(list: readonly string[]): (address: string | undefined) => boolean {
  const block = new BlockList();
  for (const each of list) {
    const [address = "", bits] = each.split("/");
    const family = isIP(address) === 6 ? "ipv6" : "ipv4";
    if (bits === undefined) block.addAddress(address, family);
    else block.addSubnet(address, Number(bits), family);
  }
  if (list.length === 0) return () => false;
  return (address) => {
    const version = isIP(address ?? "");
    if (address === undefined || version === 0) return false;
    return block.check(address, version === 6 ? "ipv6" : "ipv4");
  };
}
