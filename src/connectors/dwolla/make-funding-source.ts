import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Outcome } from "../connector.ts";
import { declined, unpayable } from "../toolkit/errors.ts";
import { duplicateIn } from "./duplicate.ts";
import { type DwollaApi, madeBy, notSentFor, send } from "./dwolla-api.ts";
import { type FundingSource, getFundingSource, listFundingSources } from "./funding-source.ts";

/** Characters of a name. */
const MAX_NAME = 50;

export interface NewFundingSource {
  readonly customerId: string;
  readonly method: PayoutMethod;
  readonly key: string;
  readonly signal: AbortSignal;
}

/** Adds a bank account to a customer; the id. One that is there already serves as well. */
export async function makeFundingSource(
  api: DwollaApi,
  { customerId, method, key, signal }: NewFundingSource,
): Promise<Outcome<string>> {
  if (method.kind !== "ach") return { kind: "rejected", error: unpayable("METHOD_UNSUPPORTED") };
  const { routingNumber, accountNumber, holderName } = method;
  const bankAccountType = method.accountType === "SAVINGS" ? "savings" : "checking";
  const answer = await send(api, {
    method: "POST",
    path: `/customers/${customerId}/funding-sources`,
    body: { routingNumber, accountNumber, bankAccountType, name: nameOf(holderName, key) },
    type: "HAL",
    key,
    personal: [routingNumber, accountNumber, holderName],
    signal,
  });
  const duplicate = duplicateIn(answer, "funding-sources");
  if (duplicate === undefined) return madeBy(answer, "funding-sources");
  const there = await getFundingSource(api, duplicate, signal);
  if (there.kind === "unreachable") return notSentFor(there);
  return there.kind === "found" && isSame(there.value, customerId, bankAccountType)
    ? { kind: "accepted", value: duplicate }
    : { kind: "rejected", error: ACCOUNT_EXISTS };
}

/** It ends with the key, by which it is found again: Dwolla shows no account numbers. */
function nameOf(holderName: string, key: string): string {
  const letters = [...holderName].slice(0, MAX_NAME - key.length - 1);
  return `${letters.join("").trim()} ${key}`;
}

/** Dwolla knows a bank account again by its numbers; of another type a bank would send the money back. */
function isSame(
  { isRemoved, customerId, bankAccountType }: FundingSource,
  ofCustomer: string,
  type: string,
): boolean {
  const isOfCustomer = customerId === undefined || customerId === ofCustomer;
  const isOfType = bankAccountType === undefined || bankAccountType === type;
  return !isRemoved && isOfCustomer && isOfType;
}

/** Finds a bank account by the key under which it was added. */
export async function findFundingSource(
  api: DwollaApi,
  { customerId, key, signal }: Omit<NewFundingSource, "method">,
) {
  const listed = await listFundingSources(api, customerId, signal);
  if (listed.kind !== "found") return listed;
  const value = listed.value.find(({ name }) => name?.endsWith(` ${key}`));
  return value === undefined
    ? ({ kind: "not_found" } as const)
    : ({ kind: "found", value } as const);
}

const ACCOUNT_EXISTS = declined("ACCOUNT_EXISTS", { code: "DuplicateResource" }, "VALIDATION");
