import { FieldReader } from "../field-reader.ts";
import { readCardNumber, readExpiry } from "./card-rules.ts";
import { canonical, type Rail } from "./rail.ts";

/** A device's own account number (DPAN) for a card in Apple Pay; the card's rules hold for it. */
export type ApplePay = {
  readonly kind: "apple_pay";
  readonly dpan: string;
  /** 1 to 12. */
  readonly expiryMonth: number;
  /** Four digits. */
  readonly expiryYear: number;
};

export const applePay: Rail<ApplePay> = {
  parse(input, { now }) {
    const reader = new FieldReader("apple_pay");
    const dpan = readCardNumber(reader, "dpan", input.dpan, {
      required: "Give the device account number.",
      wrong: "Give the device account number: 12 to 19 digits.",
    });
    const expiry = readExpiry(reader, input, now);
    if (!dpan || !expiry) return reader.refusal();
    return { method: { kind: "apple_pay", dpan, ...expiry } };
  },

  // A DPAN's digits are not those on the card, so showing them would help nobody.
  mask: ({ kind }) => ({ kind }),
  fingerprint: ({ kind, dpan, expiryMonth, expiryYear }) =>
    canonical(kind, dpan, String(expiryYear), String(expiryMonth)),
  currencies: null,
  countryOf: () => undefined,
};
