import { PAYOUT_METHOD_KINDS, type PayoutMethodKind } from "../domain/payout-method/index.ts";

/** What nobody can type: a wallet's own number, and another service's token. */
const NOT_FOR_PAGES: ReadonlySet<PayoutMethodKind> = new Set(["apple_pay", "passthrough"]);

/** Whether a recipient can give it on a page. */
export function isPageMethod(kind: PayoutMethodKind): boolean {
  return !NOT_FOR_PAGES.has(kind);
}

/** Every payout method that a recipient can give on a page. */
export const PAGE_METHODS = PAYOUT_METHOD_KINDS.filter(isPageMethod);
