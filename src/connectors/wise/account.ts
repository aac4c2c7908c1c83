import type {
  AccountInput,
  AccountRegistration,
  LookupResult,
  Outcome,
  PayoutInstruction,
  ProcessorState,
} from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import { type BankDetails, toBankDetails } from "./bank-details.ts";
import { act, ask, unreachable, type WiseApi } from "./call.ts";
import { isNumericId } from "./references.ts";

/** Accounts of one page; more are not given. */
const PAGE = 20;
/** Pages read at most: a look-up must end within the time of one call. */
const MAX_PAGES = 5;

type Destination = Pick<PayoutInstruction, "method" | "person">;

/** The account that a payout's transfer goes to. */
export async function makeAccount(
  api: WiseApi,
  destination: Destination,
  signal: AbortSignal,
): Promise<Outcome<ProcessorState>> {
  const outcome = await postAccount(api, destination, signal);
  if (outcome.kind !== "accepted") return outcome;
  const references = [{ kind: "account", id: outcome.value.connectorAccountId }];
  return { kind: "accepted", value: { status: "REQUIRES_CREATION", references } };
}

/** Wise knows no key here: a repeat makes a second account of the same data, which harms nobody. */
export async function postAccount(
  api: WiseApi,
  { method, person }: Destination,
  signal: AbortSignal,
): Promise<Outcome<AccountRegistration>> {
  const bank = toBankDetails(method, person);
  if ("error" in bank) return { kind: "rejected", error: bank.error };
  const body = {
    profile: rawNumber(api.profile),
    currency: bank.currency,
    type: bank.type,
    accountHolderName: bank.holder,
    details: bank.details,
  };
  const outcome = await act(
    api,
    { method: "POST", path: "/v1/accounts", body, signal },
    ({ json }) => readAccount(json),
  );
  return outcome.kind === "rejected"
    ? { kind: "rejected", error: ofAccount(outcome.error) }
    : outcome;
}

/**
 * Finds an active account with the same number and holder among the newest of its currency, whoever made
 * it: one that was made on Wise's pages does as well. What lies further back is not found.
 */
export async function findAccount(
  api: WiseApi,
  { method, person, signal }: Pick<AccountInput, "method" | "person" | "signal">,
): Promise<LookupResult<AccountRegistration>> {
  const bank = toBankDetails(method, person);
  if ("error" in bank) return { kind: "not_found" };
  let seek: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const query = new URLSearchParams({
      profileId: api.profile,
      currency: bank.currency,
      active: "true",
      size: String(PAGE),
      sort: "id,desc",
      ...(seek !== undefined && { seekPosition: seek }),
    });
    const read = await ask(api, `/v2/accounts?${query}`, signal, ({ json, reply }) =>
      reply.body.includes('"content"') ? json : undefined,
    );
    if (read.kind === "not_found") return unreachable(outcomeUnknown());
    if (read.kind !== "found") return read;
    const accounts = read.value.list("content");
    const same = accounts.find((each) => isSame(each, bank));
    const value = same && readAccount(same);
    if (value !== undefined) return { kind: "found", value };
    const next = read.value.text("seekPositionForNext");
    if (accounts.length < PAGE || !isNumericId(next) || next === seek) break;
    seek = next;
  }
  return { kind: "not_found" };
}

function readAccount(json: JsonReply): AccountRegistration | undefined {
  const connectorAccountId = json.text("id");
  if (!isNumericId(connectorAccountId)) return undefined;
  return { connectorAccountId, status: json.text("active") === "false" ? "REJECTED" : "VERIFIED" };
}

/** Numbers as they are told may have spaces or dashes; names of fields differ in letter case. */
function isSame(account: JsonReply, { identity, holder }: BankDetails): boolean {
  const plain = (text: string | undefined) => text?.replaceAll(/[\s-]/g, "").toUpperCase();
  const told = (name: string) =>
    account.text("details", name) ?? account.text("details", name.toLowerCase());
  const sameHolder = account.text("name", "fullName") === holder;
  return (
    sameHolder &&
    Object.entries(identity).every(([name, value]) => plain(told(name)) === plain(value))
  );
}

/** A fault that the processor finds in an account's data is one of the destination. */
function ofAccount(error: Extract<Outcome<never>, { kind: "rejected" }>["error"]) {
  if (error.reason !== "REQUEST_REFUSED") return error;
  const message = "The processor finds fault with the account's data.";
  return { ...error, category: "VALIDATION", reason: "INVALID_ACCOUNT", message } as const;
}
