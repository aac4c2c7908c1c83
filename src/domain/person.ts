import { isCountry } from "./country.ts";
import { FieldReader, present, type Refused, type TextInput } from "./field-reader.ts";
import { maskDigits, maskEmail, maskPhone } from "./mask.ts";
import type { ParseContext } from "./violation.ts";

export const PERSON_TYPES = ["INDIVIDUAL", "COMPANY", "NON_PROFIT", "PUBLIC_SECTOR"] as const;
export type PersonType = (typeof PERSON_TYPES)[number];

export type Individual = {
  readonly givenName: string;
  readonly familyName: string;
  /** YYYY-MM-DD. */
  readonly birthDate?: string;
  readonly nationalId?: string;
};

export type Organization = {
  readonly legalName: string;
  readonly registrationNumber?: string;
  readonly taxId?: string;
};

export type Address = {
  /** One to three, none of them empty. */
  readonly lines: readonly string[];
  readonly city: string;
  readonly region?: string;
  readonly postalCode?: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
};

/** Who is paid. INDIVIDUAL has `individual` and no `organization`; the other types the reverse. */
export type Person = {
  readonly type: PersonType;
  readonly individual?: Individual;
  readonly organization?: Organization;
  readonly email?: string;
  /** E.164. */
  readonly phone?: string;
  readonly address?: Address;
};

/** What may be shown of a person: never a birth date, an identity number or a street. */
export type MaskedPerson = {
  readonly type: PersonType;
  /** "Jane D." for people; the legal name, which is public, for organizations. */
  readonly name: string;
  readonly email?: string;
  readonly phone?: string;
  readonly city?: string;
  readonly country?: string;
};

type Raw<T> = { readonly [K in keyof T]?: TextInput };

/** A person as one comes in: any part absent, text empty for absent. */
export type PersonInput = {
  readonly type?: TextInput;
  readonly individual?: Raw<Individual> | undefined;
  readonly organization?: Raw<Organization> | undefined;
  readonly email?: TextInput;
  readonly phone?: TextInput;
  readonly address?:
    | (Raw<Omit<Address, "lines">> & { readonly lines?: readonly string[] | undefined })
    | undefined;
};

export type ParsedPerson =
  | { readonly person: Person; readonly violations?: undefined }
  | (Refused & { readonly person?: undefined });

const MAX_AGE_YEARS = 130;
const TYPE = "Give the type: INDIVIDUAL, COMPANY, NON_PROFIT or PUBLIC_SECTOR.";
const COUNTRY = "Give the country as two letters (ISO 3166-1 alpha-2), such as DE.";
const IDENTITY_NUMBER = {
  max: 64,
  wrong: "Leave this number out, or give it in 1 to 64 letters, digits and - . / or spaces.",
} as const;

/**
 * Normalises and checks a person's data. `prefix` goes before each violation's path: "" gives
 * `individual.given_name`, "recipient" gives `recipient.individual.given_name`.
 */
export function parsePerson(input: PersonInput, { now }: ParseContext, prefix = ""): ParsedPerson {
  const reader = new FieldReader(prefix);
  const type = reader.choice("type", input.type, { of: PERSON_TYPES, required: TYPE, wrong: TYPE });
  const who = type && readWho(reader, type, input, now);
  const email = reader.email("email", input.email, {
    max: 254,
    wrong: "Check the e-mail address: name@example.com, at most 254 characters.",
  });
  const phone = reader.phone("phone", input.phone, {
    wrong: "Give the phone as plus sign, country code and number, with no zero between the two.",
  })?.e164;
  const address = input.address && readAddress(reader, input.address);
  if (!type || !who || reader.refused) return reader.refusal();
  return { person: { type, ...who, ...present({ email, phone, address }) } };
}

/** What an operator needs to recognise a recipient, and no more. */
export function maskPerson(person: Person): MaskedPerson {
  const { type, individual, organization, email, phone, address } = person;
  return {
    type,
    // People do type numbers into names; those stay hidden.
    name: maskDigits(individual ? displayName(individual) : (organization?.legalName ?? "")),
    ...present({
      email: email && maskEmail(email),
      phone: phone && maskPhone(phone),
      city: address && maskDigits(address.city),
      country: address?.country,
    }),
  };
}

function displayName({ givenName, familyName }: Individual): string {
  const [initial = ""] = familyName;
  return `${givenName} ${initial}.`;
}

function readWho(
  reader: FieldReader,
  type: PersonType,
  input: PersonInput,
  now: number,
): Pick<Person, "individual" | "organization"> | undefined {
  if (type === "INDIVIDUAL") {
    if (input.organization) {
      reader.refuse("organization", "Leave the organization out, or give the type of one.");
    }
    if (!input.individual) {
      return reader.refuse("individual", "Give the individual: given_name and family_name.");
    }
    const individual = readIndividual(reader, input.individual, now);
    return individual && { individual };
  }
  if (input.individual) {
    reader.refuse("individual", "Leave the individual out, or give the type INDIVIDUAL.");
  }
  if (!input.organization) {
    return reader.refuse("organization", "Give the organization: legal_name.");
  }
  const organization = readOrganization(reader, input.organization);
  return organization && { organization };
}

