import fc from "fast-check";
import { expect, it } from "vitest";
import { parseEmail } from "../../src/domain/email.ts";

it.each([
  ["jane@example.com", "jane@example.com"],
  ["Jane.Doe+tag@Mail.EXAMPLE.co.uk", "Jane.Doe+tag@mail.example.co.uk"],
  ["a@b.de", "a@b.de"],
  ["o'neil@example.com", "o'neil@example.com"],
  ["a@xn--bcher-kva.example", "a@xn--bcher-kva.example"],
  [`${"l".repeat(64)}@example.com`, `${"l".repeat(64)}@example.com`],
])("reads %s", (text, email) => {
  expect(parseEmail(text)).toBe(email);
});

it("holds to 254 characters", () => {
  const whole = `jo@${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(63)}.${"d".repeat(55)}.com`;
  expect(whole).toHaveLength(254);
  expect(parseEmail(whole)).toBe(whole);
  expect(parseEmail(`x${whole}`)).toBeUndefined();
});

it.each([
  "",
  "@",
  "jane",
  "jane@",
  "@example.com",
  "jane@example",
  "jane@example.c",
  "jane@example.1",
  "jane@.com",
  "jane@example..com",
  "jane@-example.com",
  "jane@example-.com",
  "jane@exa_mple.com",
  `jane@${"d".repeat(64)}.com`,
  `${"l".repeat(65)}@example.com`,
  ".jane@example.com",
  "jane.@example.com",
  "ja..ne@example.com",
  "ja ne@example.com",
  "jane@exam ple.com",
  "jane@doe@example.com",
  '"jane"@example.com',
  "jane@[127.0.0.1]",
  "jane@127.0.0.1",
  "jäne@example.com",
  "jane@exämple.com",
  "jane@example.com\n",
  "jane@example.com,john@example.com",
])("refuses %j", (text) => {
  expect(parseEmail(text)).toBeUndefined();
});

it("never throws, and reads its own answer as it is", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), fc.emailAddress()), (text) => {
      const email = parseEmail(text);
      if (email !== undefined) expect(parseEmail(email)).toBe(email);
    }),
  );
});
