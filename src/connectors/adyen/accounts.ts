import type { AccountInput, AccountRegistration, LookupResult, Outcome } from "../connector.ts";
import { declined, unpayable } from "../toolkit/errors.ts";
import { type AdyenApi, get, notDone, post } from "./adyen-api.ts";
import {
  type AccountIdentification,
  instrumentOf,
  isInstrumentId,
  toIdentification,
} from "./counterparty.ts";
import { getInstrument, type Instrument, isSameAccount, readInstrument } from "./instrument.ts";
import { legalEntityPath } from "./recipients.ts";
import { ACCOUNT_STATUSES } from "./verification.ts";

/** Instruments that are read in one look-up, the newest ones: it must end within the time of one call. */
const MAX_READ = 5;

/** Registers an account: a transfer instrument of the recipient's legal entity. One that is there is only read. */
export async function registerAccount(
  api: AdyenApi,
  { connectorRecipientId, method, processorKey: key, signal }: AccountInput,
): Promise<Outcome<AccountRegistration>> {
  const given = instrumentOf(method);
  if (given !== undefined) {
    const asked = await getInstrument(api, given, signal);
    if (asked.kind === "unreachable") return notDone(asked);
    return asked.kind === "found"
      ? { kind: "accepted", value: toRegistration(asked.value) }
      : { kind: "rejected", error: unpayable("ACCOUNT_NOT_FOUND") };
  }
  const accountIdentification = toIdentification(method);
  if (accountIdentification === undefined) {
    return { kind: "rejected", error: unpayable("METHOD_UNSUPPORTED") };
  }
  if (connectorRecipientId === null) return RECIPIENT_FIRST;
  const body = {
    type: "bankAccount",
    legalEntityId: connectorRecipientId,
    bankAccount: { accountIdentification },
  };
  const { bankAccount: personal } = body;
  return post(
    api,
    { at: "legalEntities", path: "/transferInstruments", body, key, personal, signal },
    (json) => {
      const made = readInstrument(json);
      return made && toRegistration(made);
    },
  );
}

/**
 * By its id. Before there is one, among the instruments of the legal entity, by the account's numbers. They are told masked there, so
 * those with the same last digits are read; a number that stays masked is not taken for the same.
 */
export async function lookupAccount(
  api: AdyenApi,
  { connectorRecipientId, connectorAccountId, method, signal }: AccountInput,
): Promise<LookupResult<AccountRegistration>> {
  const known = isInstrumentId(connectorAccountId ?? undefined) ? connectorAccountId : undefined;
  const given = known ?? instrumentOf(method);
  if (given !== undefined && given !== null) return readAccount(api, given, signal);
  const identification = toIdentification(method);
  if (identification === undefined) return { kind: "not_found" };
  const ids = await candidates(api, connectorRecipientId, identification, signal);
  if (ids.kind !== "found") return ids;
  for (const id of ids.value) {
    const asked = await getInstrument(api, id, signal);
    if (asked.kind === "unreachable") return asked;
    if (asked.kind !== "found") continue;
    if (isSameAccount(asked.value, identification)) {
      return { kind: "found", value: toRegistration(asked.value) };
    }
  }
  return { kind: "not_found" };
}

async function readAccount(
  api: AdyenApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<AccountRegistration>> {
  const asked = await getInstrument(api, id, signal);
  return asked.kind === "found" ? { kind: "found", value: toRegistration(asked.value) } : asked;
}

/** The instruments whose last digits are the account's. */
async function candidates(
  api: AdyenApi,
  legalEntityId: string | null,
  { iban, accountNumber }: AccountIdentification,
  signal: AbortSignal,
): Promise<LookupResult<readonly string[]>> {
  if (legalEntityId === null) return { kind: "not_found" };
  const lastDigits = (iban ?? accountNumber ?? "").slice(-4);
  const path = legalEntityPath(legalEntityId);
  return get(api, { at: "legalEntities", path, signal }, (json) =>
    json.text("id") === undefined
      ? undefined
      : json
          .list("transferInstruments")
          .filter((each) => each.text("accountIdentifier")?.endsWith(lastDigits) ?? true)
          .map((each) => each.text("id"))
          .filter(isInstrumentId)
          .slice(-MAX_READ)
          .reverse(),
  );
}

function toRegistration({ id, verification }: Instrument): AccountRegistration {
  return { connectorAccountId: id, status: ACCOUNT_STATUSES[verification] };
}

/** An instrument belongs to a legal entity, and there is none yet. */
const RECIPIENT_FIRST: Outcome<never> = {
  kind: "not_sent",
  error: declined("RECIPIENT_NOT_REGISTERED", {}, "CONFIGURATION"),
  later: {},
};
