import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Cipher, CipherError, type CiphertextBinding } from "../../src/security/cipher.ts";

const old = { id: "2025", key: randomBytes(32) };
const current = { id: "2026-a_Z", key: randomBytes(32) };
const cipher = new Cipher([current, old], randomBytes);
const home: CiphertextBinding = { table: "t", row: "r", column: "c", merchantId: "m" };

const word = fc.string({ unit: "binary", maxLength: 12 });
const binding = fc.record({ table: word, row: word, column: word, merchantId: word });

describe("the cipher", () => {
  it("opens what it has sealed, whatever it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), binding, (text, place) => {
        // Text with lone surrogates has no UTF-8; JSON, which is what is sealed, escapes them.
        const json = JSON.stringify(text);
        expect(cipher.open(cipher.seal(json, place), place)).toBe(json);
      }),
    );
  });

  it("opens in its own place alone", () => {
    fc.assert(
      fc.property(binding, binding, (place, other) => {
        fc.pre(JSON.stringify(place) !== JSON.stringify(other));
        const sealed = cipher.seal("secret", place);
        expect(() => cipher.open(sealed, other)).toThrow("stored ciphertext is not authentic");
      }),
    );
  });

  it("is not fooled by parts of a place that run into each other", () => {
    const sealed = cipher.seal("secret", { ...home, table: "ab", row: "c" });
    expect(() => cipher.open(sealed, { ...home, table: "a", row: "bc" })).toThrow(CipherError);
    const quoted = cipher.seal("secret", { ...home, table: 'a","b', row: "c" });
    expect(() => cipher.open(quoted, { ...home, table: "a", row: 'b","c' })).toThrow(CipherError);
  });

  it("never seals alike twice, and shows nothing of the text", () => {
    const sealed = Array.from({ length: 200 }, () => Buffer.from(cipher.seal("secret", home)));
    expect(new Set(sealed.map((bytes) => bytes.toString("hex"))).size).toBe(200);
    expect(sealed.some((bytes) => bytes.includes("secret"))).toBe(false);
  });

  it("lets keys be rotated: the first encrypts, every one decrypts", () => {
    const before = new Cipher([old], randomBytes);
    const sealed = before.seal("secret", home);
    expect(cipher.open(sealed, home)).toBe("secret");
    const renewed = cipher.seal("secret", home);
    expect(() => before.open(renewed, home)).toThrow("stored ciphertext is under an unknown key");
    const after = new Cipher([current], randomBytes);
    expect(after.open(renewed, home)).toBe("secret");
    expect(() => after.open(sealed, home)).toThrow("unknown key");
    const impostor = new Cipher([{ id: old.id, key: randomBytes(32) }], randomBytes);
    expect(() => impostor.open(sealed, home)).toThrow("not authentic");
  });

  it("refuses every change of a single byte", () => {
    const sealed = Buffer.from(cipher.seal("secret", home));
    for (let index = 0; index < sealed.length; index += 1) {
      for (const mask of [0x01, 0x80, 0xff]) {
        const changed = Buffer.from(sealed);
        changed[index] = (changed[index] ?? 0) ^ mask;
        expect(() => cipher.open(changed, home), `byte ${index}`).toThrow(CipherError);
      }
    }
  });

  it("refuses every shorter and every longer text", () => {
    const sealed = Buffer.from(cipher.seal("secret", home));
    for (let length = 0; length < sealed.length; length += 1) {
      expect(() => cipher.open(sealed.subarray(0, length), home)).toThrow(CipherError);
    }
    expect(() => cipher.open(Buffer.concat([sealed, Buffer.alloc(1)]), home)).toThrow(CipherError);
  });

  it("refuses any bytes with its own error, and never crashes", () => {
    const header = fc
      .tuple(fc.constantFrom("2025", "2026-a_Z", "x"), fc.uint8Array({ maxLength: 40 }))
      .map(([id, rest]) => Buffer.concat([Buffer.from([1, id.length]), Buffer.from(id), rest]));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 100 }), header), (bytes) => {
        expect(() => cipher.open(bytes, home)).toThrow(CipherError);
      }),
      { numRuns: 500 },
    );
  });

  it("reads a view into a larger buffer, as a driver may hand it out", () => {
    const sealed = cipher.seal("secret", home);
    const pool = Buffer.concat([randomBytes(7), sealed, randomBytes(7)]);
    expect(cipher.open(pool.subarray(7, 7 + sealed.length), home)).toBe("secret");
  });

  it.each([
    ["no key", []],
    ["an id that occurs twice", [old, old]],
    ["a short key", [{ id: "a", key: randomBytes(31) }]],
    ["a long key", [{ id: "a", key: randomBytes(33) }]],
    ["an empty id", [{ id: "", key: randomBytes(32) }]],
    ["an id that is too long", [{ id: "a".repeat(33), key: randomBytes(32) }]],
    ["an id with other characters", [{ id: "é", key: randomBytes(32) }]],
  ])("is not made with %s", (_, keys) => {
    expect(() => new Cipher(keys, randomBytes)).toThrow();
  });
});
