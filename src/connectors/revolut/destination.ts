import type { ConnectorReference } from "../../domain/payout.ts";
import type { PayoutInstruction } from "../connector.ts";

/** Where money goes: a counterparty and, where it has some, one of its accounts. */
export interface Destination {
  readonly counterpartyId: string;
  readonly accountId: string | undefined;
}

/** The reference of a payout that names its destination. */
const KIND = "counterparty_account";

/**
 * The destination of a payout. What an earlier step has brought comes before the registration, which
 * may have come since: every call of a payout must name the same account.
 */
export function destinationOf(
  { registered }: Pick<PayoutInstruction, "registered">,
  references: readonly ConnectorReference[],
): Destination | undefined {
  const named = references.findLast(({ kind }) => kind === KIND)?.id;
  return parseDestination(named ?? registered.accountId ?? "");
}

export function destinationReference(destination: Destination): ConnectorReference {
  return { kind: KIND, id: printDestination(destination) };
}

/** "counterparty/account": Revolut knows an account only beside its counterparty. */
export function printDestination({ counterpartyId, accountId }: Destination): string {
  return accountId === undefined ? counterpartyId : `${counterpartyId}/${accountId}`;
}

function parseDestination(text: string): Destination | undefined {
  const [counterpartyId, accountId, ...rest] = text.split("/");
  if (rest.length > 0 || !isUuid(counterpartyId)) return undefined;
  return accountId === undefined || isUuid(accountId) ? { counterpartyId, accountId } : undefined;
}

export function isUuid(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