function readIndividual(
  reader: FieldReader,
  input: Raw<Individual>,
  now: number,
): Individual | undefined {
  const givenName = reader.name("individual.given_name", input.givenName, {
    max: 140,
    required: "Give the given name.",
    wrong: "Give the given name in 1 to 140 characters, with at least one letter.",
  });
  const familyName = reader.name("individual.family_name", input.familyName, {
    max: 140,
    required: "Give the family name; for a person with one name only, the same again.",
    wrong: "Give the family name in 1 to 140 characters, with at least one letter.",
  });
  const birthDate = readBirthDate(reader, input.birthDate, now);
  const nationalId = readIdentityNumber(reader, "individual.national_id", input.nationalId);
  if (!givenName || !familyName) return undefined;
  return { givenName, familyName, ...present({ birthDate, nationalId }) };
}

function readOrganization(reader: FieldReader, input: Raw<Organization>): Organization | undefined {
  const legalName = reader.name("organization.legal_name", input.legalName, {
    max: 140,
    required: "Give the legal name.",
    wrong: "Give the legal name in 1 to 140 characters, with at least one letter.",
  });
  const registrationNumber = readIdentityNumber(
    reader,
    "organization.registration_number",
    input.registrationNumber,
  );
  const taxId = readIdentityNumber(reader, "organization.tax_id", input.taxId);
  return legalName ? { legalName, ...present({ registrationNumber, taxId }) } : undefined;
}

function readIdentityNumber(
  reader: FieldReader,
  field: string,
  input: TextInput,
): string | undefined {
  const number = reader.text(field, input, IDENTITY_NUMBER);
  if (number === undefined || /^[A-Za-z0-9][A-Za-z0-9 ./-]*$/.test(number)) return number;
  return reader.refuse(field, IDENTITY_NUMBER.wrong);
}

/** YYYY-MM-DD, a day that exists, not after today in UTC, of a person of at most 130 years. */
function readBirthDate(reader: FieldReader, input: TextInput, now: number): string | undefined {
  const field = "individual.birth_date";
  const wrong = "Give the date of birth as YYYY-MM-DD: a real day in the past.";
  const text = reader.text(field, input, { max: 10, wrong });
  if (text === undefined) return undefined;
  const [, year, month, day] = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text) ?? [];
  const time = Date.UTC(Number(year), Number(month) - 1, Number(day));
  // 30 February becomes 2 March, which no longer reads as the text.
  const isReal = Number.isFinite(time) && new Date(time).toISOString().startsWith(text);
  const today = new Date(now);
  // The day on which somebody born that day turns one year too old.
  const tooOld = Date.UTC(
    today.getUTCFullYear() - MAX_AGE_YEARS - 1,
    today.getUTCMonth(),
    today.getUTCDate(),
  );
  return isReal && time <= now && time > tooOld ? text : reader.refuse(field, wrong);
}

function readAddress(
  reader: FieldReader,
  input: NonNullable<PersonInput["address"]>,
): Address | undefined {
  const lines = readLines(reader, input.lines ?? []);
  const city = reader.name("address.city", input.city, {
    max: 100,
    required: "Give the city.",
    wrong: "Give the city in 1 to 100 characters, with at least one letter.",
  });
  const region = reader.text("address.region", input.region, {
    max: 100,
    wrong: "Leave the region out, or give it in 1 to 100 characters.",
  });
  const postalCode = reader.text("address.postal_code", input.postalCode, {
    max: 16,
    wrong: "Leave the postal code out, or give it in 1 to 16 characters.",
  });
  const country = reader.code("address.country", input.country, {
    pattern: /^[A-Z]{2}$/,
    required: COUNTRY,
    wrong: COUNTRY,
  });
  if (country !== undefined && !isCountry(country)) reader.refuse("address.country", COUNTRY);
  if (!lines || !city || !country) return undefined;
  return { lines, city, country, ...present({ region, postalCode }) };
}

/** One to three lines of at most 200 characters; empty ones, as forms send them, are dropped. */
function readLines(reader: FieldReader, input: readonly string[]): readonly string[] | undefined {
  const field = "address.lines";
  const wrong = "Give one to three lines of address, of at most 200 characters each.";
  const given = input.filter((line) => typeof line === "string" && line.trim() !== "");
  if (given.length < 1 || given.length > 3) return reader.refuse(field, wrong);
  const lines = given.map((line) => reader.text(field, line, { max: 200, wrong }));
  return lines.every((line) => line !== undefined) ? lines : undefined;
}
