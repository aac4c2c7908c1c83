import { createHmac } from "node:crypto";
import { expect, it } from "vitest";
import { isHmacSigned, isOneOf } from "../../../src/connectors/toolkit/signatures.ts";
import { countComparisons } from "../kit/comparisons.ts";

const BODY = Buffer.from("a message");
const sign = (secret: string) => createHmac("sha256", secret).update(BODY).digest();

it("any secret will do, and any signature", () => {
  const wrong = Buffer.alloc(32);
  expect(isHmacSigned(BODY, ["old", "new"], [sign("new")])).toBe(true);
  expect(isHmacSigned(BODY, ["old", "new"], [wrong, sign("old")])).toBe(true);
  expect(isHmacSigned(BODY, ["old", "new"], [wrong])).toBe(false);
  expect(isHmacSigned(Buffer.from("another"), ["old"], [sign("old")])).toBe(false);
});

it("what is no signature at all is none", () => {
  expect(isHmacSigned(BODY, [], [sign("old")])).toBe(false);
  expect(isHmacSigned(BODY, ["old"], [])).toBe(false);
  for (const length of [0, 31, 33]) {
    expect(isHmacSigned(BODY, ["old"], [Buffer.alloc(length)])).toBe(false);
  }
});

it("every pair is compared in constant time, whichever is right", async () => {
  for (const right of ["first", "second"]) {
    const { result, compared } = await countComparisons(async () =>
      isHmacSigned(BODY, ["first", "second"], [sign(right), Buffer.alloc(32)]),
    );
    expect([result, compared]).toEqual([true, 4]);
    const texts = await countComparisons(async () => isOneOf(right, ["first", "second"]));
    expect([texts.result, texts.compared]).toEqual([true, 2]);
  }
  expect(isOneOf("firs", ["first", "second"])).toBe(false);
  expect(isOneOf("", [])).toBe(false);
});
