import { FieldReader, present } from "../field-reader.ts";
import { lastFour, maskDigits, maskName } from "../mask.ts";
import { BANK_NAME, canonical, HOLDER_NAME, type Rail } from "./rail.ts";

const ACCOUNT_TYPES = ["CHECKING", "SAVINGS"] as const;

export type Ach = {
  readonly kind: "ach";
  readonly accountNumber: string;
  readonly routingNumber: string;
  readonly accountType: (typeof ACCOUNT_TYPES)[number];
  readonly holderName: string;
  readonly bankName?: string;
};

/** What the Federal Reserve has assigned: government, twelve districts, thrifts, electronic, traveller's. */
const ROUTING_PREFIXES: readonly (readonly [number, number])[] = [
  [0, 12],
  [21, 32],
  [61, 72],
  [80, 80],
];
const ROUTING_WEIGHTS = [3, 7, 1, 3, 7, 1, 3, 7, 1] as const;

export const ach: Rail<Ach> = {
  parse(input) {
    const reader = new FieldReader("ach");
    const accountNumber = reader.digits("account_number", input.accountNumber, {
      lengths: [4, 17],
      required: "Give the account number.",
      wrong: "Give the account number: 4 to 17 digits.",
    });
    const routingNumber = readRoutingNumber(reader, input.routingNumber);
    // Required: the entry's transaction code differs, and a bank returns the wrong one (R20, R03).
    const accountType = reader.choice("account_type", input.accountType, {
      of: ACCOUNT_TYPES,
      required: "Give the account type: CHECKING or SAVINGS.",
      wrong: "Give the account type: CHECKING or SAVINGS.",
    });
    const holderName = reader.name("holder_name", input.holderName, HOLDER_NAME);
    const bankName = reader.name("bank_name", input.bankName, BANK_NAME);
    if (!accountNumber || !routingNumber || !accountType || !holderName || reader.refused) {
      return reader.refusal();
    }
    const kind = "ach";
    return {
      method: {
        kind,
        accountNumber,
        routingNumber,
        accountType,
        holderName,
        ...present({ bankName }),
      },
    };
  },

  mask: ({ kind, accountNumber, holderName, bankName }) => ({
    kind,
    last4: lastFour(accountNumber),
    country: "US",
    holderName: maskName(holderName),
    ...present({ bank: bankName && maskDigits(bankName) }),
  }),

  fingerprint: ({ kind, routingNumber, accountNumber, accountType }) =>
    canonical(kind, routingNumber, accountNumber, accountType),

  currencies: ["USD"],
  countryOf: () => "US",
};

function readRoutingNumber(reader: FieldReader, input: string | undefined): string | undefined {
  const number = reader.digits("routing_number", input, {
    lengths: [9, 9],
    required: "Give the bank's ABA routing number.",
    wrong: "Give the bank's ABA routing number: 9 digits.",
  });
  if (number === undefined) return undefined;
  const prefix = Number(number.slice(0, 2));
  const assigned = ROUTING_PREFIXES.some(([from, to]) => prefix >= from && prefix <= to);
  const sum = ROUTING_WEIGHTS.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
  // A sum of 0 is nine zeros, which the checksum lets pass and no bank has.
  if (assigned && sum % 10 === 0 && sum > 0) return number;
  return reader.refuse(
    "routing_number",
    "Check the routing number: it is not one that a US bank can have.",
  );
}
