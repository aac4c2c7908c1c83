import type {
  ConnectorModule,
  ConnectorTools,
  Instruction,
  Outcome,
  ProcessorState,
  StepInput,
} from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { UNUSABLE_ACCOUNT, withAccount } from "../toolkit/with-account.ts";
import { createAccessTokens } from "./access-tokens.ts";
import { REVOLUT_ACCOUNT_FIELDS, REVOLUT_BASE_URLS } from "./account-fields.ts";
import { openApi, type RevolutApi } from "./call.ts";
import { checkName } from "./check-name.ts";
import { lookupAccount, makeCounterparty, registerAccount } from "./counterparty.ts";
import { lookupPayout } from "./lookup.ts";
import { makeLink } from "./make-link.ts";
import { REVOLUT_MANIFEST, STEPS } from "./manifest.ts";
import { pay } from "./pay.ts";
import { effectOf, planPayout, whyUnpayable } from "./plan.ts";
import { askPrice, askQuote } from "./quote.ts";
import { voidPayout } from "./void.ts";
import { readEvents } from "./webhook-events.ts";
import { isSigned } from "./webhook-signature.ts";

/** Revolut Business. Keeps nothing but access tokens; see `Connector` for what each function promises. */
export function createRevolutConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule<Instruction> {
  const now = () => clock.now();
  const tools = { http, now, tokens: createAccessTokens(http, now) };
  const using = withAccount((account) => openApi(tools, account));
  const { notSent, unreachable } = UNUSABLE_ACCOUNT;
  return {
    manifest: REVOLUT_MANIFEST,
    accountFields: REVOLUT_ACCOUNT_FIELDS,
    baseUrls: REVOLUT_BASE_URLS,
    webhook: { verify: isSigned, parse: readEvents },
    plan: planPayout,
    effectOf,
    callStep: using(callStep, notSent),
    lookup: using(lookupPayout, unreachable),
    void: using(voidPayout, notSent),
    quote: using(askPrice, notSent),
    registerAccount: using(registerAccount, notSent),
    lookupAccount: using(lookupAccount, unreachable),
  };
}

/** Makes one call of a plan; that its key fits was asked before, by whoever binds the account. */
async function callStep(
  api: RevolutApi,
  { payout, ...call }: StepInput<Instruction>,
): Promise<Outcome<ProcessorState>> {
  if (payout.method === null) return makeLink(api, { ...call, payout });
  const input = { ...call, payout };
  const error = whyUnpayable(input.payout);
  if (error !== undefined) return { kind: "rejected", error };
  switch (input.step) {
    case STEPS.name:
      return checkName(api, input);
    case STEPS.counterparty:
      return makeCounterparty(api, input);
    case STEPS.quote:
      return askQuote(api, input);
    case STEPS.pay:
      return pay(api, input);
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}
