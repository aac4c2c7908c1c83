import fc from "fast-check";
import { TypeID } from "typeid-js";
import { describe, expect, it } from "vitest";
import { checkId, ID_PREFIXES, type IdKind, idTime, newId, parseId } from "../../src/domain/id.ts";

const KINDS = Object.keys(ID_PREFIXES) as IdKind[];
const anyKind = fc.constantFrom(...KINDS);
const anyTime = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const anyNoise = fc.uint8Array({ minLength: 10, maxLength: 10 });
const zeros = (bytes: number) => new Uint8Array(bytes);
const ones = (bytes: number) => new Uint8Array(bytes).fill(255);

describe("newId", () => {
  it("is the prefix and a UUIDv7 in base32", () => {
    expect(newId("payout", 0, zeros)).toBe("po_0000000000e008000000000000");
    expect(newId("payout", 2 ** 48 - 1, ones)).toBe("po_7zzzzzzzzzfzzvzzzzzzzzzzzz");
  });

  it("reads back as its kind and time, in version 7 and variant 2", () => {
    fc.assert(
      fc.property(anyKind, anyTime, anyNoise, (kind, now, noise) => {
        const id = newId(kind, now, () => noise);
        const parsed = parseId(id);
        expect(parsed?.kind).toBe(kind);
        expect((parsed?.uuid[6] ?? 0) >> 4).toBe(7);
        expect((parsed?.uuid[8] ?? 0) >> 6).toBe(2);
        expect(idTime(id)).toBe(now);
        expect(checkId(kind, id)).toEqual({ ok: true });
      }),
    );
  });

  it("agrees with the reference library", () => {
    fc.assert(
      fc.property(anyKind, anyTime, anyNoise, (kind, now, noise) => {
        const id = newId(kind, now, () => noise);
        const uuid = parseId(id)?.uuid ?? new Uint8Array();
        expect(TypeID.fromString(id).toUUIDBytes()).toEqual(uuid);
        expect(TypeID.fromUUIDBytes(ID_PREFIXES[kind], uuid).toString()).toBe(id);
      }),
    );
  });

  it("sorts by time, whatever the noise", () => {
    fc.assert(
      fc.property(anyTime, anyTime, anyNoise, anyNoise, (a, b, noiseOfA, noiseOfB) => {
        fc.pre(a !== b);
        const [first, second] = [
          newId("event", a, () => noiseOfA),
          newId("event", b, () => noiseOfB),
        ];
        expect(first < second).toBe(a < b);
      }),
    );
  });

  it.each([-1, 0.5, 2 ** 48, Number.NaN])("refuses the time %s", (now) => {
    expect(() => newId("payout", now, zeros)).toThrow(RangeError);
  });

  it("refuses a source that gives too few bytes", () => {
    expect(() => newId("payout", 0, () => new Uint8Array(9))).toThrow(RangeError);
  });
});

describe("parseId and checkId", () => {
  const id = newId("recipient", 1_700_000_000_000, ones);
  const suffix = id.slice(4);

  it("says which kind it got", () => {
    expect(checkId("payout", id)).toEqual({ ok: false, actual: "recipient" });
    fc.assert(
      fc.property(anyKind, anyKind, (wanted, got) => {
        const check = checkId(wanted, newId(got, 1, zeros));
        expect(check).toEqual(wanted === got ? { ok: true } : { ok: false, actual: got });
      }),
    );
  });

  it("takes the largest UUID and an id that nobody issued", () => {
    expect(parseId(`po_7${"z".repeat(25)}`)?.uuid).toEqual(ones(16));
    expect(parseId(`po_${"0".repeat(26)}`)?.uuid).toEqual(zeros(16));
  });

  it.each([
    ["", "empty"],
    ["po_", "no suffix"],
    [suffix, "no prefix"],
    [`_${suffix}`, "an empty prefix"],
    [`xx_${suffix}`, "an unknown prefix"],
    [`constructor_${suffix}`, "a name of Object's"],
    [`PO_${suffix}`, "capitals"],
    [`po_${suffix.toUpperCase()}`, "capitals in the suffix"],
    [`po_${suffix}0`, "one character more"],
    [`po_${suffix.slice(1)}`, "one character less"],
    [`po_8${"0".repeat(25)}`, "more than 128 bits"],
    [`po_${suffix.slice(0, 25)}u`, "a letter outside the alphabet"],
    [`po_${suffix.slice(0, 25)}ä`, "a letter outside ASCII"],
    [` po_${suffix}`, "a space"],
    [`po-${suffix}`, "another separator"],
  ])("refuses %j: %s", (text) => {
    expect(parseId(text)).toBeUndefined();
    expect(checkId("payout", text)).toEqual({ ok: false });
    expect(() => idTime(text)).toThrow(RangeError);
  });

  it("never throws, and takes nothing that it would not write", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        expect(parseId(text)).toBeUndefined();
      }),
    );
  });

  it("has prefixes that are told apart", () => {
    expect(new Set(Object.values(ID_PREFIXES)).size).toBe(KINDS.length);
  });
});
