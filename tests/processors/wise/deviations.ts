import type { KnownDeviation } from "../support/violation.ts";

/** Operations that the fake may refuse with a status that the document does not give for them. */
const refusing: Readonly<Record<string, string>> = {
  "POST /v3/profiles/{profileId}/quotes": "401, 403, 422",
  "GET /v3/profiles/{profileId}/quotes/{quoteId}": "401, 403, 404",
  "PATCH /v3/profiles/{profileId}/quotes/{quoteId}": "401, 403, 404",
  "POST /v1/quotes/{quoteId}/account-requirements": "401, 404",
  "GET /v2/accounts/{accountId}": "401, 404",
  "DELETE /v2/accounts/{accountId}": "401, 404",
  "POST /v1/transfers": "401, 404, 422",
  "GET /v1/transfers": "401",
  "GET /v1/transfers/{transferId}": "401",
  "PUT /v1/transfers/{transferId}/cancel": "401",
  "POST /v3/profiles/{profileId}/transfers/{transferId}/payments": "401, 403, 422",
  "GET /v1/transfers/{transferId}/payments": "401",
  "POST /v1/transfer-requirements": "401, 404",
  "GET /v1/simulation/transfers/{transferId}/{status}": "401, 404, 409",
  "POST /v3/profiles/{profileId}/subscriptions": "401, 403, 422",
  "GET /v3/profiles/{profileId}/subscriptions": "401, 403",
  "GET /v3/profiles/{profileId}/subscriptions/{subscriptionId}": "401, 403, 404",
  "DELETE /v3/profiles/{profileId}/subscriptions/{subscriptionId}": "401, 403, 404",
};

/** Where the processor does what its document does not say, or denies. */
export const deviations: readonly KnownDeviation[] = [
  ...Object.entries(refusing).map(([operation, refusals]) => ({
    why: `the document names hardly any refusals; the processor has them: ${refusals}`,
    side: "reply" as const,
    operation,
    in: "status" as const,
  })),
  {
    why: "the document gives the refusal a code in words, and no body in its schema",
    side: "reply",
    operation: "PUT /v1/transfers/{transferId}/cancel",
    in: "content-type",
  },
  {
    why: "the document's own example has null here, its schema has not",
    side: "reply",
    in: "body",
    pointer: /^\/\d+\/(usageInfo|fields\/\d+\/group\/\d+\/\w+)$/,
    rule: "type",
  },
];
