import type {
  AccountInput,
  AccountRegistration,
  LookupResult,
  Outcome,
  RecipientInput,
  RecipientRegistration,
} from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import {
  type Customer,
  findCustomer,
  getCustomer,
  isSamePerson,
  recipientStatus,
  requirementsOf,
} from "./customer.ts";
import { toCustomerForm } from "./customer-form.ts";
import type { DwollaApi } from "./dwolla-api.ts";
import { disburseAccountStatus, getFundingSource } from "./funding-source.ts";
import { makeCustomer } from "./make-customer.ts";
import { findFundingSource, makeFundingSource } from "./make-funding-source.ts";
import { isId } from "./references.ts";

/** Registers a recipient: a customer who only receives. */
export async function registerRecipient(
  api: DwollaApi,
  { recipientId: correlationId, person, metadata, processorKey: key, signal }: RecipientInput,
): Promise<Outcome<RecipientRegistration>> {
  const outcome = await makeCustomer(api, { person, metadata, correlationId, key, signal });
  if (outcome.kind !== "accepted") return outcome;
  const { value: id } = outcome;
  const made = await getCustomer(api, id, signal);
  const customer = made.kind === "found" ? made.value : { id, word: undefined };
  return { kind: "accepted", value: toRegistration(customer) };
}

/** By its id, and before it is known by the e-mail address, which belongs to one customer. */
export async function lookupRecipient(
  api: DwollaApi,
  { recipientId, connectorRecipientId, person, metadata, signal }: RecipientInput,
): Promise<LookupResult<RecipientRegistration>> {
  const found = isId(connectorRecipientId)
    ? await getCustomer(api, connectorRecipientId, signal)
    : await findByPerson(api, { recipientId, person, metadata, signal });
  return found.kind === "found" ? { kind: "found", value: toRegistration(found.value) } : found;
}

async function findByPerson(
  api: DwollaApi,
  {
    recipientId,
    person,
    metadata,
    signal,
  }: Pick<RecipientInput, "recipientId" | "person" | "metadata" | "signal">,
): Promise<LookupResult<Customer>> {
  const form = toCustomerForm(person, metadata, recipientId);
  if ("error" in form) return { kind: "not_found" };
  const found = await findCustomer(api, form, signal);
  const isOther = found.kind === "found" && !isSamePerson(found.value, form);
  return isOther ? { kind: "not_found" } : found;
}

function toRegistration(customer: Pick<Customer, "id" | "word">): RecipientRegistration {
  return {
    connectorRecipientId: customer.id,
    status: recipientStatus(customer),
    requirements: requirementsOf(customer),
  };
}

/** Registers an account: a bank account of the recipient's customer. */
export async function registerAccount(
  api: DwollaApi,
  { connectorRecipientId: customerId, method, processorKey: key, signal }: AccountInput,
): Promise<Outcome<AccountRegistration>> {
  if (!isId(customerId)) return RECIPIENT_FIRST;
  const outcome = await makeFundingSource(api, { customerId, method, key, signal });
  if (outcome.kind !== "accepted") return outcome;
  return { kind: "accepted", value: { connectorAccountId: outcome.value, status: "VERIFIED" } };
}

/** By its id, and before it is known among the customer's, by the key under which it was added. */
export async function lookupAccount(
  api: DwollaApi,
  input: AccountInput,
): Promise<LookupResult<AccountRegistration>> {
  const { connectorRecipientId: customerId, connectorAccountId: id, processorKey: key } = input;
  const { signal } = input;
  if (!isId(customerId)) return { kind: "not_found" };
  const found = isId(id)
    ? await getFundingSource(api, id, signal)
    : await findFundingSource(api, { customerId, key, signal });
  if (found.kind !== "found") return found;
  const { value } = found;
  return {
    kind: "found",
    value: { connectorAccountId: value.id, status: disburseAccountStatus(value) },
  };
}

/** A bank account belongs to a customer, and there is none yet. */
const RECIPIENT_FIRST: Outcome<never> = {
  kind: "not_sent",
  error: declined("RECIPIENT_NOT_REGISTERED", {}, "CONFIGURATION"),
};
