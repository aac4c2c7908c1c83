import { expect, test } from "vitest";
import { addressGroup } from "../../../src/net/address-group.ts";
import { addressMatcher } from "../../../src/transport/server/caller-address.ts";

test("addresses and networks match, in every notation", () => {
  const matches = addressMatcher(["10.0.0.0/8", "192.0.2.7", "fd00::/8", "::1"]);
  const yes = ["10.255.0.1", "::ffff:10.1.1.1", "192.0.2.7", "fd12::5", "::1", "0:0:0:0:0:0:0:1"];
  const no = [
    "11.0.0.1",
    "192.0.2.8",
    "fe80::1",
    "::ffff:11.0.0.1",
    "::2",
    "10.0.0",
    "a",
    "",
    undefined,
  ];
  expect(yes.filter((address) => !matches(address))).toEqual([]);
  expect(no.filter((address) => matches(address))).toEqual([]);
  expect(addressMatcher([])("10.0.0.1")).toBe(false);
});

test("what is no address is refused", () => {
  for (const wrong of ["loopback", "10.0.0.0/33", "fd00::/129", "10.0.0", "10.0.0.0/x", ""]) {
    expect(() => addressMatcher([wrong])).toThrow();
  }
});

test("IPv6 callers are counted by their /64, IPv4 callers by their address", () => {
  const groups = {
    "192.0.2.7": "192.0.2.7",
    "::ffff:192.0.2.7": "192.0.2.7",
    "2001:db8:1:2:3:4:5:6": "2001:db8:1:2",
    "2001:db8:1:2::6": "2001:db8:1:2",
    "2001:db8::6": "2001:db8:0:0",
    "2001:db8::": "2001:db8:0:0",
    "::1": "0:0:0:0",
    "fe80::1%eth0": "fe80:0:0:0",
  };
  for (const [address, group] of Object.entries(groups)) {
    expect([address, addressGroup(address)]).toEqual([address, group]);
  }
});
