import { countryOfPayoutMethod } from "../../domain/payout-method/index.ts";
import type { Outcome, ProcessorState, StepInput, WithAccount } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { LOST } from "../toolkit/lost.ts";
import { toAccountForm } from "./account-form.ts";
import { addBankAccount } from "./bank-account.ts";
import { readConnectedAccount } from "./connected-account.ts";
import { destinationId } from "./destination.ts";
import { marksOf } from "./marks.ts";
import { reference } from "./references.ts";
import { goOn } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";

/** Makes a connected account for whom a payout names without having registered them. */
export async function makeAccount(
  api: StripeApi,
  input: StepInput & WithAccount,
): Promise<Outcome<ProcessorState>> {
  const { account, payout, processorKey: key, signal } = input;
  const { person, method, metadata } = payout;
  if (person === null) return { kind: "rejected", error: unpayable("RECIPIENT_REQUIRED") };
  const country = countryOfPayoutMethod(method);
  const form = toAccountForm({ account, person, country, metadata, marks: marksOf(input) });
  return api.post({ account, path: "/v1/accounts", form, key, signal }, (json) => {
    const made = readConnectedAccount(json);
    return made && goOn([reference("account", made.id)]);
  });
}

/** Adds the bank account that a payout names. */
export async function addPayoutBank(
  api: StripeApi,
  input: StepInput & WithAccount,
): Promise<Outcome<ProcessorState>> {
  const { account, payout, processorKey: key, signal } = input;
  const connectedAccount = destinationId(input, "account");
  if (connectedAccount === undefined) return LOST;
  const { method, person } = payout;
  const marks = marksOf(input);
  const outcome = await addBankAccount(api, {
    account,
    connectedAccount,
    method,
    person,
    marks,
    key,
    signal,
  });
  if (outcome.kind !== "accepted") return outcome;
  const references = [
    reference("account", connectedAccount),
    reference("bank_account", outcome.value.id),
  ];
  return { kind: "accepted", value: goOn(references) };
}
