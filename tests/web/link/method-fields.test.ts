import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parsePayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { parsePhone } from "../../../src/domain/phone.ts";
import {
  fieldOf,
  METHOD_FIELDS,
  methodOf,
  PAGE_METHODS,
} from "../../../src/web/link/method-fields.ts";
import { parsePhone as parseLightly } from "../../../src/web/link/script/light-phone.ts";
import { FORMS } from "../../e2e/money/link-page.ts";

const NOW = Date.UTC(2026, 0, 1);
const parse = (kind: (typeof PAGE_METHODS)[number], form: Record<string, string>) =>
  parsePayoutMethod(methodOf(kind, new URLSearchParams(form)), { now: NOW }, "payout_method_data");

describe.each(PAGE_METHODS)("the form of %s", (kind) => {
  it("makes a payout method", () => {
    expect(parse(kind, FORMS[kind]?.form ?? {}).violations).toBeUndefined();
  });

  it("has a field for everything that can be wrong with it", () => {
    for (const value of ["", "?", "000000000", "x".repeat(300)]) {
      const form = Object.fromEntries(METHOD_FIELDS[kind].map(({ name }) => [name, value]));
      for (const { field } of parse(kind, form).violations ?? []) {
        // Only PayPal's rule is about its fields together: of the three the page has one.
        if (field === "payout_method_data.paypal") continue;
        expect(fieldOf(field, METHOD_FIELDS[kind]), field).toBeDefined();
      }
    }
  });
});

describe("what people type", () => {
  it("takes a US phone with and without its country's code", () => {
    for (const phone of ["415 555 2671", "(415) 555-2671", "1 415 555 2671", "+1 415 555 2671"]) {
      expect(parse("venmo", { phone }).method).toMatchObject({ phone: "+14155552671" });
    }
    for (const phone of ["55 2671", "+44 20 7946 0958", "915 555", ""]) {
      expect(parse("venmo", { phone }).violations).toHaveLength(1);
    }
  });

  it("takes a Brazilian bank by either of its codes", () => {
    const { form = {} } = FORMS["pix"] ?? {};
    expect(parse("pix", form).method).toMatchObject({ bankCode: "260" });
    expect(parse("pix", { ...form, bankCode: "18236120" }).method).toMatchObject({
      ispb: "18236120",
    });
    const [violation] = parse("pix", { ...form, bankCode: "1823612" }).violations ?? [];
    expect(fieldOf(violation?.field ?? "", METHOD_FIELDS.pix)?.name).toBe("bankCode");
  });
});

it("the page's script refuses no phone that the server takes", () => {
  const phone = fc
    .tuple(
      fc.constantFrom("+1", "+44", "+49", "+55", "+39", "+81", "+254"),
      fc.stringMatching(/^[0-9 ()-]{4,16}$/),
    )
    .map((parts) => parts.join(""));
  fc.assert(
    fc.property(phone, (text) => {
      const known = parsePhone(text);
      if (known !== undefined) expect(parseLightly(text)?.e164).toBe(known.e164);
    }),
    { numRuns: 3000 },
  );
  expect(parseLightly("+49 30 901820")?.e164).toBe("+4930901820");
  expect(parseLightly("030 901820")).toBeUndefined();
});
