import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addressKind } from "../../src/net/address.ts";

describe("an IP address", () => {
  it.each([
    ["8.8.8.8", "public"],
    ["1.1.1.1", "public"],
    ["2606:4700:4700::1111", "public"],
    ["2A00:1450:4001::200e", "public"],
    ["127.0.0.1", "loopback"],
    ["127.255.255.254", "loopback"],
    ["::1", "loopback"],
  ])("%s is %s", (address, kind) => {
    expect(addressKind(address)).toBe(kind);
  });

  const OTHERS: readonly (readonly [string, readonly string[]])[] = [
    ["this network", ["0.0.0.0", "0.1.2.3", "::"]],
    ["private", ["10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"]],
    ["link-local, and where clouds keep their secrets", ["169.254.169.254", "fe80::1"]],
    ["carrier-grade NAT", ["100.64.0.1", "100.127.255.255", "100.100.100.200"]],
    ["multicast and broadcast", ["224.0.0.1", "239.1.1.1", "255.255.255.255", "ff02::1"]],
    [
      "reserved",
      ["192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "240.0.0.1"],
    ],
    ["mapped", ["::ffff:8.8.8.8", "::ffff:127.0.0.1", "::ffff:a00:1", "::127.0.0.1", "::8.8.8.8"]],
    ["translated", ["64:ff9b::7f00:1", "64:ff9b::8.8.8.8", "64:ff9b:1::1", "::ffff:0:10.0.0.1"]],
    ["6to4 and Teredo", ["2002:7f00:1::", "2002:808:808::", "2001::1", "2001:0:7f00:1::"]],
    ["unique-local and site-local", ["fc00::1", "fd00:ec2::254", "fec0::1"]],
    ["documentation, discard, benchmark", ["2001:db8::1", "3fff::1", "100::1", "2001:2::1"]],
    ["not given out", ["4000::1", "8000::1", "1000::1", "5f00::1"]],
    [
      "another notation",
      ["0177.0.0.1", "0x7f.1", "127.1", "2130706433", "010.8.8.8", "8.8.8.8.", "8.8.8.8:80"],
    ],
    ["with a zone", ["fe80::1%eth0", "::1%lo", "2606:4700::1%1"]],
    ["no address", ["", "localhost", "[::1]", "8.8.8.8/32", "8.8.8", "g::1", " 8.8.8.8"]],
  ];
  it.each(OTHERS)("that is %s is neither", (_name, addresses) => {
    for (const address of addresses)
      expect([address, addressKind(address)]).toEqual([address, "other"]);
  });

  it("of a private network is never public, in any notation that a URL takes", () => {
    const octet = fc.integer({ min: 0, max: 255 });
    const privates = fc.oneof(
      fc.tuple(fc.constant(10), octet, octet, octet),
      fc.tuple(fc.constant(127), octet, octet, octet),
      fc.tuple(fc.constant(192), fc.constant(168), octet, octet),
      fc.tuple(fc.constant(172), fc.integer({ min: 16, max: 31 }), octet, octet),
      fc.tuple(fc.constant(169), fc.constant(254), octet, octet),
      fc.tuple(fc.constant(100), fc.integer({ min: 64, max: 127 }), octet, octet),
      fc.tuple(fc.constant(0), octet, octet, octet),
    );
    const digit = fc.constantFrom(
      (n: number) => String(n),
      (n: number) => `0${n.toString(8)}`,
      (n: number) => `0x${n.toString(16)}`,
      (n: number) => `0X000${n.toString(16).toUpperCase()}`,
    );
    const wrapped = fc.constantFrom(
      (hex: string) => `[::ffff:${hex}]`,
      (hex: string) => `[::${hex}]`,
      (hex: string) => `[64:ff9b::${hex}]`,
      (hex: string) => `[64:ff9b:1::${hex}]`,
      (hex: string) => `[2002:${hex}::1]`,
      (hex: string) => `[::ffff:0:${hex}]`,
    );
    fc.assert(
      fc.property(
        privates,
        digit,
        fc.integer({ min: 1, max: 4 }),
        wrapped,
        (parts, write, count, wrap) => {
          const [a, b, c, d] = parts;
          const last = parts.slice(count - 1).reduce((sum, part) => sum * 256 + part, 0);
          const dotted = [...parts.slice(0, count - 1), last].map(write).join(".");
          const hex = [a * 256 + b, c * 256 + d].map((group) => group.toString(16)).join(":");
          for (const host of [dotted, `${dotted}.`, wrap(hex)]) {
            const { hostname } = new URL(`https://${host}/`);
            expect(addressKind(hostname.replace(/^\[(.*)\]$/, "$1"))).not.toBe("public");
          }
        },
      ),
      { numRuns: 2000 },
    );
  });
});
