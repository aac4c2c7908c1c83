import type { Address, Person } from "../../domain/person.ts";
import type { OpenAccount } from "../connector.ts";
import { settingOf } from "../toolkit/settings.ts";
import type { Form } from "./form.ts";

/**
 * Where a caller says in the metadata that the recipient has accepted Stripe's agreement: when, in
 * seconds since 1970, and from which address. Only the caller can know it, and Stripe holds it to its word.
 */
const TOS_DATE = "stripe_tos_acceptance_date";
const TOS_IP = "stripe_tos_acceptance_ip";

const BUSINESS_TYPES = {
  INDIVIDUAL: "individual",
  COMPANY: "company",
  NON_PROFIT: "non_profit",
  PUBLIC_SECTOR: "government_entity",
} as const;

export interface NewConnectedAccount {
  readonly account: OpenAccount;
  readonly person: Person;
  /** ISO 3166-1 alpha-2, where the person's address tells none. */
  readonly country: string | undefined;
  /** The caller's. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Ours: what the account is made for. */
  readonly marks: Form;
}

/**
 * The body of POST /v1/accounts: a custom account, which only receives transfers. Its payouts are
 * manual: Stripe's own schedule would pay out what our payout is about to.
 */
export function toAccountForm(input: NewConnectedAccount): Form {
  const { account, person, country, metadata, marks } = input;
  const agreement = settingOf(account, "service_agreement");
  return {
    type: "custom",
    country: person.address?.country ?? country,
    email: person.email,
    business_type: BUSINESS_TYPES[person.type],
    "business_profile[product_description]": settingOf(account, "product_description"),
    "capabilities[transfers][requested]": "true",
    "settings[payouts][schedule][interval]": "manual",
    ...(person.individual ? individualForm(person) : companyForm(person)),
    ...tosForm(metadata),
    "tos_acceptance[service_agreement]": agreement === "recipient" ? agreement : undefined,
    ...marks,
  };
}

function tosForm(metadata: Readonly<Record<string, string>>): Form {
  const date = metadata[TOS_DATE];
  const ip = metadata[TOS_IP];
  if (date === undefined || ip === undefined || !/^\d{9,11}$/.test(date)) return {};
  return { "tos_acceptance[date]": date, "tos_acceptance[ip]": ip };
}

function individualForm({ individual, email, phone, address }: Person): Form {
  const [year, month, day] = individual?.birthDate?.split("-") ?? [];
  return {
    "individual[first_name]": individual?.givenName,
    "individual[last_name]": individual?.familyName,
    "individual[email]": email,
    "individual[phone]": phone,
    "individual[dob][year]": year,
    "individual[dob][month]": month && String(Number(month)),
    "individual[dob][day]": day && String(Number(day)),
    "individual[id_number]": individual?.nationalId,
    ...addressForm("individual", address),
  };
}

function companyForm({ organization, phone, address }: Person): Form {
  return {
    "company[name]": organization?.legalName,
    "company[phone]": phone,
    "company[registration_number]": organization?.registrationNumber,
    "company[tax_id]": organization?.taxId,
    ...addressForm("company", address),
  };
}

function addressForm(of: "individual" | "company", address: Address | undefined): Form {
  if (address === undefined) return {};
  const [line1, ...more] = address.lines;
  return {
    [`${of}[address][line1]`]: line1,
    [`${of}[address][line2]`]: more.length === 0 ? undefined : more.join(", "),
    [`${of}[address][city]`]: address.city,
    [`${of}[address][state]`]: address.region,
    [`${of}[address][postal_code]`]: address.postalCode,
    [`${of}[address][country]`]: address.country,
  };
}
