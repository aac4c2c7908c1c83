import type { RecipientStatus } from "../../domain/recipient.ts";
import type { LookupResult } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import type { CustomerForm } from "./customer-form.ts";
import { ask, askForList, type DwollaApi } from "./dwolla-api.ts";
import { isId } from "./references.ts";

/** A customer of the merchant's. */
export interface Customer {
  readonly id: string;
  /** Dwolla's word; absent where it was not told. */
  readonly word: string | undefined;
  readonly json: JsonReply;
}

export function readCustomer(json: JsonReply): Customer | undefined {
  const id = json.text("id");
  return isId(id) ? { id, word: json.text("status"), json } : undefined;
}

export function getCustomer(
  api: DwollaApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<Customer>> {
  return ask(api, `/customers/${id}`, signal, (json) => {
    const customer = readCustomer(json);
    return customer?.id === id ? customer : undefined;
  });
}

/** An e-mail address belongs to one customer at most. */
export async function findCustomer(
  api: DwollaApi,
  { email }: Pick<CustomerForm, "email">,
  signal: AbortSignal,
): Promise<LookupResult<Customer>> {
  const path = `/customers?search=${encodeURIComponent(email)}`;
  const listed = await askForList(api, path, signal, "customers");
  if (listed.kind !== "found") return listed;
  const json = listed.value.find((each) => isEqual(each.text("email"), email));
  const customer = json && readCustomer(json);
  return customer === undefined ? { kind: "not_found" } : { kind: "found", value: customer };
}

/** Whether a customer who is there already is the one that would have been made. */
export function isSamePerson({ json }: Customer, form: CustomerForm): boolean {
  const business = json.text("businessName");
  if (form.businessName !== undefined) return isEqual(business, form.businessName);
  return (
    business === undefined &&
    isEqual(json.text("firstName"), form.firstName) &&
    isEqual(json.text("lastName"), form.lastName)
  );
}

function isEqual(told: string | undefined, ours: string): boolean {
  return told?.trim().toLowerCase() === ours.trim().toLowerCase();
}

/** What Dwolla still needs of a customer, by its word; only those that it verifies are ever asked. */
const NEEDS: Readonly<Record<string, string>> = {
  retry: "verification.retry",
  kba: "verification.kba",
  document: "verification.document",
};
const READY: ReadonlySet<string> = new Set(["unverified", "verified"]);
const REFUSED: ReadonlySet<string> = new Set(["suspended", "deactivated"]);

export function requirementsOf({ word = "" }: Pick<Customer, "word">): readonly string[] {
  const need = Object.hasOwn(NEEDS, word) ? NEEDS[word] : undefined;
  return need === undefined ? [] : [need];
}

/** Total: a word that is not known is one that is not final. */
export function recipientStatus({ word = "" }: Pick<Customer, "word">): RecipientStatus {
  if (READY.has(word)) return "ACTIVE";
  if (REFUSED.has(word)) return "REJECTED";
  return Object.hasOwn(NEEDS, word) ? "ACTION_REQUIRED" : "PENDING";
}
