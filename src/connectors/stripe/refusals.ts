import type { PayoutError, PayoutErrorCategory } from "../../domain/payout.ts";
import { declined } from "../toolkit/errors.ts";
import type { StripeWords } from "./words.ts";

/** Our reason for each of Stripe's error codes that says why; the rest are REQUEST_REFUSED. */
const REASONS: Readonly<Record<string, string>> = {
  balance_insufficient: "INSUFFICIENT_FUNDS",
  insufficient_capabilities_for_transfer: "RECIPIENT_NOT_READY",
  payouts_not_allowed: "RECIPIENT_NOT_READY",
  payouts_limit_exceeded: "LIMIT_EXCEEDED",
  instant_payouts_limit_exceeded: "LIMIT_EXCEEDED",
  transfers_not_allowed: "RECIPIENT_NOT_READY",
  instant_payouts_unsupported: "METHOD_UNSUPPORTED",
  instant_payouts_currency_disabled: "CURRENCY_UNSUPPORTED",
  instant_payouts_config_disabled: "METHOD_UNSUPPORTED",
  bank_account_unusable: "ACCOUNT_UNUSABLE",
  bank_account_declined: "ACCOUNT_UNUSABLE",
  bank_account_restricted: "ACCOUNT_RESTRICTED",
  account_closed: "ACCOUNT_CLOSED",
  no_account: "ACCOUNT_NOT_FOUND",
  resource_missing: "ACCOUNT_NOT_FOUND",
  invalid_currency: "CURRENCY_UNSUPPORTED",
  country_unsupported: "DESTINATION_UNSUPPORTED",
  amount_too_large: "LIMIT_EXCEEDED",
};

/** What is wrong with the data that was sent. */
const DATA_REASONS: Readonly<Record<string, string>> = {
  account_number_invalid: "ACCOUNT_NUMBER_INVALID",
  routing_number_invalid: "BANK_CODE_INVALID",
  amount_too_small: "AMOUNT_TOO_SMALL",
  email_invalid: "RECIPIENT_DATA_INVALID",
  postal_code_invalid: "RECIPIENT_DATA_INVALID",
  tax_id_invalid: "RECIPIENT_DATA_INVALID",
  account_country_invalid_address: "RECIPIENT_DATA_INVALID",
  token_already_used: "TOKEN_USED",
  bank_account_exists: "ACCOUNT_EXISTS",
};

/** What is wrong with the merchant's own account at Stripe, or with its settings here. */
const SETTINGS_CODES: ReadonlySet<string> = new Set([
  "livemode_mismatch",
  "testmode_charges_only",
  "platform_account_required",
  "platform_api_key_expired",
  "api_key_expired",
  "secret_key_required",
  "account_invalid",
  "tls_version_unsupported",
]);

/** A definite no, in our words and Stripe's. */
export function refusal(words: StripeWords): PayoutError {
  const code = words.code ?? "";
  if (SETTINGS_CODES.has(code)) return configuration(words);
  const dataReason = Object.hasOwn(DATA_REASONS, code) ? DATA_REASONS[code] : undefined;
  const reason = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  const isData =
    dataReason !== undefined || (reason === undefined && code.startsWith("parameter_"));
  const category: PayoutErrorCategory = isData ? "VALIDATION" : "CONNECTOR_DECLINED";
  return declined(dataReason ?? reason ?? "REQUEST_REFUSED", words, category);
}

/** The merchant's account or its settings have to be mended; Stripe did nothing. */
export function configuration({ code, requestId }: StripeWords): PayoutError {
  // Without Stripe's sentence: it quotes a part of the key.
  return declined("CREDENTIALS_REFUSED", { code, requestId }, "CONFIGURATION");
}
