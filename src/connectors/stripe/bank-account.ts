import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type { Person } from "../../domain/person.ts";
import type { DisburseAccountStatus } from "../../domain/recipient.ts";
import type { LookupResult, OpenAccount, Outcome } from "../connector.ts";
import { unpayable, unusableKey } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { toBankForm, tokenOf } from "./bank-form.ts";
import type { Form } from "./form.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { isMadeUnder, PROCESSOR_KEY, readId } from "./read-object.ts";
import type { StripeApi } from "./stripe-api.ts";

/** A bank account of a connected account. */
export interface BankAccount {
  readonly id: string;
  readonly status: string | undefined;
  /** What Stripe says it can be paid by; empty where it does not say. */
  readonly payoutMethods: readonly string[];
}

/** Never usable again, or not until its details are changed at Stripe. */
const UNUSABLE: ReadonlySet<string> = new Set([
  "errored",
  "verification_failed",
  "tokenized_account_number_deactivated",
]);
/** "new" is all that an account for payouts ever becomes: Stripe checks it by paying. */
const USABLE: ReadonlySet<string> = new Set(["new", "validated", "verified"]);

export function readBankAccount(json: JsonReply): BankAccount | undefined {
  const id = readId(json, "bank_account");
  if (id === undefined) return undefined;
  const payoutMethods = json
    .list("available_payout_methods")
    .flatMap((method) => method.text() ?? []);
  return { id, status: json.text("status"), payoutMethods };
}

/** Total: a word that is not known is one that is not final. */
export function disburseAccountStatus({ status = "" }: BankAccount): DisburseAccountStatus {
  if (UNUSABLE.has(status)) return "REJECTED";
  return USABLE.has(status) ? "VERIFIED" : "PENDING_VERIFICATION";
}

export interface NewBankAccount {
  readonly account: OpenAccount;
  readonly connectedAccount: string;
  readonly method: PayoutMethod;
  readonly person: Person | null;
  /** Ours: what it is made for. */
  readonly marks: Form;
  readonly key: string;
  readonly signal: AbortSignal;
}

/**
 * Adds a bank account. Its numbers go into a token first, which by itself does nothing and serves once;
 * a repeat gets the same token back, since it has a key of its own.
 */
export async function addBankAccount(
  api: StripeApi,
  input: NewBankAccount,
): Promise<Outcome<BankAccount>> {
  const { account, connectedAccount, method, person, key, signal } = input;
  const tokenKey = `${key}:token`;
  if (![key, tokenKey].every((each) => fitsKey(each, STRIPE_MANIFEST)))
    return { kind: "rejected", error: unusableKey() };
  const token = await tokenFor(api, { account, method, person, key: tokenKey, signal });
  if (token.kind !== "accepted") return token;
  const path = `/v1/accounts/${encodeURIComponent(connectedAccount)}/external_accounts`;
  const form = {
    external_account: token.value,
    ...input.marks,
    [`metadata[${PROCESSOR_KEY}]`]: key,
  };
  return api.post({ account, path, form, key, signal }, readBankAccount);
}

async function tokenFor(
  api: StripeApi,
  input: Pick<NewBankAccount, "account" | "method" | "person" | "key" | "signal">,
): Promise<Outcome<string>> {
  const { account, method, person, key, signal } = input;
  const given = tokenOf(method);
  if (given !== undefined) return { kind: "accepted", value: given };
  const form = toBankForm(method, person);
  if (form === undefined) return { kind: "rejected", error: unpayable("METHOD_UNSUPPORTED") };
  const path = "/v1/tokens";
  return api.post({ account, path, form, key, signal }, (json) => readId(json, "token"));
}

/** Finds a bank account by the key under which it was added. */
export async function findBankAccount(
  api: StripeApi,
  input: Pick<NewBankAccount, "account" | "connectedAccount" | "signal"> & {
    readonly key: string | undefined;
  },
): Promise<LookupResult<BankAccount>> {
  const { account, connectedAccount, key, signal } = input;
  const path = `/v1/accounts/${encodeURIComponent(connectedAccount)}/external_accounts?limit=100`;
  const listed = await api.get({ account, path, signal }, readList);
  if (listed.kind !== "found") return listed;
  const found = listed.value.find((each) => isMadeUnder(each, key));
  const value = found && readBankAccount(found);
  return value === undefined ? { kind: "not_found" } : { kind: "found", value };
}

/** The parts of a page of a list; undefined for what is none. */
export function readList(json: JsonReply): readonly JsonReply[] | undefined {
  const parts = json.list("data");
  return parts.length > 0 || json.text("object") === "list" ? parts : undefined;
}
