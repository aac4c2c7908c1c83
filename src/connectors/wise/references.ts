import type { ConnectorReference } from "../../domain/payout.ts";

/** The kinds of ids that a payout has at Wise. */
export type ReferenceKind = "quote" | "account" | "transfer";

/** The newest id of a kind: a quote or an account may have been made twice, when an answer was lost. */
export function findReference(
  references: readonly ConnectorReference[],
  kind: ReferenceKind,
): string | undefined {
  return references.findLast((each) => each.kind === kind)?.id;
}

/** Ids of transfers and accounts are whole numbers of up to 64 bits; they stay text here. */
export function isNumericId(text: string | undefined): text is string {
  return text !== undefined && /^\d{1,19}$/.test(text);
}

export function isUuid(text: string | undefined): text is string {
  return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}
