import type { ConnectorModule, ConnectorTools } from "../connector.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { PAYPAL_ACCOUNT_FIELDS, PAYPAL_BASE_URLS } from "./account-fields.ts";
import { callStep } from "./call-step.ts";
import { lookup } from "./lookup.ts";
import { PAYPAL_MANIFEST } from "./manifest.ts";
import { PayPalApi } from "./paypal-api.ts";
import { effectOf, planPayout } from "./plan.ts";
import { voidPayout } from "./void.ts";
import { readEvents } from "./webhook-events.ts";
import { isGenuine } from "./webhook-verification.ts";

/** PayPal Payouts. Keeps nothing but access tokens; see `Connector` for what each function promises. */
export function createPayPalConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule {
  const now = () => clock.now();
  const api = new PayPalApi(http, createAccessTokens(http, now), now);
  return {
    manifest: PAYPAL_MANIFEST,
    accountFields: PAYPAL_ACCOUNT_FIELDS,
    baseUrls: PAYPAL_BASE_URLS,
    plan: planPayout,
    effectOf,
    callStep: (input) => callStep(api, input),
    lookup: (input) => lookup(api, input),
    void: (input) => voidPayout(api, input),
    webhook: {
      verify: (message, account) => isGenuine(api, message, account),
      parse: readEvents,
    },
  };
}
