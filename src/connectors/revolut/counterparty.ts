import type { DisburseAccountStatus } from "../../domain/recipient.ts";
import type {
  AccountInput,
  AccountRegistration,
  LookupResult,
  Outcome,
  ProcessorState,
  StepInput,
} from "../connector.ts";
import { declined, outcomeUnknown } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type Answer, ask, type RevolutApi, send, toOutcome, unreachable } from "./call.ts";
import { type NewCounterparty, toCounterparty, valuesOf } from "./counterparty-body.ts";
import { type Destination, destinationReference, isUuid, printDestination } from "./destination.ts";
import { COUNTERPARTY_EXISTS } from "./refusal.ts";

/** A counterparty that is there, and how usable. */
interface Counterparty {
  readonly destination: Destination;
  readonly status: DisburseAccountStatus;
}

type Who = Pick<AccountInput, "method" | "person" | "signal">;

/** The counterparty of whom a payout names without having registered them. */
export async function makeCounterparty(
  api: RevolutApi,
  { payout: { method, person }, signal }: Pick<StepInput, "payout" | "signal">,
): Promise<Outcome<ProcessorState>> {
  const outcome = await addCounterparty(api, toCounterparty(method, person), signal);
  if (outcome.kind !== "accepted") return outcome;
  const references = [destinationReference(outcome.value.destination)];
  return { kind: "accepted", value: { status: "REQUIRES_CREATION", references } };
}

export async function registerAccount(
  api: RevolutApi,
  { method, person, signal }: Who,
): Promise<Outcome<AccountRegistration>> {
  const outcome = await addCounterparty(api, toCounterparty(method, person), signal);
  return outcome.kind === "accepted"
    ? { kind: "accepted", value: toRegistration(outcome.value) }
    : outcome;
}

/**
 * Revolut knows no key here, but takes the same account only once: a repeat is refused with the id of
 * the counterparty that is there, and that one does as well, whoever has added it.
 */
async function addCounterparty(
  api: RevolutApi,
  wanted: ReturnType<typeof toCounterparty>,
  signal: AbortSignal,
): Promise<Outcome<Counterparty>> {
  if ("error" in wanted) return { kind: "rejected", error: wanted.error };
  const { body } = wanted;
  const secrets = valuesOf(body);
  const answer = await send(api, { method: "POST", path: "/counterparty", body, secrets, signal });
  if (answer.kind !== "replied") return answer;
  if (isThere(answer)) {
    return readExisting(api, wanted, answer.json.text("params", "counterparty_id"), signal);
  }
  const outcome = toOutcome(api, answer, ({ json }) => readNew(json, wanted));
  return outcome.kind === "rejected"
    ? { kind: "rejected", error: ofAccount(outcome.error) }
    : outcome;
}

function isThere({ reply, json }: Answer): boolean {
  return reply.status === 422 && json.text("code") === COUNTERPARTY_EXISTS;
}

/** Only an account with the very same numbers is paid. */
async function readExisting(
  api: RevolutApi,
  wanted: NewCounterparty,
  id: string | undefined,
  signal: AbortSignal,
): Promise<Outcome<Counterparty>> {
  if (!isUuid(id)) return { kind: "unknown", error: outcomeUnknown() };
  const found = await ask(api, `/counterparty/${id}`, signal, ({ json }) =>
    isUuid(json.text("id")) ? json : undefined,
  );
  if (found.kind !== "found") return { kind: "unknown", error: outcomeUnknown() };
  const value = readSame(found.value, wanted);
  return value === undefined
    ? { kind: "rejected", error: OTHER_COUNTERPARTY }
    : { kind: "accepted", value };
}

/** Finds a registration by its account's numbers among the newest counterparties. */
export async function lookupAccount(
  api: RevolutApi,
  { method, person, signal }: Who,
): Promise<LookupResult<AccountRegistration>> {
  const wanted = toCounterparty(method, person);
  if ("error" in wanted) return { kind: "not_found" };
  let before: string | undefined;
  for (let page = 0; page < MAX_PAGES; page += 1) {
    // Not by its numbers, though there are parameters for them: addresses of requests are logged.
    const query = new URLSearchParams({ limit: String(PAGE) });
    if (before !== undefined) query.set("created_before", before);
    const read = await ask(api, `/counterparties?${query}`, signal, ({ json }) =>
      json.isList() ? json.list() : undefined,
    );
    if (read.kind === "not_found") return unreachable(outcomeUnknown());
    if (read.kind !== "found") return read;
    for (const each of read.value) {
      const same = readSame(each, wanted);
      if (same !== undefined) return { kind: "found", value: toRegistration(same) };
    }
    const last = read.value.at(-1)?.text("created_at");
    if (read.value.length < PAGE || last === undefined || last === before) break;
    before = last;
  }
  return { kind: "not_found" };
}

/** Counterparties of one page. */
const PAGE = 100;
/** Pages read at most: a look-up must end within the time of one call. */
const MAX_PAGES = 5;

/** What was made of our request; its only account, where the numbers are written in another way. */
function readNew(json: JsonReply, wanted: NewCounterparty): Counterparty | undefined {
  const same = readSame(json, wanted);
  if (same !== undefined) return same;
  const counterpartyId = json.text("id");
  if (!isUuid(counterpartyId)) return undefined;
  const accounts = json.list("accounts");
  const only = accounts.length === 1 ? accounts[0]?.text("id") : undefined;
  const accountId = isUuid(only) ? only : undefined;
  return { destination: { counterpartyId, accountId }, status: statusOf(json) };
}

/** The account of a counterparty with these numbers, which may be told with spaces or dashes. */
function readSame(
  json: JsonReply,
  { currency, identity }: NewCounterparty,
): Counterparty | undefined {
  const plain = (text: string | undefined) => text?.replaceAll(/[\s-]/g, "").toUpperCase();
  const account = json
    .list("accounts")
    .find(
      (each) =>
        each.text("currency") === currency &&
        Object.entries(identity).every(([name, value]) => plain(each.text(name)) === plain(value)),
    );
  const counterpartyId = json.text("id");
  const accountId = account?.text("id");
  if (!isUuid(counterpartyId) || !isUuid(accountId)) return undefined;
  return { destination: { counterpartyId, accountId }, status: statusOf(json) };
}

/** Total: a word that is not known is one that is not final. */
function statusOf(json: JsonReply): DisburseAccountStatus {
  switch (json.text("state")) {
    case "created":
      return "VERIFIED";
    case "deleted":
      return "REJECTED";
    default:
      return "PENDING_VERIFICATION";
  }
}

function toRegistration({ destination, status }: Counterparty): AccountRegistration {
  return { connectorAccountId: printDestination(destination), status };
}

/** A fault that the processor finds in a counterparty's data is one of the destination. */
function ofAccount(error: Extract<Outcome<never>, { kind: "rejected" }>["error"]) {
  if (error.reason !== "REQUEST_REFUSED") return error;
  const message = "The processor finds fault with the account's data.";
  return { ...error, category: "VALIDATION", reason: "INVALID_ACCOUNT", message } as const;
}

const OTHER_COUNTERPARTY = declined("ACCOUNT_EXISTS", { code: COUNTERPARTY_EXISTS });
