import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  contrast,
  LEAST_CONTRAST,
  PAPERS,
  readableAccent,
  type Scheme,
} from "../../src/domain/accent.ts";
import { brandingOf } from "../../src/domain/branding.ts";

const color = fc
  .integer({ min: 0, max: 0xffffff })
  .map((value) => `#${value.toString(16).padStart(6, "0")}`);
const scheme = fc.constantFrom<Scheme>("light", "dark");

describe("contrast", () => {
  it("is what WCAG's examples say", () => {
    expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
    expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
    expect(contrast("#0000ff", "#ffffff")).toBeCloseTo(8.59, 2);
    expect(contrast("#ff0000", "#ffffff")).toBeCloseTo(4.0, 2);
  });
});

describe("a readable accent", () => {
  it("stands out from every paper of its scheme, whatever the merchant chose", () => {
    fc.assert(
      fc.property(color, scheme, (accent, under) => {
        const readable = readableAccent(accent, under);
        for (const paper of PAPERS[under]) {
          expect(contrast(readable, paper)).toBeGreaterThanOrEqual(LEAST_CONTRAST);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it("is the merchant's own where that can be read", () => {
    fc.assert(
      fc.property(color, scheme, (accent, under) => {
        const fits = PAPERS[under].every((paper) => contrast(accent, paper) >= LEAST_CONTRAST);
        expect(readableAccent(accent, under) === accent).toBe(fits);
      }),
      { numRuns: 2000 },
    );
  });

  it("changes nothing more when it is made readable again", () => {
    fc.assert(
      fc.property(color, scheme, (accent, under) => {
        const readable = readableAccent(accent, under);
        expect(readableAccent(readable, under)).toBe(readable);
      }),
    );
  });

  it.each(["", "#fff", "red", "#12345g", "#1234567", "#123456;}"])("refuses %j", (text) => {
    expect(() => readableAccent(text, "light")).toThrow(RangeError);
  });
});

describe("a branding", () => {
  it("takes colours and nothing else", () => {
    expect(brandingOf("Shop", { accentColor: "#A1B2C3" }).accentColor).toBe("#a1b2c3");
    for (const accentColor of ["red", "#fff", "#000000}", "url(x)", "javascript:1", ""]) {
      expect(brandingOf("Shop", { accentColor }).accentColor).toBeNull();
    }
  });
});
