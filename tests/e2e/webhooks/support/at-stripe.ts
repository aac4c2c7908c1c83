import type { JsonObject } from "@bufbuild/protobuf";

const RECIPIENT: JsonObject = {
  type: "INDIVIDUAL",
  individual: {
    givenName: "Jane",
    familyName: "Doe",
    birthDate: "1984-02-09",
    nationalId: "078051120",
  },
  email: "jane@example.com",
  phone: "+14155552671",
  address: {
    lines: ["1 Main Street"],
    city: "Springfield",
    region: "IL",
    postalCode: "62701",
    country: "US",
  },
};

/** A payout that Stripe makes by itself from beginning to end. */
export const STRIPE_CREATE: JsonObject = {
  amount: { minorAmount: "1050", currency: "USD" },
  payoutMethodData: {
    ach: {
      accountNumber: "000123456789",
      routingNumber: "110000000",
      accountType: "CHECKING",
      holderName: "Jane Doe",
    },
  },
  recipient: RECIPIENT,
  metadata: {
    stripe_tos_acceptance_date: "1700000000",
    stripe_tos_acceptance_ip: "192.0.2.77",
  },
};
