import { createHmac, randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type HashPurpose, KeyedHash } from "../../src/security/keyed-hash.ts";

const PURPOSES: readonly HashPurpose[] = [
  "api-key",
  "account-fingerprint",
  "request-fingerprint",
  "link-token",
  "claim-code",
  "page-token",
];
const key = randomBytes(32);
const hash = new KeyedHash(key);

describe("the keyed hash", () => {
  it("differs by purpose, by key and by data", () => {
    const other = new KeyedHash(randomBytes(32));
    const data = fc.string({ unit: "binary" });
    fc.assert(
      fc.property(data, data, (one, two) => {
        const texts = PURPOSES.flatMap((purpose) => [
          hash.text(purpose, one),
          other.text(purpose, one),
        ]);
        expect(new Set(texts).size).toBe(2 * PURPOSES.length);
        const [a, b] = [hash.text("api-key", one), hash.text("api-key", two)];
        expect(a === b).toBe(Buffer.from(one).equals(Buffer.from(two)));
      }),
    );
  });

  it("is HMAC-SHA256 over purpose, zero byte and data, for ever: what is stored depends on it", () => {
    const expected = createHmac("sha256", key).update("api-key\0data").digest();
    expect(hash.bytes("api-key", "data")).toEqual(expected);
    expect(hash.bytes("api-key", Buffer.from("data"))).toEqual(expected);
    expect(hash.text("api-key", "data")).toBe(expected.toString("base64url"));
    expect(hash.text("api-key", "data")).toHaveLength(43);
  });

  it("cannot be led from one purpose into another by its data", () => {
    expect(hash.text("api-key", "x\0y")).not.toBe(hash.text("api-key\0x" as HashPurpose, "z"));
    for (const purpose of PURPOSES) expect(purpose).toMatch(/^[a-z-]+$/);
  });

  it("wants a key of 32 bytes", () => {
    for (const size of [0, 16, 31, 33, 64]) {
      expect(() => new KeyedHash(randomBytes(size))).toThrow("not 32 bytes");
    }
  });
});
