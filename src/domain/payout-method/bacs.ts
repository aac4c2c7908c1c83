import { FieldReader } from "../field-reader.ts";
import { lastFour, maskName } from "../mask.ts";
import { canonical, HOLDER_NAME, type Rail } from "./rail.ts";

export type Bacs = {
  readonly kind: "bacs";
  readonly accountNumber: string;
  readonly sortCode: string;
  readonly holderName: string;
};

export const bacs: Rail<Bacs> = {
  parse(input) {
    const reader = new FieldReader("bacs");
    const accountNumber = reader.digits("account_number", input.accountNumber, {
      lengths: [8, 8],
      required: "Give the account number.",
      wrong: "Give the account number: 8 digits, with zeros in front if it is shorter.",
    });
    const sortCode = reader.digits("sort_code", input.sortCode, {
      lengths: [6, 6],
      required: "Give the sort code.",
      wrong: "Give the sort code: 6 digits.",
    });
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    if (!accountNumber || !sortCode || !holderName) return reader.refusal();
    return { method: { kind: "bacs", accountNumber, sortCode, holderName } };
  },

  mask: ({ kind, accountNumber, holderName }) => ({
    kind,
    last4: lastFour(accountNumber),
    country: "GB",
    holderName: maskName(holderName),
  }),

  fingerprint: ({ kind, sortCode, accountNumber }) => canonical(kind, sortCode, accountNumber),
  currencies: ["GBP"],
  countryOf: () => "GB",
};
