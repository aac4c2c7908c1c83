import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { maskPerson, type Person, type PersonInput, parsePerson } from "../../src/domain/person.ts";

const now = Date.UTC(2026, 10, 22, 12);
const INDIVIDUAL: PersonInput = {
  type: "INDIVIDUAL",
  individual: {
    givenName: "Jane",
    familyName: "Doe",
    birthDate: "1984-02-29",
    nationalId: "AB 123456/7",
  },
  email: "jane@example.com",
  phone: "+1 415 555 2671",
  address: {
    lines: ["1 Main St", "", "Floor 2"],
    city: "Springfield",
    region: "IL",
    postalCode: "62701",
    country: "us",
  },
};
const COMPANY: PersonInput = {
  type: "COMPANY",
  organization: { legalName: "Acme GmbH", registrationNumber: "HRB 12345", taxId: "DE123456789" },
};

function person(input: PersonInput): Person {
  const parsed = parsePerson(input, { now });
  if (parsed.person === undefined) throw new Error(JSON.stringify(parsed.violations));
  return parsed.person;
}

function faults(input: PersonInput, prefix?: string): string[] {
  return (parsePerson(input, { now }, prefix).violations ?? []).map(({ field }) => field);
}

const born = (birthDate: string): PersonInput => ({
  ...INDIVIDUAL,
  individual: { givenName: "Jane", familyName: "Doe", birthDate },
});
const living = (address: NonNullable<PersonInput["address"]>): PersonInput => ({
  ...INDIVIDUAL,
  address: { ...INDIVIDUAL.address, ...address },
});

