import type { ConnectorModule, ConnectorTools, WithAccount } from "../connector.ts";
import { AccessTokens } from "./access-tokens.ts";
import { DWOLLA_ACCOUNT_FIELDS, DWOLLA_BASE_URLS, SETTINGS_INVALID } from "./account-fields.ts";
import { callStep } from "./call-step.ts";
import { type DwollaApi, openApi } from "./dwolla-api.ts";
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
  const tools = { client: http, tokens: new AccessTokens(http, now), now };
  /** Makes a call with an account; with one that cannot be used, nothing is sent. */
  const using =
    <I, R>(call: (api: DwollaApi, input: I) => Promise<R>, otherwise: NoInfer<R>) =>
    async (input: I & WithAccount): Promise<R> => {
      const api = openApi(tools, input.account);
      return api === undefined ? otherwise : call(api, input);
    };
  const notSent = { kind: "not_sent", error: SETTINGS_INVALID } as const;
  const unreachable = { kind: "unreachable", error: SETTINGS_INVALID } as const;
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
