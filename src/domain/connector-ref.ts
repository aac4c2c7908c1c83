/**
 * Where a payout is: a connector's name, and after a slash the merchant's account there, where the
 * processor knows merchants by accounts of their own: "sandbox", "stripe/cacct_01k...". It is what the
 * engine works with: lanes, circuits, attempts and registrations are each of one account. Callers see
 * its two parts.
 */
export type ConnectorRef = string;

export function connectorRef(name: string, connectorAccountId: string | null): ConnectorRef {
  return connectorAccountId === null ? name : `${name}/${connectorAccountId}`;
}

export function connectorNameOf(ref: ConnectorRef): string {
  return ref.split("/", 1)[0] ?? ref;
}

/** Null where the connector has no accounts. */
export function connectorAccountOf(ref: ConnectorRef): string | null {
  const slash = ref.indexOf("/");
  return slash < 0 ? null : ref.slice(slash + 1);
}
