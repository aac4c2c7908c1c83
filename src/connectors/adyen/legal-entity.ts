import type { Address, Person } from "../../domain/person.ts";
import { CAPABILITY } from "./verification.ts";

/** The type of an organization, where ours says as much; of a company it is for its owner to say. */
const ORGANIZATION_TYPES: Readonly<Partial<Record<Person["type"], string>>> = {
  NON_PROFIT: "nonProfit",
  PUBLIC_SECTOR: "governmentalOrganization",
};

/**
 * The body of POST /legalEntities. Holds personal data: never log it.
 *
 * @returns undefined for somebody without an address, whom Adyen does not take
 */
export function toLegalEntity(person: Person, reference: string): object | undefined {
  const { individual, organization, address } = person;
  if (address === undefined) return undefined;
  return {
    type: individual === undefined ? "organization" : "individual",
    ...(individual && { individual: toIndividual(person, individual, address) }),
    ...(organization && { organization: toOrganization(person, organization, address) }),
    capabilities: { [CAPABILITY]: { requested: true } },
    reference,
  };
}

function toIndividual(
  { email, phone }: Person,
  { givenName, familyName, birthDate, nationalId }: NonNullable<Person["individual"]>,
  address: Address,
): object {
  return {
    name: { firstName: givenName, lastName: familyName },
    residentialAddress: toPlace(address),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone: { number: phone } }),
    ...(birthDate !== undefined && { birthData: { dateOfBirth: birthDate } }),
    ...(nationalId !== undefined && {
      identificationData: { type: "nationalIdNumber", number: nationalId },
    }),
  };
}

function toOrganization(
  { type, email, phone }: Person,
  { legalName, registrationNumber, taxId }: NonNullable<Person["organization"]>,
  address: Address,
): object {
  const organizationType = ORGANIZATION_TYPES[type];
  return {
    legalName,
    registeredAddress: toPlace(address),
    ...(organizationType !== undefined && { type: organizationType }),
    ...(email !== undefined && { email }),
    ...(phone !== undefined && { phone: { number: phone } }),
    ...(registrationNumber !== undefined && { registrationNumber }),
    ...(taxId !== undefined && { taxInformation: [{ country: address.country, number: taxId }] }),
  };
}

/** A city is taken with a postal code only: without one the country has to do. */
function toPlace({ lines, city, region, postalCode, country }: Address): object {
  const [street = "", ...more] = lines;
  if (postalCode === undefined) return { country };
  const state = region?.toUpperCase();
  return {
    country,
    city,
    postalCode: postalCode.toUpperCase(),
    street,
    ...(more.length > 0 && { street2: more.join(", ") }),
    ...(state !== undefined && /^[A-Z]{2,3}$/.test(state) && { stateOrProvince: state }),
  };
}
