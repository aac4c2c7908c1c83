import type { PayoutError } from "../../domain/payout.ts";
import { declined } from "../toolkit/errors.ts";
import type { AdyenWords } from "./words.ts";

/** Adyen's reasons for a transfer that did not go well, in our words; the fallback rests on some of them. */
const REASONS: Readonly<Record<string, string>> = {
  accountHierarchyNotActive: "ACCOUNT_INACTIVE",
  amountLimitExceeded: "LIMIT_EXCEEDED",
  approvalExpired: "APPROVAL_EXPIRED",
  balanceAccountTemporarilyBlockedByTransactionRule: "DECLINED_BY_RULE",
  counterpartyAccountBlocked: "ACCOUNT_RESTRICTED",
  counterpartyAccountClosed: "ACCOUNT_CLOSED",
  counterpartyAccountNotFound: "ACCOUNT_NOT_FOUND",
  counterpartyAddressRequired: "RECIPIENT_ADDRESS_REQUIRED",
  counterpartyBankTimedOut: "BANK_UNAVAILABLE",
  counterpartyBankUnavailable: "BANK_UNAVAILABLE",
  declinedByTransactionRule: "DECLINED_BY_RULE",
  directDebitNotSupported: "METHOD_UNSUPPORTED",
  invalidAccount: "ACCOUNT_NOT_FOUND",
  invalidToAccount: "ACCOUNT_NOT_FOUND",
  notEnoughBalance: "INSUFFICIENT_FUNDS",
  refusedByCounterpartyBank: "REFUSED_BY_BANK",
  routeNotFound: "DESTINATION_UNSUPPORTED",
  transferInstrumentDoesNotExist: "ACCOUNT_NOT_FOUND",
  unableToRouteTransaction: "DESTINATION_UNSUPPORTED",
  withdrawalAmountExceeded: "LIMIT_EXCEEDED",
};

/** What a transfer came to, by the reason that the processor gives; `otherwise` where it says nothing new. */
export function transferError(reason: string | undefined, otherwise: string): PayoutError {
  const known =
    reason !== undefined && Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  return declined(known ?? otherwise, { code: reason });
}

/** A definite no, by the field that the processor finds fault with. */
export function refusedBy(words: AdyenWords): PayoutError {
  const field = words.field ?? "";
  if (field.startsWith("counterparty") || field.startsWith("bankAccount")) {
    return declined("INVALID_ACCOUNT", words, "VALIDATION");
  }
  if (field.startsWith("balanceAccount") || field === "balancePlatform") {
    return declined("BALANCE_ACCOUNT_REFUSED", words, "CONFIGURATION");
  }
  if (/^(individual|organization)/.test(field)) {
    return declined("RECIPIENT_DATA_INVALID", words, "VALIDATION");
  }
  return field.startsWith("amount")
    ? declined("AMOUNT_UNSUPPORTED", words, "VALIDATION")
    : declined("REQUEST_REFUSED", words);
}

/** The transfer is made, and its review does not run yet: neither approval nor cancellation is taken. */
export const REVIEW_NOT_BEGUN: PayoutError = {
  category: "CONNECTOR_UNAVAILABLE",
  reason: "REVIEW_NOT_BEGUN",
  message: "The processor has not begun the review of the transfer yet; nothing was sent.",
};

/** A step before was accepted, and what it made cannot be found: a fault to look into, and nothing to guess at. */
export const TRANSFER_NOT_FOUND: PayoutError = declined("TRANSFER_NOT_FOUND", {});
