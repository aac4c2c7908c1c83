import type { DescMethod, JsonObject } from "@bufbuild/protobuf";
import { ConnectorService } from "../../gen/payout/v1/connector_service_pb.js";
import { PayoutService } from "../../gen/payout/v1/payout_service_pb.js";
import { RecipientService } from "../../gen/payout/v1/recipient_service_pb.js";
import { SAMPLES } from "../domain/payout-method/samples.ts";

const ADDRESS: JsonObject = {
  lines: ["1 Main Street", "Flat 2"],
  city: "Springfield",
  region: "IL",
  postalCode: "62701",
  country: "US",
};

/** A person and an organization with everything that can be told of them. */
export const PERSON: JsonObject = {
  type: "INDIVIDUAL",
  individual: {
    givenName: "Jane",
    familyName: "Doe",
    birthDate: "1980-02-28",
    nationalId: "123",
  },
  email: "jane@example.com",
  phone: "+14155552671",
  address: ADDRESS,
};
const { type: _, ...UPDATE } = PERSON;
export const ORGANIZATION: JsonObject = {
  type: "COMPANY",
  organization: { legalName: "Acme", registrationNumber: "1", taxId: "2" },
  email: "office@example.com",
  phone: "+14155552671",
  address: ADDRESS,
};

/** Every way to be paid, with a currency that it is paid in, as the contract's JSON. */
export const METHODS: readonly { readonly currency: string; readonly data: JsonObject }[] = [
  arm("USD", "card", SAMPLES.card),
  arm("USD", "ach", SAMPLES.ach),
  arm("GBP", "bacs", SAMPLES.bacs),
  arm("EUR", "sepa", SAMPLES.sepa),
  arm("BRL", "pix", { ...SAMPLES.pix, ispb: undefined }),
  arm("BRL", "pixKey", { pixKey: "jane@example.com" }),
  arm("USD", "paypal", { email: "jane@example.com" }),
  arm("USD", "paypal", { phone: "+14155552671" }),
  arm("USD", "paypal", { paypalId: "ABCDEFGHJKLMN" }),
  arm("USD", "venmo", SAMPLES.venmo),
  arm("CAD", "interac", SAMPLES.interac),
  arm("GBP", "openBankingUk", SAMPLES.open_banking_uk),
  arm("USD", "applePay", SAMPLES.apple_pay),
  arm("USD", "passthrough", SAMPLES.passthrough),
];

function arm(currency: string, name: string, sample: object) {
  const fields = Object.entries(sample).filter(
    ([field, value]) => field !== "kind" && value !== undefined,
  );
  return { currency, data: { [name]: Object.fromEntries(fields) } as JsonObject };
}

export interface FullRequest {
  readonly method: DescMethod;
  readonly request: JsonObject;
}

/** Requests that hold every redacted field; `recipientId` is whose accounts and data are changed. */
export function fullRequests(recipientId: string, scenario: string): readonly FullRequest[] {
  const { method } = PayoutService;
  const metadata = { sandbox_scenario: scenario };
  const amount = (currency: string) => ({ minorAmount: "1250", currency });
  const inline = METHODS.map(({ currency, data }) => ({
    amount: amount(currency),
    payoutMethodData: data,
    metadata,
  }));
  return [
    ...inline.map((request) => ({
      method: method.create,
      request: { ...request, recipient: PERSON },
    })),
    ...inline.slice(0, 3).map((request) => ({
      method: method.stage,
      request: { ...request, recipient: ORGANIZATION },
    })),
    ...METHODS.map(({ data }) => ({
      method: method.enrollDisburseAccount,
      request: { recipientId, payoutMethodData: data, connector: "sandbox" },
    })),
    ...[PERSON, ORGANIZATION].flatMap((person) => [
      { method: method.createRecipient, request: { ...person, connector: "sandbox", metadata } },
      {
        method: method.createLink,
        request: { amount: amount("USD"), recipient: person, claimCode: "4711", metadata },
      },
    ]),
    { method: RecipientService.method.updateRecipient, request: { recipientId, ...UPDATE } },
  ];
}

/** An account at a processor, and a change of its secret; a merchant that pays has none. */
export function accountRequests(connectorAccountId: string): readonly FullRequest[] {
  const { method } = ConnectorService;
  const settings = { secret_key: "sk_test_any" };
  return [
    { method: method.createConnectorAccount, request: { connector: "stripe", settings } },
    { method: method.updateConnectorAccount, request: { connectorAccountId, settings } },
  ];
}
