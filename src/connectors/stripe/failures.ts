import type { PayoutError } from "../../domain/payout.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** Our reason for each of Stripe's failure codes of a payout. */
const REASONS: Readonly<Record<string, string>> = {
  account_closed: "ACCOUNT_CLOSED",
  account_frozen: "ACCOUNT_FROZEN",
  bank_account_restricted: "ACCOUNT_RESTRICTED",
  bank_ownership_changed: "ACCOUNT_CLOSED",
  could_not_process: "BANK_DECLINED",
  debit_not_authorized: "ACCOUNT_RESTRICTED",
  declined: "BANK_DECLINED",
  incorrect_account_holder_address: "HOLDER_MISMATCH",
  incorrect_account_holder_name: "NAME_MISMATCH",
  incorrect_account_holder_tax_id: "HOLDER_MISMATCH",
  incorrect_account_type: "HOLDER_MISMATCH",
  insufficient_funds: "INSUFFICIENT_FUNDS",
  invalid_account_number: "ACCOUNT_NUMBER_INVALID",
  invalid_account_number_length: "ACCOUNT_NUMBER_INVALID",
  invalid_currency: "CURRENCY_UNSUPPORTED",
  no_account: "ACCOUNT_NOT_FOUND",
  unsupported_card: "METHOD_UNSUPPORTED",
};

/** Why a payout failed. */
export function failure(payout: JsonReply): PayoutError {
  const code = payout.text("failure_code");
  const known = code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  const message = payout.text("failure_message");
  return declined(known ?? "CONNECTOR_FAILURE", { code, message });
}
