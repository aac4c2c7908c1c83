import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generateApiKey, hashApiKey, parseApiKey } from "../../src/security/api-key.ts";
import { KeyedHash } from "../../src/security/keyed-hash.ts";

describe("API keys", () => {
  it.each([
    [true, "sk_live_"],
    [false, "sk_test_"],
  ])("livemode %s begins with %s and has 256 random bits", (livemode, prefix) => {
    const sizes: number[] = [];
    const key = generateApiKey(livemode, (size) => {
      sizes.push(size);
      return Buffer.alloc(size, 0xff);
    });
    expect(sizes).toEqual([32]);
    expect(key).toBe(`${prefix}${Buffer.alloc(32, 0xff).toString("base64url")}`);
    expect(parseApiKey(key)).toEqual({ livemode });
    const keys = Array.from({ length: 100 }, () => generateApiKey(livemode, randomBytes));
    expect(new Set(keys).size).toBe(100);
  });

  it("takes a given key of 32 to 256 characters", () => {
    const body = (length: number) => `sk_test_${"a".repeat(length - 8)}`;
    expect([31, 32, 256, 257].map((length) => parseApiKey(body(length)) !== undefined)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it.each([
    "",
    "sk_test_",
    `SK_TEST_${"a".repeat(40)}`,
    `sk_prod_${"a".repeat(40)}`,
    ` sk_test_${"a".repeat(40)}`,
    `sk_test_${"a".repeat(40)}\n`,
    `sk_test_${"a".repeat(40)} x`,
    `sk_test_${"é".repeat(40)}`,
    `x\nsk_test_${"a".repeat(40)}`,
  ])("refuses %j", (text) => {
    expect(parseApiKey(text)).toBeUndefined();
  });

  it("takes nothing that could not have been a header", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        if (parseApiKey(text) !== undefined) expect(text).toMatch(/^sk_(test|live)_[\w-]+$/);
      }),
    );
  });

  it("are stored hashed under the server's key", () => {
    const hash = new KeyedHash(randomBytes(32));
    const key = generateApiKey(false, randomBytes);
    expect(hashApiKey(key, hash)).toBe(hash.text("api-key", key));
    expect(hashApiKey(key, new KeyedHash(randomBytes(32)))).not.toBe(hashApiKey(key, hash));
  });
});
