import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { RateLimiter } from "../../../src/transport/overload/rate-limiter.ts";

describe("a rate limit", () => {
  it("lets so many through at once, then at an even pace, each key by itself", () => {
    let now = 1000;
    const limiter = new RateLimiter({ calls: 10, perMs: 1000 }, () => now, 100);
    const take = (keyId: string, times: number) =>
      Array.from({ length: times }, () => limiter.take(keyId));
    expect(take("a", 10)).toEqual(Array(10).fill(0));
    expect(take("a", 1)).toEqual([100]);
    expect(take("b", 1)).toEqual([0]);
    now += 99;
    expect(take("a", 1)).toEqual([1]);
    now += 1;
    expect(take("a", 2)).toEqual([0, 100]);
  });

  it("never lets more through than the limit and its burst, and never makes a patient caller wait twice", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 50 }),
        fc.constantFrom(1000, 60_000),
        fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 200 }),
        (calls, perMs, pauses) => {
          let now = 0;
          const limiter = new RateLimiter({ calls, perMs }, () => now, 10);
          let taken = 0;
          for (const pause of pauses) {
            now += pause;
            const waitMs = limiter.take("k");
            if (waitMs > 0) {
              now += waitMs;
              expect(limiter.take("k")).toBe(0);
            }
            taken += 1;
          }
          expect(taken).toBeLessThanOrEqual(calls + Math.ceil((now * calls) / perMs) + 1);
        },
      ),
    );
  });

  it("remembers so many keys and no more", () => {
    const limiter = new RateLimiter({ calls: 1, perMs: 1000 }, () => 0, 2);
    for (const key of ["a", "b", "c"]) expect(limiter.take(key)).toBe(0);
    expect(limiter.take("c")).toBeGreaterThan(0);
    // Forgotten, and so let through: the bound is on memory.
    expect(limiter.take("a")).toBe(0);
  });
});
