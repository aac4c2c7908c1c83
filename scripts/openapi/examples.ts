import { readFileSync } from "node:fs";
import type { JsonObject } from "@bufbuild/protobuf";

/** One example of a request body. */
interface Example {
  readonly summary: string;
  readonly value: JsonObject;
}

const ANSWERS: Readonly<Record<string, JsonObject>> = JSON.parse(
  readFileSync(new URL("./answer-examples.json", import.meta.url), "utf8"),
);

/** What the service has answered once, as the example of a schema; nothing for schemas without one. */
export function answerExamples(schema: string): JsonObject {
  const example = ANSWERS[schema];
  return example === undefined ? {} : { examples: [example] };
}

/**
 * Requests to begin with, by operation. `tests/e2e/openapi/examples.test.ts` sends each of them to the
 * running service, with the ids of things that it has made, and each is answered 200.
 */
export const EXAMPLES: Readonly<Record<string, Record<string, Example & JsonObject>>> = {
  "PayoutService.Create": {
    stored: {
      summary: "To a stored recipient's default account",
      value: {
        merchantPayoutId: "order-1001",
        amount: { minorAmount: "12500", currency: "USD" },
        recipientId: "rcp_01m815gfaqe5rsjj2pqn906y2j",
      },
    },
    ach: {
      summary: "To an account given here and now",
      value: {
        merchantPayoutId: "order-1002",
        amount: { minorAmount: "12500", currency: "USD" },
        payoutMethodData: {
          ach: {
            accountNumber: "000123456789",
            routingNumber: "110000000",
            accountType: "CHECKING",
            holderName: "Jane Doe",
          },
        },
        metadata: { order: "1002" },
      },
    },
    sepa: {
      summary: "In euros, held until Transfer",
      value: {
        merchantPayoutId: "order-1003",
        amount: { minorAmount: "12500", currency: "EUR" },
        payoutMethodData: {
          sepa: { iban: "DE89370400440532013000", holderName: "Jane Doe" },
        },
        fulfillment: "MANUAL",
      },
    },
    timeout: {
      summary: "Sandbox: the processor's answer is lost",
      value: {
        amount: { minorAmount: "100", currency: "USD" },
        payoutMethodData: { venmo: { phone: "+12025550123" } },
        metadata: { sandbox_scenario: "timeout_after_accept" },
      },
    },
  },
  "PayoutService.Stage": {
    pix: {
      summary: "A payout to be reviewed first",
      value: {
        merchantPayoutId: "invoice-7",
        amount: { minorAmount: "50000", currency: "USD" },
        destinationCurrency: "BRL",
        payoutMethodData: { pixKey: { pixKey: "jane@example.com", kind: "EMAIL" } },
      },
    },
  },
  "PayoutService.Transfer": {
    reviewed: {
      summary: "With a note for the record",
      value: { note: "checked against invoice 7" },
    },
  },
  "PayoutService.Void": {
    reason: {
      summary: "With a reason for the record",
      value: { reason: "the order was cancelled" },
    },
  },
  "PayoutService.CreateLink": {
    link: {
      summary: "A link that is good for three days",
      value: {
        merchantPayoutId: "refund-12",
        amount: { minorAmount: "2500", currency: "USD" },
        description: "Refund of order 12",
        ttl: "259200s",
        locale: "en",
      },
    },
  },
  "PayoutService.CreateRecipient": {
    individual: {
      summary: "A person",
      value: {
        type: "INDIVIDUAL",
        individual: { givenName: "Jane", familyName: "Doe" },
        email: "jane@example.com",
        merchantRecipientId: "seller-17",
      },
    },
    company: {
      summary: "A company",
      value: {
        type: "COMPANY",
        organization: { legalName: "Example GmbH" },
        address: { lines: ["Hauptstr. 1"], city: "Berlin", postalCode: "10115", country: "DE" },
      },
    },
  },
  "PayoutService.EnrollDisburseAccount": {
    ach: {
      summary: "A bank account in the United States",
      value: {
        payoutMethodData: {
          ach: {
            accountNumber: "000123456789",
            routingNumber: "110000000",
            accountType: "CHECKING",
            holderName: "Jane Doe",
          },
        },
        setDefault: true,
      },
    },
  },
  "RoutingService.ReplaceRoutingRules": {
    rules: {
      summary: "Large payouts go another way",
      value: {
        rules: [
          { name: "large", condition: "amount > 1000000", connectors: ["sandbox"] },
          { name: "rest", connectors: ["sandbox"] },
        ],
      },
    },
  },
  "WebhookEndpointService.CreateWebhookEndpoint": {
    payouts: {
      summary: "All events of payouts",
      value: { url: "https://shop.example/hooks", eventTypes: ["payout.*"] },
    },
  },
  "ConnectorService.CreateConnectorAccount": {
    wise: {
      summary: "An account at Wise",
      value: {
        connector: "wise",
        name: "main",
        settings: { api_token: "00000000-0000-0000-0000-000000000000", profile_id: "42" },
      },
    },
  },
  "AdminService.CreateApiKey": {
    reader: {
      summary: "A key that can only read",
      value: { name: "reporting", scopes: ["payouts:read"] },
    },
  },
  "SandboxService.FailPayout": {
    closed: { summary: "As if the account were closed", value: { reason: "ACCOUNT_CLOSED" } },
  },
};
