import type { PayoutError } from "../../domain/payout.ts";
import type { Person } from "../../domain/person.ts";
import { unpayable } from "../toolkit/errors.ts";

/**
 * Where a caller names the person to talk to at an organization: Dwolla wants one, and an organization
 * has none. Nobody is made up for it.
 */
const CONTACT_GIVEN_NAME = "dwolla_contact_given_name";
const CONTACT_FAMILY_NAME = "dwolla_contact_family_name";

/** The body of POST /customers. */
export type CustomerForm = {
  readonly firstName: string;
  readonly lastName: string;
  readonly email: string;
  readonly type: "receive-only";
  readonly businessName?: string;
  readonly correlationId: string;
};

/** Holds personal data: never log it. A refusal is ours, before anything is sent. */
export function toCustomerForm(
  person: Person,
  metadata: Readonly<Record<string, string>>,
  correlationId: string,
): CustomerForm | { readonly error: PayoutError } {
  const { individual, organization, email } = person;
  const firstName = individual?.givenName ?? metadata[CONTACT_GIVEN_NAME];
  const lastName = individual?.familyName ?? metadata[CONTACT_FAMILY_NAME];
  if (email === undefined) return { error: unpayable("RECIPIENT_EMAIL_REQUIRED") };
  if (!firstName || !lastName) return { error: unpayable("RECIPIENT_CONTACT_REQUIRED") };
  const business = organization === undefined ? {} : { businessName: organization.legalName };
  return { firstName, lastName, email, type: "receive-only", ...business, correlationId };
}
