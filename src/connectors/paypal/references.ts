import type { ConnectorReference } from "../../domain/payout.ts";

/** The kinds of ids that PayPal gives to a payout. */
export type ReferenceKind = "batch" | "item" | "transaction";

export function idOf(
  references: readonly ConnectorReference[],
  kind: ReferenceKind,
): string | undefined {
  return references.find((each) => each.kind === kind)?.id;
}

/** Whether a text can be an id of PayPal's, which goes into paths. */
export function isId(text: string | undefined): text is string {
  return text !== undefined && /^[A-Za-z0-9_-]{1,64}$/.test(text);
}
