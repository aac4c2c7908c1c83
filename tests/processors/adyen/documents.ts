import { PublishedApi } from "../support/published-api.ts";
import type { KnownDeviation } from "../support/violation.ts";
import { configurationPrefix, legalEntityPrefix, transfersPrefix } from "./prefixes.ts";

/**
 * The published documents. They are shared by all fakes of a process, since their validators take a
 * while to make and keep nothing of what they saw.
 */
export const publishedApis = [
  PublishedApi.load("adyen-transfers", transfersPrefix),
  PublishedApi.load("adyen-legal-entity", legalEntityPrefix),
  PublishedApi.load("adyen-configuration", configurationPrefix),
];

export const publishedWebhooks = PublishedApi.load("adyen-transfer-webhooks");

/** Where the documents disagree with themselves. */
export const documentedDeviations: readonly KnownDeviation[] = [
  {
    why: "the schema marks what is asked of a capability as read-only; its own example sends it",
    side: "request",
    operation: "POST /legalEntities",
    pointer: /^\/capabilities\//,
    rule: "readOnly",
  },
];
