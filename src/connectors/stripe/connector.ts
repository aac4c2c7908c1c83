import type { ConnectorModule } from "../connector.ts";
import { STRIPE_ACCOUNT_FIELDS, STRIPE_BASE_URLS } from "./account-fields.ts";
import { callStep } from "./call-step.ts";
import { lookup } from "./lookup.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { effectOf, planSteps, undoOf } from "./plan.ts";
import {
  lookupAccount,
  lookupRecipient,
  registerAccount,
  registerRecipient,
} from "./registration.ts";
import { StripeApi, type StripeTools } from "./stripe-api.ts";
import { voidPayout } from "./void.ts";
import { readEvents } from "./webhook-events.ts";
import { isSigned } from "./webhook-signature.ts";

/** Stripe's connector. Keeps no state; see `Connector` for what each function promises. */
export function createStripeConnector(tools: StripeTools): ConnectorModule {
  const api = new StripeApi(tools);
  return {
    manifest: STRIPE_MANIFEST,
    accountFields: STRIPE_ACCOUNT_FIELDS,
    baseUrls: STRIPE_BASE_URLS,
    plan: planSteps,
    effectOf,
    undoOf,
    callStep: (input) => callStep(api, input),
    lookup: (input) => lookup(api, input),
    void: (input) => voidPayout(api, input),
    registerRecipient: (input) => registerRecipient(api, input),
    lookupRecipient: (input) => lookupRecipient(api, input),
    registerAccount: (input) => registerAccount(api, input),
    lookupAccount: (input) => lookupAccount(api, input),
    webhook: { verify: isSigned, parse: readEvents },
  };
}
