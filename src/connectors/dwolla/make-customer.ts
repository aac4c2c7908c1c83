import type { Person } from "../../domain/person.ts";
import type { Outcome } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { getCustomer, isSamePerson } from "./customer.ts";
import { type CustomerForm, toCustomerForm } from "./customer-form.ts";
import { duplicateIn } from "./duplicate.ts";
import { type DwollaApi, madeBy, notSentFor, send } from "./dwolla-api.ts";

export interface NewCustomer {
  readonly person: Person;
  /** The caller's. */
  readonly metadata: Readonly<Record<string, string>>;
  /** Ours: whom or what the customer is made for. */
  readonly correlationId: string;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Makes a customer who only receives; the id. One who is there already serves as well. */
export async function makeCustomer(
  api: DwollaApi,
  { person, metadata, correlationId, key, signal }: NewCustomer,
): Promise<Outcome<string>> {
  const form = toCustomerForm(person, metadata, correlationId);
  if ("error" in form) return { kind: "rejected", error: form.error };
  const { firstName, lastName, email, businessName = "" } = form;
  const personal = [firstName, lastName, email, businessName];
  const answer = await send(api, {
    method: "POST",
    path: "/customers",
    body: form,
    type: "HAL",
    key,
    personal,
    signal,
  });
  const duplicate = duplicateIn(answer, "customers");
  return duplicate === undefined
    ? madeBy(answer, "customers")
    : adopt(api, duplicate, form, signal);
}

/**
 * The e-mail address has a customer already: from an earlier call whose answer was lost, or made by the
 * merchant. Somebody else with the same address is not paid in that customer's name.
 */
async function adopt(
  api: DwollaApi,
  id: string,
  form: CustomerForm,
  signal: AbortSignal,
): Promise<Outcome<string>> {
  const there = await getCustomer(api, id, signal);
  if (there.kind === "unreachable") return notSentFor(there);
  return there.kind === "found" && isSamePerson(there.value, form)
    ? { kind: "accepted", value: id }
    : { kind: "rejected", error: EMAIL_TAKEN };
}

const EMAIL_TAKEN = declined("RECIPIENT_EMAIL_TAKEN", { code: "Duplicate" }, "VALIDATION");
