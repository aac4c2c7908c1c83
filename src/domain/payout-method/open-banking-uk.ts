import { FieldReader } from "../field-reader.ts";
import { lastFour, maskName } from "../mask.ts";
import { readIban } from "./iban.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";

export type OpenBankingUk = {
  readonly kind: "open_banking_uk";
  readonly iban: string;
  readonly holderName: string;
};

export const openBankingUk: Rail<OpenBankingUk> = {
  parse(input) {
    const reader = new FieldReader("open_banking_uk");
    const iban = readIban(reader, "iban", input.iban);
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    if (iban !== undefined && !iban.startsWith("GB")) {
      reader.refuse("iban", "Give a UK account: an IBAN that starts with GB.");
    }
    if (!iban || !holderName || reader.refused) return reader.refusal();
    return { method: { kind: "open_banking_uk", iban, holderName } };
  },

  mask: ({ kind, iban, holderName }) => ({
    kind,
    last4: lastFour(iban),
    country: "GB",
    holderName: maskName(holderName),
  }),

  fingerprint: ({ kind, iban }) => canonical(kind, iban),
  currencies: ["GBP"],
  countryOf: () => "GB",
};
