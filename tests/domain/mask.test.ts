import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lastFour, maskDigits, maskEmail, maskName, maskPhone } from "../../src/domain/mask.ts";

describe("lastFour", () => {
  it.each([
    ["", ""],
    ["1", ""],
    ["12", "2"],
    ["1234", "34"],
    ["12345", "45"],
    ["1234567", "567"],
    ["12345678", "5678"],
    ["123456789", "6789"],
  ])("of %j is %j", (secret, shown) => {
    expect(lastFour(secret)).toBe(shown);
  });

  it("shows at most four, and at most half", () => {
    fc.assert(
      fc.property(fc.string(), (secret) => {
        const shown = lastFour(secret);
        expect(shown.length).toBeLessThanOrEqual(Math.min(4, secret.length / 2));
        expect(secret.endsWith(shown)).toBe(true);
      }),
    );
  });
});

it.each([
  ["Jane Doe", "J*** D**"],
  ["  Jane   Doe ", "J*** D**"],
  ["John Q Public", "J*** * P*****"],
  ["李明", "李*"],
  ["𝒥ane", "𝒥***"],
  ["3M", "3*"],
  ["", ""],
])("maskName of %j is %j", (name, masked) => {
  expect(maskName(name)).toBe(masked);
});

it.each([
  ["jane@example.com", "j***@example.com"],
  ["jo@example.com", "j***@example.com"],
  ["j@example.com", "***@example.com"],
  ["@example.com", "***@example.com"],
  ["nonsense", "***"],
])("maskEmail of %j is %j", (email, masked) => {
  expect(maskEmail(email)).toBe(masked);
});

it.each([
  ["+12025550123", "+1******0123"],
  ["+4930901820", "+49****1820"],
  ["+35312345678", "+353****5678"],
  ["+2902123", "+290**23"],
  ["nonsense", "****ense"],
])("maskPhone of %j is %j", (phone, masked) => {
  expect(maskPhone(phone)).toBe(masked);
});

it.each([
  ["Chase", "Chase"],
  ["1822direkt", "1822direkt"],
  ["Bank 12345", "Bank ****"],
  ["acct 12-34 5678 x", "acct **** x"],
  ["١٢٣٤٥٦", "****"],
])("maskDigits of %j is %j", (text, masked) => {
  expect(maskDigits(text)).toBe(masked);
});
