import type { PayoutError } from "../../domain/payout.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";

/** Our reason for each of PayPal's names of an error that says why, of a request or of an item. */
const REASONS: Readonly<Record<string, string>> = {
  ACCOUNT_RESTRICTED: "SENDER_RESTRICTED",
  CLOSED_MARKET: "DESTINATION_UNSUPPORTED",
  CURRENCY_COMPLIANCE: "CURRENCY_UNSUPPORTED",
  CURRENCY_NOT_SUPPORTED_FOR_RECEIVER: "CURRENCY_UNSUPPORTED",
  GAMER_FAILED_COUNTRY_OF_RESIDENCE_CHECK: "DESTINATION_UNSUPPORTED",
  INSUFFICIENT_FUNDS: "INSUFFICIENT_FUNDS",
  INVALID_EMAIL: "RECIPIENT_DATA_INVALID",
  INVALID_EMAIL_ID: "RECIPIENT_DATA_INVALID",
  NEGATIVE_BALANCE: "INSUFFICIENT_FUNDS",
  NON_HOLDING_CURRENCY: "CURRENCY_UNSUPPORTED",
  POS_LIMIT_EXCEEDED: "LIMIT_EXCEEDED",
  RECEIVER_ACCOUNT_INVALID: "ACCOUNT_UNUSABLE",
  RECEIVER_ACCOUNT_LIMITATION: "ACCOUNT_RESTRICTED",
  RECEIVER_ACCOUNT_LOCKED: "ACCOUNT_RESTRICTED",
  RECEIVER_COUNTRY_NOT_ALLOWED: "DESTINATION_UNSUPPORTED",
  RECEIVER_STATE_RESTRICTED: "DESTINATION_UNSUPPORTED",
  RECEIVER_UNCONFIRMED: "RECIPIENT_NOT_READY",
  RECEIVER_UNREGISTERED: "ACCOUNT_NOT_FOUND",
  RECEIVER_YOUTH_ACCOUNT: "ACCOUNT_RESTRICTED",
  RECEIVING_LIMIT_EXCEEDED: "RECIPIENT_LIMIT_EXCEEDED",
  REFUSED_RECEIVER_REFUSED: "RECIPIENT_REFUSED",
  REGULATORY_BLOCKED: "COMPLIANCE_DECLINED",
  RISK_DECLINE: "RISK_DECLINED",
  SELF_PAY_NOT_ALLOWED: "RECIPIENT_DATA_INVALID",
  SPENDING_LIMIT_EXCEEDED: "LIMIT_EXCEEDED",
  TRANSACTION_LIMIT_EXCEEDED: "LIMIT_EXCEEDED",
  UNVERIFIED_RECIPIENT_NOT_SUPPORTED: "RECIPIENT_NOT_READY",
  ZERO_AMOUNT: "AMOUNT_TOO_SMALL",
};

/** What a validation error finds fault with, by the end of the field's name. */
const FIELDS: readonly (readonly [RegExp, string])[] = [
  [/receiver|recipient_type$/i, "RECIPIENT_DATA_INVALID"],
  [/currency$/i, "CURRENCY_UNSUPPORTED"],
  [/amount|value$/i, "AMOUNT_UNSUPPORTED"],
];

/** A definite no to a request. */
export function refusal(words: ProcessorWords, field: string | undefined): PayoutError {
  if (words.code !== "VALIDATION_ERROR") {
    return declined(reasonOf(words.code) ?? "REQUEST_REFUSED", words);
  }
  const found = FIELDS.find(([pattern]) => pattern.test(field ?? ""));
  return declined(found?.[1] ?? "REQUEST_REFUSED", words, "VALIDATION");
}

/** Why an item, or its batch, came to nothing. */
export function failure(words: ProcessorWords, otherwise = "CONNECTOR_FAILURE"): PayoutError {
  return declined(reasonOf(words.code) ?? otherwise, words);
}

/** The app's credentials are wrong, or the account may not do this; PayPal did nothing. */
export function configuration({ code, requestId }: ProcessorWords): PayoutError {
  return declined("CREDENTIALS_REFUSED", { code, requestId }, "CONFIGURATION");
}

function reasonOf(name: string | undefined): string | undefined {
  // Some names are printed with spaces in them.
  const plain = name?.replaceAll(" ", "") ?? "";
  return Object.hasOwn(REASONS, plain) ? REASONS[plain] : undefined;
}
