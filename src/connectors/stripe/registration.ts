import type {
  AccountInput,
  AccountRegistration,
  LookupResult,
  Outcome,
  RecipientInput,
  RecipientRegistration,
  WithAccount,
} from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { toAccountForm } from "./account-form.ts";
import {
  addBankAccount,
  type BankAccount,
  disburseAccountStatus,
  findBankAccount,
} from "./bank-account.ts";
import { readConnectedAccount, recipientStatus } from "./connected-account.ts";
import { PROCESSOR_KEY } from "./read-object.ts";
import type { StripeApi } from "./stripe-api.ts";

/** Registers a recipient: a connected account. */
export function registerRecipient(
  api: StripeApi,
  input: RecipientInput & WithAccount,
): Promise<Outcome<RecipientRegistration>> {
  const { account, recipientId, person, metadata, processorKey: key, signal } = input;
  const marks = {
    "metadata[recipient_id]": recipientId,
    [`metadata[${PROCESSOR_KEY}]`]: key,
  };
  const form = toAccountForm({ account, person, country: undefined, metadata, marks });
  return api.post({ account, path: "/v1/accounts", form, key, signal }, readRegistration);
}

/** By its id; Stripe cannot be asked for connected accounts by anything else. */
export async function lookupRecipient(
  api: StripeApi,
  { account, connectorRecipientId, signal }: RecipientInput & WithAccount,
): Promise<LookupResult<RecipientRegistration>> {
  if (connectorRecipientId == null) return { kind: "not_found" };
  const path = `/v1/accounts/${encodeURIComponent(connectorRecipientId)}`;
  return api.get({ account, path, signal }, readRegistration);
}

function readRegistration(json: JsonReply): RecipientRegistration | undefined {
  const made = readConnectedAccount(json);
  return (
    made && {
      connectorRecipientId: made.id,
      status: recipientStatus(made),
      requirements: made.requirements,
    }
  );
}

/** Registers an account: a bank account of the recipient's connected account. */
export async function registerAccount(
  api: StripeApi,
  input: AccountInput & WithAccount,
): Promise<Outcome<AccountRegistration>> {
  const { account, connectorRecipientId, disburseAccountId, method, person, signal } = input;
  if (connectorRecipientId === null) return RECIPIENT_FIRST;
  const outcome = await addBankAccount(api, {
    account,
    connectedAccount: connectorRecipientId,
    method,
    person,
    marks: { "metadata[disburse_account_id]": disburseAccountId },
    key: input.processorKey,
    signal,
  });
  if (outcome.kind !== "accepted") return outcome;
  return { kind: "accepted", value: toRegistration(outcome.value) };
}

/** Among the bank accounts of the connected account, by the key under which it was added. */
export async function lookupAccount(
  api: StripeApi,
  { account, connectorRecipientId, processorKey: key, signal }: AccountInput & WithAccount,
): Promise<LookupResult<AccountRegistration>> {
  if (connectorRecipientId === null) return { kind: "not_found" };
  const found = await findBankAccount(api, {
    account,
    connectedAccount: connectorRecipientId,
    key,
    signal,
  });
  return found.kind === "found" ? { kind: "found", value: toRegistration(found.value) } : found;
}

function toRegistration(bank: BankAccount): AccountRegistration {
  return { connectorAccountId: bank.id, status: disburseAccountStatus(bank) };
}

/** A bank account belongs to a connected account, and there is none yet. */
const RECIPIENT_FIRST: Outcome<never> = {
  kind: "not_sent",
  error: declined("RECIPIENT_NOT_REGISTERED", {}, "CONFIGURATION"),
};
