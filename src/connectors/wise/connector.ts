import type {
  ConnectorModule,
  ConnectorTools,
  Outcome,
  ProcessorState,
  StepInput,
} from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { UNUSABLE_ACCOUNT, withAccount } from "../toolkit/with-account.ts";
import { findAccount, makeAccount, postAccount } from "./account.ts";
import { openApi, type WiseApi } from "./call.ts";
import { cancelUnfunded } from "./cancel-unfunded.ts";
import { createTransfer } from "./create-transfer.ts";
import { fundTransfer } from "./fund.ts";
import { lookupPayout } from "./lookup.ts";
import { CANCEL, STEPS, WISE_MANIFEST } from "./manifest.ts";
import { effectOf, planPayout, undoOf } from "./plan.ts";
import { askPrice, makeQuote } from "./quote.ts";
import { WISE_ACCOUNT_FIELDS, WISE_BASE_URLS } from "./settings.ts";
import { voidTransfer } from "./void.ts";
import { wiseWebhook } from "./webhook.ts";

/** Wise Platform: quotes, recipient accounts, and transfers that are funded from a balance. */
export function createWiseConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule {
  const tools = { client: http, now: () => clock.now() };
  const using = withAccount((account) => openApi(tools, account));
  const { notSent, unreachable } = UNUSABLE_ACCOUNT;
  return {
    manifest: WISE_MANIFEST,
    accountFields: WISE_ACCOUNT_FIELDS,
    baseUrls: WISE_BASE_URLS,
    webhook: wiseWebhook,
    plan: planPayout,
    effectOf,
    undoOf,
    callStep: using(callStep, notSent),
    lookup: using(lookupPayout, unreachable),
    void: using(voidTransfer, notSent),
    quote: using(askPrice, notSent),
    registerAccount: using((api, input) => postAccount(api, input, input.signal), notSent),
    lookupAccount: using(findAccount, unreachable),
  };
}

async function callStep(api: WiseApi, input: StepInput): Promise<Outcome<ProcessorState>> {
  const { payout, signal } = input;
  switch (input.step) {
    case STEPS.quote:
      return makeQuote(api, input);
    case STEPS.account:
      return makeAccount(api, payout, signal);
    case STEPS.transfer:
      return createTransfer(api, input);
    case STEPS.fund:
      return fundTransfer(api, input);
    case CANCEL:
      return cancelUnfunded(api, input);
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}
