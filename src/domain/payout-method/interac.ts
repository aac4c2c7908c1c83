import { FieldReader } from "../field-reader.ts";
import { maskEmail, maskName } from "../mask.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";

export type Interac = {
  readonly kind: "interac";
  readonly email: string;
  readonly holderName: string;
};

export const interac: Rail<Interac> = {
  parse(input) {
    const reader = new FieldReader("interac");
    const email = reader.email("email", input.email, {
      max: 254,
      required: "Give the e-mail address that takes the transfer.",
      wrong: "Check the e-mail address: name@example.com, at most 254 characters.",
    });
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    if (!email || !holderName) return reader.refusal();
    return { method: { kind: "interac", email, holderName } };
  },

  mask: ({ kind, email, holderName }) => ({
    kind,
    country: "CA",
    email: maskEmail(email),
    holderName: maskName(holderName),
  }),

  fingerprint: ({ kind, email }) => canonical(kind, email),
  currencies: ["CAD"],
  countryOf: () => "CA",
};
