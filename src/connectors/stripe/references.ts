import type { ConnectorReference } from "../../domain/payout.ts";

/** The kinds of ids that Stripe gives to a payout. */
export type ReferenceKind =
  | "account"
  | "bank_account"
  | "transfer"
  | "payout"
  | "transfer_reversal"
  | "payout_reversal";

export function reference(kind: ReferenceKind, id: string): ConnectorReference {
  return { kind, id };
}

export function idOf(
  references: readonly ConnectorReference[],
  kind: ReferenceKind,
): string | undefined {
  return references.find((each) => each.kind === kind)?.id;
}
