import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSnapshot, encodeSnapshot } from "../../src/domain/snapshot.ts";

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom("\u0000n1", "\u0000nseven", "\u0000s", "\u0000"),
    fc.bigInt({ min: -(2n ** 60n), max: 2n ** 60n }),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("any"), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie("any"), { maxKeys: 4, noNullPrototype: true }),
  ),
})).any;

describe("snapshots", () => {
  it("come back as they were, whatever is in them", () => {
    fc.assert(
      fc.property(value, (resource) => {
        expect(decodeSnapshot(encodeSnapshot(resource))).toEqual(resource);
      }),
      { numRuns: 2000 },
    );
  });
});
