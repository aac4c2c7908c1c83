import type { PayoutInstruction } from "../connector.ts";
import { toDecimal } from "../toolkit/decimal.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import type { Destination } from "./destination.ts";
import type { RevolutSettings } from "./settings.ts";

/** What a payment and its quote are told alike. */
export function toPaymentBody(
  { transferReason, exchangeReason }: RevolutSettings,
  source: string,
  { counterpartyId, accountId }: Destination,
  { amount }: Pick<PayoutInstruction, "amount">,
) {
  return {
    account_id: source,
    receiver: {
      counterparty_id: counterpartyId,
      ...(accountId !== undefined && { account_id: accountId }),
    },
    // That there is one was asked before: whyUnpayable.
    amount: rawNumber(toDecimal(amount) ?? ""),
    currency: amount.currency,
    ...(transferReason !== undefined && { transfer_reason_code: transferReason }),
    ...(exchangeReason !== undefined && { exchange_reason_code: exchangeReason }),
  };
}

/** Characters of a payment's reference. */
const MAX_REFERENCE = 140;

/** What the recipient reads, in the characters that every rail carries; undefined for nothing. */
export function toReference(
  { description }: Pick<PayoutInstruction, "description">,
  max = MAX_REFERENCE,
): string | undefined {
  const plain = description.replaceAll(/[^A-Za-z0-9 .,:;/()+?'-]+/g, " ").replaceAll(/ +/g, " ");
  return plain.trim().slice(0, max).trim() || undefined;
}
