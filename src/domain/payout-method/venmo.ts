import { FieldReader } from "../field-reader.ts";
import { maskPhone } from "../mask.ts";
import { canonical, type Rail } from "./rail.ts";

export type Venmo = {
  readonly kind: "venmo";
  /** E.164. */
  readonly phone: string;
};

const US_PHONE = "Give the US phone: +1 and ten digits.";

export const venmo: Rail<Venmo> = {
  parse(input) {
    const reader = new FieldReader("venmo");
    const phone = reader.phone("phone", input.phone, { required: US_PHONE, wrong: US_PHONE });
    if (phone === undefined) return reader.refusal();
    // +1 is shared. A number known to be of another country is refused; an area code that nobody
    // is known to have may be a new one, and Venmo will say.
    const isUs = phone.e164.startsWith("+1") && (phone.country ?? "US") === "US";
    if (isUs) return { method: { kind: "venmo", phone: phone.e164 } };
    reader.refuse("phone", US_PHONE);
    return reader.refusal();
  },

  mask: ({ kind, phone }) => ({ kind, country: "US", phone: maskPhone(phone) }),
  fingerprint: ({ kind, phone }) => canonical(kind, phone),
  currencies: ["USD"],
  countryOf: () => "US",
};
