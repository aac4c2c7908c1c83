import type { PayoutError } from "../../domain/payout.ts";
import type { ConnectorModule, ConnectorTools } from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { ITAU_ACCOUNT_FIELDS, ITAU_BASE_URLS } from "./account-fields.ts";
import { ITAU_MANIFEST } from "./manifest.ts";
import { effectOf, planPayout } from "./plan.ts";

/** Keeps no state; see `Connector` for what each function promises. */
export function createItauConnector(_tools: ConnectorTools): ConnectorModule {
  return {
    manifest: ITAU_MANIFEST,
    accountFields: ITAU_ACCOUNT_FIELDS,
    baseUrls: ITAU_BASE_URLS,
    plan: planPayout,
    effectOf,
    callStep: async ({ step }) => {
      switch (step) {
        case "check":
        case "pay":
          return { kind: "not_sent", error: NOT_WRITTEN };
        default:
          return { kind: "rejected", error: unknownStep() };
      }
    },
    lookup: async () => ({ kind: "unreachable", error: NOT_WRITTEN }),
  };
}

const NOT_WRITTEN: PayoutError = {
  category: "CONFIGURATION",
  reason: "CONNECTOR_NOT_WRITTEN",
  message: "The connector cannot make calls yet; nothing was sent.",
};