describe("parsePerson", () => {
  it("normalises an individual", () => {
    expect(person(INDIVIDUAL)).toEqual({
      type: "INDIVIDUAL",
      individual: {
        givenName: "Jane",
        familyName: "Doe",
        birthDate: "1984-02-29",
        nationalId: "AB 123456/7",
      },
      email: "jane@example.com",
      phone: "+14155552671",
      address: {
        lines: ["1 Main St", "Floor 2"],
        city: "Springfield",
        region: "IL",
        postalCode: "62701",
        country: "US",
      },
    });
  });

  it.each(["COMPANY", "NON_PROFIT", "PUBLIC_SECTOR"])("takes the organization of a %s", (type) => {
    expect(person({ ...COMPANY, type })).toEqual({ ...COMPANY, type });
  });

  it("needs no more than a type and names, and leaves absent parts absent", () => {
    const small = person({
      type: "INDIVIDUAL",
      individual: { givenName: " J ", familyName: "D", birthDate: "", nationalId: " " },
      email: "",
      phone: "",
    });
    expect(Object.keys(small)).toEqual(["type", "individual"]);
    expect(small.individual).toStrictEqual({ givenName: "J", familyName: "D" });
  });

  it.each([
    [{}, ["type"]],
    [{ type: "PERSON" }, ["type"]],
    [{ type: "individual" }, ["type"]],
    [{ type: "INDIVIDUAL" }, ["individual"]],
    [{ type: "COMPANY" }, ["organization"]],
    [{ ...INDIVIDUAL, organization: { legalName: "Acme" } }, ["organization"]],
    [{ ...COMPANY, individual: { givenName: "J" } }, ["individual"]],
    [{ type: "INDIVIDUAL", individual: {} }, ["individual.given_name", "individual.family_name"]],
    [{ type: "COMPANY", organization: { legalName: "-" } }, ["organization.legal_name"]],
    [
      { type: "COMPANY", organization: { legalName: "A", registrationNumber: "*", taxId: "ä" } },
      ["organization.registration_number", "organization.tax_id"],
    ],
    [{ ...INDIVIDUAL, email: "jane" }, ["email"]],
    [{ ...INDIVIDUAL, phone: "4155552671" }, ["phone"]],
    [living({ lines: [] }), ["address.lines"]],
    [living({ lines: ["", " "] }), ["address.lines"]],
    [living({ lines: ["1", "2", "3", "4"] }), ["address.lines"]],
    [living({ lines: ["x".repeat(201)] }), ["address.lines"]],
    [living({ city: "" }), ["address.city"]],
    [living({ country: "" }), ["address.country"]],
    [living({ country: "XK" }), ["address.country"]],
    [living({ country: "USA" }), ["address.country"]],
    [living({ postalCode: "1".repeat(17) }), ["address.postal_code"]],
    [living({ region: "r".repeat(101) }), ["address.region"]],
    [living({ city: "Spring\u0000field" }), ["address.city"]],
    [living({ city: "\u202eSpringfield" }), ["address.city"]],
  ] as [PersonInput, string[]][])("%j has faults in %j", (input, fields) => {
    expect(faults(input)).toEqual(fields);
  });

  it.each([
    living({ lines: ["1", "2", "3"] }),
    living({ lines: ["x".repeat(200)] }),
    living({ postalCode: "1".repeat(16), region: "r".repeat(100), city: "c".repeat(100) }),
    { ...INDIVIDUAL, individual: { givenName: "g".repeat(140), familyName: "f".repeat(140) } },
    { ...INDIVIDUAL, individual: { givenName: "نیک\u200cنام", familyName: "李" } },
  ])("takes bounds and names of all scripts (%#)", (input) => {
    expect(faults(input)).toEqual([]);
  });

  it("refuses names of 141 characters", () => {
    const long = "n".repeat(141);
    expect(
      faults({ type: "INDIVIDUAL", individual: { givenName: long, familyName: long } }),
    ).toEqual(["individual.given_name", "individual.family_name"]);
  });

  it.each(["2026-11-22", "1896-11-22", "1895-11-23", "2000-02-29", "2024-02-29"])(
    "takes the birth date %s",
    (date) => {
      expect(faults(born(date))).toEqual([]);
    },
  );

  it.each([
    "2026-11-23",
    "2027-01-01",
    "1895-11-22",
    "0050-01-01",
    "1900-02-29",
    "2001-02-29",
    "2000-13-01",
    "2000-00-10",
    "2000-01-32",
    "2000-1-1",
    "01/02/2000",
    "2000-01-01T00:00:00Z",
    "tomorrow",
    "２０００-01-01",
  ])("refuses the birth date %s", (date) => {
    expect(faults(born(date))).toEqual(["individual.birth_date"]);
  });

  it("puts the prefix before each path", () => {
    expect(faults({ ...INDIVIDUAL, individual: {}, email: "x" }, "recipient")).toEqual([
      "recipient.individual.given_name",
      "recipient.individual.family_name",
      "recipient.email",
    ]);
  });

  it("never throws, never echoes, and parses its own answer to the same", () => {
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.constant("Jane"));
    const input = fc.record(
      {
        type: fc.constantFrom("INDIVIDUAL", "COMPANY", ""),
        individual: fc.record({
          givenName: text,
          familyName: text,
          birthDate: text,
          nationalId: text,
        }),
        organization: fc.record({ legalName: text, registrationNumber: text, taxId: text }),
        email: fc.oneof(text, fc.emailAddress()),
        phone: text,
        address: fc.record({
          lines: fc.array(text),
          city: text,
          region: text,
          postalCode: text,
          country: fc.constantFrom("DE", "XX"),
        }),
      },
      { requiredKeys: ["type"] },
    );
    fc.assert(
      fc.property(input, (given) => {
        const parsed = parsePerson(given, { now });
        if (parsed.person === undefined) expect(parsed.violations.length).toBeGreaterThan(0);
        else expect(parsePerson(parsed.person, { now }).person).toEqual(parsed.person);
      }),
      { numRuns: 500 },
    );
  });

  it("says the remedy and never the value", () => {
    const value = "q9#secret-4711-value\u0007";
    const { violations = [] } = parsePerson(
      {
        type: "INDIVIDUAL",
        individual: { givenName: value, familyName: value, birthDate: value, nationalId: value },
        email: value,
        phone: value,
        address: { lines: [value], city: value, region: value, postalCode: value, country: value },
      },
      { now },
    );
    expect(violations).toHaveLength(11);
    expect(JSON.stringify(violations)).not.toContain("4711");
  });
});

describe("maskPerson", () => {
  it("shows what an operator needs", () => {
    expect(maskPerson(person(INDIVIDUAL))).toEqual({
      type: "INDIVIDUAL",
      name: "Jane D.",
      email: "j***@example.com",
      phone: "+1******2671",
      city: "Springfield",
      country: "US",
    });
    expect(maskPerson(person(COMPANY))).toEqual({ type: "COMPANY", name: "Acme GmbH" });
  });

  it("hides numbers that people type into names", () => {
    const individual = { givenName: "Jane 123456789", familyName: "Doe" };
    expect(maskPerson(person({ type: "INDIVIDUAL", individual })).name).toBe("Jane **** D.");
  });

  it("never shows birth date, identity numbers or street", () => {
    const digits = fc.stringMatching(/^[0-9]{8,20}$/);
    fc.assert(
      fc.property(
        digits,
        digits,
        fc.date({ min: new Date(0), max: new Date(now), noInvalidDate: true }),
        (id, street, date) => {
          const birthDate = date.toISOString().slice(0, 10);
          const shown = JSON.stringify(
            maskPerson(
              person({
                ...living({ lines: [street] }),
                individual: { givenName: "Jane", familyName: "Doe", birthDate, nationalId: id },
              }),
            ),
          );
          for (const secret of [id, street, birthDate]) expect(shown).not.toContain(secret);
        },
      ),
    );
  });
});
