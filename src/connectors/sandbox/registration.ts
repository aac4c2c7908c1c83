import type { DisburseAccountStatus, RecipientStatus } from "../../domain/recipient.ts";
import type { WireAccountRequest } from "../../sandbox-processor/wire.ts";
import type { AccountInput, AccountRegistration, RecipientRegistration } from "../connector.ts";
import { toDestination } from "./destination.ts";
import { asText, type Fields } from "./read-reply.ts";

/** The entry of a payout's or a recipient's metadata that names a scenario. */
export const SCENARIO = "sandbox_scenario";

const RECIPIENT_STATUSES: Readonly<Record<string, RecipientStatus>> = { active: "ACTIVE" };
const ACCOUNT_STATUSES: Readonly<Record<string, DisburseAccountStatus>> = { verified: "VERIFIED" };

/** A registration in an answer; a status that is not known is one that is not final. */
export function readRecipient(fields: Fields): RecipientRegistration | undefined {
  const connectorRecipientId = asText(fields["recipient_id"]);
  const status = asText(fields["status"]);
  if (connectorRecipientId === undefined || status === undefined) return undefined;
  return { connectorRecipientId, status: RECIPIENT_STATUSES[status] ?? "PENDING" };
}

/** As readRecipient. */
export function readAccount(fields: Fields): AccountRegistration | undefined {
  const connectorAccountId = asText(fields["account_id"]);
  const status = asText(fields["status"]);
  if (connectorAccountId === undefined || status === undefined) return undefined;
  return { connectorAccountId, status: ACCOUNT_STATUSES[status] ?? "PENDING_VERIFICATION" };
}

/** The body of POST /accounts. Nothing of the person is needed. */
export function toAccountRequest(input: AccountInput): WireAccountRequest {
  return {
    reference: input.disburseAccountId,
    ...(input.connectorRecipientId !== null && { recipient_id: input.connectorRecipientId }),
    destination: toDestination(input.method),
  };
}
