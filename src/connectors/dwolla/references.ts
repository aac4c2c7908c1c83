import type { ConnectorReference } from "../../domain/payout.ts";

/** The kinds of ids that a payout has at Dwolla. */
export type ReferenceKind =
  /** The funding source that it is paid from. */
  | "source"
  | "customer"
  /** The recipient's bank account. */
  | "funding_source"
  | "mass_payment"
  | "transfer"
  /** The transfer once more, when it has been seen as processed: a failure after that is a return. */
  | "processed_transfer";

export function reference(kind: ReferenceKind, id: string): ConnectorReference {
  return { kind, id };
}

/** The first one: every call of a payout, and every repeat, must name the same ids. */
export function idOf(
  references: readonly ConnectorReference[],
  kind: ReferenceKind,
): string | undefined {
  return references.find((each) => each.kind === kind)?.id;
}

/** Ids are UUIDs; whatever else may become of them, they fit into a path as they are. */
export function isId(text: string | null | undefined): text is string {
  return typeof text === "string" && /^[0-9A-Za-z-]{1,64}$/.test(text);
}

/** The collections that addresses of resources lie in. */
export type Collection =
  | "accounts"
  | "customers"
  | "funding-sources"
  | "mass-payments"
  | "transfers";

/**
 * The id at the end of an address of a resource; undefined for any other address. Addresses are never
 * followed as they come: the token goes to the account's own base URL only.
 */
export function idIn(href: string | undefined, collection: Collection): string | undefined {
  const [, name, id] = /\/([a-z-]+)\/([^/?#]+)$/.exec(href ?? "") ?? [];
  return name === collection && isId(id) ? id : undefined;
}
