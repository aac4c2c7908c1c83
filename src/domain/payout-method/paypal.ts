import { FieldReader, isGiven, present } from "../field-reader.ts";
import { lastFour, maskEmail, maskPhone } from "../mask.ts";
import { canonical, type Rail } from "./rail.ts";

/** Exactly one of the three is there. */
export type Paypal = {
  readonly kind: "paypal";
  readonly email?: string;
  /** E.164. */
  readonly phone?: string;
  readonly paypalId?: string;
};

export const paypal: Rail<Paypal> = {
  parse(input) {
    const reader = new FieldReader("");
    const named = [input.email, input.phone, input.paypalId].filter(isGiven);
    if (named.length !== 1) {
      reader.refuse("paypal", "Give exactly one of email, phone and paypal_id.");
      return reader.refusal();
    }
    const email = reader.email("paypal.email", input.email, {
      max: 254,
      wrong: "Check the e-mail address: name@example.com, at most 254 characters.",
    });
    const phone = reader.phone("paypal.phone", input.phone, {
      wrong: "Give the phone as plus sign, country code and number, with no zero between the two.",
    })?.e164;
    // PayPal compares its ids exactly, so they keep their case.
    const paypalId = reader.text("paypal.paypal_id", input.paypalId, { max: 64, wrong: PAYPAL_ID });
    if (paypalId !== undefined && !/^[A-Za-z0-9]+$/.test(paypalId)) {
      reader.refuse("paypal.paypal_id", PAYPAL_ID);
    }
    if (reader.refused) return reader.refusal();
    return { method: { kind: "paypal", ...present({ email, phone, paypalId }) } };
  },

  mask: ({ kind, email, phone, paypalId }) => ({
    kind,
    ...present({
      email: email && maskEmail(email),
      phone: phone && maskPhone(phone),
      last4: paypalId && lastFour(paypalId),
    }),
  }),

  fingerprint({ kind, email, phone, paypalId }) {
    if (email !== undefined) return canonical(kind, "email", email);
    if (phone !== undefined) return canonical(kind, "phone", phone);
    return canonical(kind, "paypal_id", paypalId ?? "");
  },

  currencies: null,
  countryOf: () => undefined,
};

const PAYPAL_ID = "Give the PayPal id: letters and digits, at most 64.";
