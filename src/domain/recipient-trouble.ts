/** Why money could not be paid to an account, as far as its owner can do something about it. */
export type RecipientTrouble =
  | "ACCOUNT_CLOSED"
  | "ACCOUNT_NOT_FOUND"
  | "ACCOUNT_BLOCKED"
  | "NAME_MISMATCH"
  | "DETAILS_WRONG"
  | "METHOD_NOT_ACCEPTED";

/**
 * The reasons of a payout's error that its recipient can mend by giving other data or another account.
 * What is not here is for the merchant to look into: recipients are told nothing of the merchant's balance
 * or limits, and nothing in a processor's own words.
 */
const TROUBLES: Readonly<Partial<Record<string, RecipientTrouble>>> = {
  ACCOUNT_CLOSED: "ACCOUNT_CLOSED",
  ACCOUNT_NOT_FOUND: "ACCOUNT_NOT_FOUND",
  INVALID_ACCOUNT: "ACCOUNT_NOT_FOUND",
  ACCOUNT_FROZEN: "ACCOUNT_BLOCKED",
  ACCOUNT_RESTRICTED: "ACCOUNT_BLOCKED",
  ACCOUNT_UNUSABLE: "ACCOUNT_BLOCKED",
  BANK_DECLINED: "ACCOUNT_BLOCKED",
  NAME_MISMATCH: "NAME_MISMATCH",
  HOLDER_MISMATCH: "NAME_MISMATCH",
  ACCOUNT_NUMBER_INVALID: "DETAILS_WRONG",
  BANK_CODE_INVALID: "DETAILS_WRONG",
  RECIPIENT_DATA_INVALID: "DETAILS_WRONG",
  METHOD_UNSUPPORTED: "METHOD_NOT_ACCEPTED",
  DESTINATION_UNSUPPORTED: "METHOD_NOT_ACCEPTED",
};

/** What a recipient is told of a payout's error; null when they cannot mend it. */
export function troubleOf(reason: string): RecipientTrouble | null {
  return (Object.hasOwn(TROUBLES, reason) && TROUBLES[reason]) || null;
}
