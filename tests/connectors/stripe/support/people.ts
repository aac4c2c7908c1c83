import type { PayoutMethod } from "../../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../../src/domain/person.ts";

/** Somebody of whom Stripe knows enough once the agreement is accepted. */
export const PERSON: Person = {
  type: "INDIVIDUAL",
  individual: {
    givenName: "Wilhelmina",
    familyName: "Canaryson",
    birthDate: "1984-02-09",
    nationalId: "078051120",
  },
  email: "wilhelmina@example.com",
  phone: "+14155552671",
  address: {
    lines: ["1 Canary Street", "Floor 2", "Left door"],
    city: "Springfield",
    region: "IL",
    postalCode: "62701",
    country: "US",
  },
};

export const COMPANY: Person = {
  type: "COMPANY",
  organization: { legalName: "Acme GmbH", registrationNumber: "HRB 12345", taxId: "DE123456789" },
  email: "pay@example.com",
  address: { lines: ["Weg 1"], city: "Berlin", postalCode: "10115", country: "DE" },
};

export const ACH: PayoutMethod = {
  kind: "ach",
  accountNumber: "000123456789",
  routingNumber: "110000000",
  accountType: "CHECKING",
  holderName: "Wilhelmina Canaryson",
};

export const SEPA: PayoutMethod = {
  kind: "sepa",
  iban: "DE89370400440532013000",
  holderName: "Acme GmbH",
};

export const BACS: PayoutMethod = {
  kind: "bacs",
  accountNumber: "00012345",
  sortCode: "108800",
  holderName: "Wilhelmina Canaryson",
};

/** What a caller writes when the recipient has accepted Stripe's agreement. */
export const ACCEPTED = {
  stripe_tos_acceptance_date: "1700000000",
  stripe_tos_acceptance_ip: "192.0.2.77",
};
