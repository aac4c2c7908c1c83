import fc from "fast-check";
import { expect, it } from "vitest";
import { parsePhone } from "../../src/domain/phone.ts";

it.each([
  ["+14155552671", "+14155552671", "US"],
  ["+1 (415) 555-2671", "+14155552671", "US"],
  ["+1.416.555.0123", "+14165550123", "CA"],
  ["+49 30 901820", "+4930901820", "DE"],
  ["+44 20 7946 0958", "+442079460958", "GB"],
  ["+55 11 98765-4321", "+5511987654321", "BR"],
  ["+39 02 1234567", "+39021234567", "IT"],
])("reads %s", (text, e164, country) => {
  expect(parsePhone(text)).toEqual({ e164, country });
});

it.each(["+447700900123", "+15555550100"])("takes %s, though no area has it yet", (text) => {
  expect(parsePhone(text)?.e164).toBe(text);
});

it.each([
  ["", "empty"],
  ["+", "no digit"],
  ["14155552671", "no plus sign"],
  ["004155552671", "two zeros for the plus sign"],
  ["+04155552671", "a code that starts with 0"],
  ["+1415555267", "one digit less"],
  ["+141555526711", "one digit more"],
  ["+10155552671", "an American area code that starts with 0"],
  ["+14150552671", "an American exchange that starts with 0"],
  ["+999123456789", "a code that no country has"],
  ["+44 (0)20 7946 0958", "a trunk zero"],
  ["+14155552671 ext. 5", "an extension"],
  ["+1415555CALL", "letters"],
  ["call +14155552671", "words"],
  ["+１４１５５５５２６７１", "full-width digits"],
  ["++14155552671", "two plus signs"],
  ["+14155552671,+14155552672", "two numbers"],
])("refuses %j: %s", (text) => {
  expect(parsePhone(text)).toBeUndefined();
});

it("never throws, and reads its own answer as it is", () => {
  const digits = fc.stringMatching(/^\+[1-9][0-9]{6,14}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: "binary" }), digits), (text) => {
      const phone = parsePhone(text);
      if (phone !== undefined) expect(parsePhone(phone.e164)).toEqual(phone);
    }),
    { numRuns: 1000 },
  );
});
