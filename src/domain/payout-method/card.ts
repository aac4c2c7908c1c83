import { FieldReader, present } from "../field-reader.ts";
import { lastFour, maskName } from "../mask.ts";
import { readCardNumber, readExpiry, readNetwork } from "./card-rules.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";

/** No CVV: there is no field for it, here or anywhere. */
export type Card = {
  readonly kind: "card";
  readonly cardNumber: string;
  /** 1 to 12. */
  readonly expiryMonth: number;
  /** Four digits. */
  readonly expiryYear: number;
  readonly holderName: string;
  /** Lower snake case, such as "american_express"; derived from the number when not given. */
  readonly network?: string;
};

/** PCI DSS allows the first six digits; short numbers show fewer, so that five stay hidden. */
const LEAST_HIDDEN = 5;

export const card: Rail<Card> = {
  parse(input, { now }) {
    const reader = new FieldReader("card");
    const cardNumber = readCardNumber(reader, "card_number", input.cardNumber, {
      required: "Give the card's number.",
      wrong: "Give the card's number: 12 to 19 digits.",
    });
    const expiry = readExpiry(reader, input, now);
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    const network = cardNumber && readNetwork(reader, "network", input.network, cardNumber);
    if (!cardNumber || !expiry || !holderName || reader.refused) return reader.refusal();
    return { method: { kind: "card", cardNumber, ...expiry, holderName, ...present({ network }) } };
  },

  mask: ({ kind, cardNumber, network, holderName }) => ({
    kind,
    last4: lastFour(cardNumber),
    bin: cardNumber.slice(0, Math.max(0, Math.min(6, cardNumber.length - 4 - LEAST_HIDDEN))),
    holderName: maskName(holderName),
    ...present({ network }),
  }),

  fingerprint: ({ kind, cardNumber, expiryMonth, expiryYear }) =>
    canonical(kind, cardNumber, String(expiryYear), String(expiryMonth)),

  currencies: null,
  countryOf: () => undefined,
};
