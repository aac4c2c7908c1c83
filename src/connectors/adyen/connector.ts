import type {
  ConnectorModule,
  ConnectorTools,
  Outcome,
  ProcessorState,
  StepInput,
} from "../connector.ts";
import { unknownStep } from "../toolkit/errors.ts";
import { UNUSABLE_ACCOUNT, withAccount } from "../toolkit/with-account.ts";
import { ADYEN_ACCOUNT_FIELDS } from "./account-fields.ts";
import { lookupAccount, registerAccount } from "./accounts.ts";
import { type AdyenApi, openApi } from "./adyen-api.ts";
import { approveTransfer } from "./approve.ts";
import { cancelTransfer } from "./cancel.ts";
import { checkRoute } from "./check-route.ts";
import { ADYEN_BASE_URLS } from "./hosts.ts";
import { lookupPayout } from "./lookup.ts";
import { makeTransfer } from "./make-transfer.ts";
import { ADYEN_MANIFEST } from "./manifest.ts";
import { lookupRecipient, registerRecipient } from "./recipients.ts";
import { effectOf, planSteps, STEPS, undoOf } from "./steps.ts";
import { voidPayout } from "./void.ts";
import { adyenWebhook } from "./webhook.ts";

/** Adyen's balance platform: legal entities, transfer instruments, and transfers with a review. */
export function createAdyenConnector({
  http,
  clock,
}: Pick<ConnectorTools, "http" | "clock">): ConnectorModule {
  const tools = { client: http, now: () => clock.now() };
  const using = withAccount((account) => openApi(tools, account));
  const { notSent, unreachable } = UNUSABLE_ACCOUNT;
  return {
    manifest: ADYEN_MANIFEST,
    accountFields: ADYEN_ACCOUNT_FIELDS,
    baseUrls: ADYEN_BASE_URLS,
    webhook: adyenWebhook,
    plan: planSteps,
    effectOf,
    undoOf,
    callStep: using(callStep, notSent),
    lookup: using(lookupPayout, unreachable),
    void: using(voidPayout, notSent),
    registerRecipient: using(registerRecipient, notSent),
    lookupRecipient: using(lookupRecipient, unreachable),
    registerAccount: using(registerAccount, notSent),
    lookupAccount: using(lookupAccount, unreachable),
  };
}

async function callStep(api: AdyenApi, input: StepInput): Promise<Outcome<ProcessorState>> {
  switch (input.step) {
    case STEPS.route:
      return checkRoute(api, input);
    case STEPS.transfer:
    case STEPS.stagedTransfer:
    case STEPS.heldTransfer:
      return makeTransfer(api, input);
    case STEPS.approve:
      return approveTransfer(api, input);
    case STEPS.cancel:
      return cancelTransfer(api, input);
    default:
      return { kind: "rejected", error: unknownStep() };
  }
}
