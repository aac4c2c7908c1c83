import type { LookupResult, Outcome, RecipientInput, RecipientRegistration } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type AdyenApi, get, post } from "./adyen-api.ts";
import { toLegalEntity } from "./legal-entity.ts";
import { RECIPIENT_STATUSES, readRequirements, readVerification } from "./verification.ts";

/**
 * Registers a recipient: a legal entity, which Adyen then checks. Keys are documented for transfers only;
 * where one is not honoured a repeat makes a second entity, which is paid nothing.
 */
export async function registerRecipient(
  api: AdyenApi,
  { recipientId, person, processorKey: key, signal }: RecipientInput,
): Promise<Outcome<RecipientRegistration>> {
  const body = toLegalEntity(person, recipientId);
  if (body === undefined) {
    return { kind: "rejected", error: unpayable("RECIPIENT_ADDRESS_REQUIRED") };
  }
  const call = {
    at: "legalEntities",
    path: "/legalEntities",
    body,
    key,
    personal: body,
    signal,
  } as const;
  return post(api, call, readRegistration);
}

/** By its id: legal entities cannot be searched. */
export async function lookupRecipient(
  api: AdyenApi,
  { connectorRecipientId, signal }: RecipientInput,
): Promise<LookupResult<RecipientRegistration>> {
  if (connectorRecipientId == null) return { kind: "not_found" };
  const path = legalEntityPath(connectorRecipientId);
  return get(api, { at: "legalEntities", path, signal }, readRegistration);
}

export function legalEntityPath(id: string): string {
  return `/legalEntities/${encodeURIComponent(id)}`;
}

function readRegistration(json: JsonReply): RecipientRegistration | undefined {
  const connectorRecipientId = json.text("id");
  if (connectorRecipientId === undefined) return undefined;
  const status = RECIPIENT_STATUSES[readVerification(json)];
  return { connectorRecipientId, status, requirements: readRequirements(json) };
}
