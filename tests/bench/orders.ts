import type { JsonObject } from "@bufbuild/protobuf";

/** Payouts as callers order them, one for each rail of the bench. */
export const RAILS = {
  USD: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "021000021",
      accountType: "CHECKING",
      holderName: "Jane Doe",
      bankName: "Chase",
    },
  },
  EUR: { sepa: { iban: "DE89370400440532013000", holderName: "Jane Doe", bic: "COBADEFFXXX" } },
  GBP: { bacs: { accountNumber: "31926819", sortCode: "601613", holderName: "Jane Doe" } },
  BRL: { pixKey: { pixKey: "joana@example.com", kind: "EMAIL" } },
  CAD: { interac: { email: "jane@example.ca", holderName: "Jane Doe" } },
} as const satisfies Readonly<Record<string, JsonObject>>;

export type RailCurrency = keyof typeof RAILS;
export const RAIL_CURRENCIES = Object.keys(RAILS) as RailCurrency[];

/** What the person is said to be. */
export const PERSON: JsonObject = {
  type: "INDIVIDUAL",
  individual: { givenName: "Jane", familyName: "Doe" },
  email: "jane@example.com",
};

/** What is ordered, without who is paid where. */
export function termsOf(
  currency: RailCurrency,
  { scenario, reference }: { readonly scenario: string; readonly reference: string },
): JsonObject {
  return {
    merchantPayoutId: reference,
    amount: { minorAmount: "125000", currency },
    description: "Invoice 2026-11-0042, thank you",
    metadata: { order: "2026-11-0042", seller: "8841", sandbox_scenario: scenario },
  };
}

/** Who is paid where. */
export function destinationOf(currency: RailCurrency): JsonObject {
  return { payoutMethodData: RAILS[currency], recipient: PERSON };
}
