import {
  type PayoutMethod,
  type PayoutMethodInput,
  type PayoutMethodKind,
  parsePayoutMethod,
} from "../../../src/domain/payout-method/index.ts";

/** Sunday, 22 November 2026, noon in UTC. */
export const NOW = Date.UTC(2026, 10, 22, 12);

export type InputFor<K extends PayoutMethodKind> = Extract<PayoutMethodInput, { kind: K }>;

/** One right input for each rail, with the optional parts and the punctuation that people write. */
export const SAMPLES: { readonly [K in PayoutMethodKind]: InputFor<K> } = {
  card: {
    kind: "card",
    cardNumber: "4242 4242 4242 4242",
    expiryMonth: 11,
    expiryYear: 2026,
    holderName: " Jane Doe ",
    network: "Visa",
  },
  ach: {
    kind: "ach",
    accountNumber: "000-123 456 789",
    routingNumber: "0210 0002 1",
    accountType: "CHECKING",
    holderName: "Jane Doe",
    bankName: "Chase",
  },
  bacs: { kind: "bacs", accountNumber: "3192 6819", sortCode: "60-16-13", holderName: "Jane Doe" },
  sepa: {
    kind: "sepa",
    iban: "de89 3704 0044 0532 0130 00",
    holderName: "Jane Doe",
    bic: "cobadeff xxx",
  },
  pix: {
    kind: "pix",
    accountNumber: "12345678-9",
    branch: "0001",
    bankCode: "260",
    ispb: "18236120",
    taxId: "295.379.955-93",
    accountType: "CHECKING",
    holderName: "Joana Silva",
  },
  pix_key: { kind: "pix_key", pixKey: "Joana@Example.com", keyKind: "EMAIL" },
  paypal: { kind: "paypal", email: "Jane@Example.COM" },
  venmo: { kind: "venmo", phone: "+1 (415) 555-2671" },
  interac: { kind: "interac", email: "jane@example.ca", holderName: "Jane Doe" },
  open_banking_uk: {
    kind: "open_banking_uk",
    iban: "GB29 NWBK 6016 1331 9268 19",
    holderName: "Jane Doe",
  },
  apple_pay: { kind: "apple_pay", dpan: "5555 5555 5555 4444", expiryMonth: 1, expiryYear: 31 },
  passthrough: { kind: "passthrough", pspToken: "tok_live_abc123", tokenKind: "CARD" },
};

/** The sample of a rail with some parts changed. */
export function sample<K extends PayoutMethodKind>(
  kind: K,
  changes: Partial<InputFor<K>> = {},
): PayoutMethodInput {
  return { ...SAMPLES[kind], ...changes } as PayoutMethodInput;
}

/** The normalised method; fails the test when the input is refused. */
export function accepted(input: PayoutMethodInput): PayoutMethod {
  const parsed = parsePayoutMethod(input, { now: NOW });
  if (parsed.method === undefined) throw new Error(JSON.stringify(parsed.violations));
  return parsed.method;
}

/** The paths of what is wrong, without repetition; empty when the input is accepted. */
export function faults(input: PayoutMethodInput, now = NOW): string[] {
  const { violations = [] } = parsePayoutMethod(input, { now });
  return [...new Set(violations.map(({ field }) => field))];
}

/** The first message for the input; empty when it is accepted. */
export function message(input: PayoutMethodInput): string {
  return parsePayoutMethod(input, { now: NOW }).violations?.[0]?.message ?? "";
}
