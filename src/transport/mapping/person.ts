import type { MessageInitShape } from "@bufbuild/protobuf";
import {
  type Address,
  type Individual,
  type Organization,
  type Recipient_MaskedPersonSchema,
  Recipient_Type,
  type RecipientDetails,
} from "../../../gen/payout/v1/recipient_pb.js";
import type { MaskedPerson, PersonInput } from "../../domain/person.ts";
import { fromEnum } from "./enums.ts";

/** A person's fields, as CreateRecipient and RecipientDetails have them. */
interface PersonFields {
  readonly type: Recipient_Type;
  readonly individual?: Individual | undefined;
  readonly organization?: Organization | undefined;
  readonly email: string;
  readonly phone: string;
  readonly address?: Address | undefined;
}

export function fromPerson(fields: PersonFields): PersonInput {
  const { individual, organization, email, phone, address } = fields;
  return {
    type: fromEnum<string>(Recipient_Type, fields.type) ?? "",
    individual,
    organization,
    email,
    phone,
    address,
  };
}

/** Details given with a payout need no type where the fields tell it. */
export function fromDetails(details: RecipientDetails | undefined): PersonInput | undefined {
  if (details === undefined) return undefined;
  const person = fromPerson(details);
  if (person.type !== "") return person;
  return { ...person, type: details.organization === undefined ? "INDIVIDUAL" : "COMPANY" };
}

export function toMaskedPerson(
  person: MaskedPerson,
): MessageInitShape<typeof Recipient_MaskedPersonSchema> {
  const { name, email, phone, city, country } = person;
  return {
    displayName: name,
    email: email ?? "",
    phone: phone ?? "",
    city: city ?? "",
    country: country ?? "",
  };
}
