import type { ConnectorModule, ConnectorTools } from "../connector.ts";
import { UNUSABLE_ACCOUNT, withAccount } from "../toolkit/with-account.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { DWOLLA_ACCOUNT_FIELDS, DWOLLA_BASE_URLS } from "./account-fields.ts";
import { callStep } from "./call-step.ts";
import { openApi } from "./dwolla-api.ts";
import { lookupPayout } from "./lookup.ts";
import { DWOLLA_MANIFEST } from "./manifest.ts";
import { effectOf, planPayout, undoOf } from "./plan.ts";
import {
  lookupAccount,
  lookupRecipient,
  registerAccount,
  registerRecipient,
} from "./registration.ts";
import { voidPayout } from "./void.ts";
import { readEvents } from "./webhook-events.ts";
import { isSigned } from "./webhook-signature.ts";

/** Dwolla's connector. Keeps nothing but access tokens; see `Connector` for what each function promises. */
export function createDwollaConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule {
  const now = () => clock.now();
  const tools = { client: http, tokens: createAccessTokens(http, now), now };
  const using = withAccount((account) => openApi(tools, account));
  const { notSent, unreachable } = UNUSABLE_ACCOUNT;
  return {
    manifest: DWOLLA_MANIFEST,
    accountFields: DWOLLA_ACCOUNT_FIELDS,
    baseUrls: DWOLLA_BASE_URLS,
    plan: planPayout,
    effectOf,
    undoOf,
    callStep: using(callStep, notSent),
    lookup: using(lookupPayout, unreachable),
    void: using(voidPayout, notSent),
    registerRecipient: using(registerRecipient, notSent),
    lookupRecipient: using(lookupRecipient, unreachable),
    registerAccount: using(registerAccount, notSent),
    lookupAccount: using(lookupAccount, unreachable),
    webhook: { verify: isSigned, parse: readEvents },
  };
}
