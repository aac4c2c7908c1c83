import type { PayoutError } from "../../domain/payout.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** Wise's codes in our words. The fallback to another connector rests on some of them. */
const REASONS: Readonly<Record<string, string>> = {
  "transfer.insufficient_funds": "INSUFFICIENT_FUNDS",
  "transfer.insufficient-funds": "INSUFFICIENT_FUNDS",
  "balance.payment-option-unavailable": "METHOD_UNSUPPORTED",
  "transfer.invalid-state": "INVALID_STATE",
  "transfer.not-found": "TRANSFER_NOT_FOUND",
  "transfer.cancellation.not.allowed": "TOO_LATE",
  "transfer.quote-already-used": "QUOTE_ALREADY_USED",
  "quote.expired": "QUOTE_EXPIRED",
  "quote.currency-not-supported": "CURRENCY_UNSUPPORTED",
  "quote.source-amount-too-low": "AMOUNT_TOO_SMALL",
  "error.payInAmountTooHigh": "LIMIT_EXCEEDED",
  "error.payInAmountTooLow": "AMOUNT_TOO_SMALL",
};

/**
 * What the processor says of a reply that is no success.
 *
 * @param token what must not be shown, should it be repeated
 */
export function readWords({ reply, json }: Replied, token: string): ProcessorWords {
  const first = json.at("errors", 0);
  const code = first.text("code") ?? json.text("code") ?? json.text("error");
  const message = first.text("message") ?? json.text("message") ?? json.text("error_description");
  return {
    code,
    message: withoutSecret(withoutValues(message, first), token),
    requestId: reply.headers["x-trace-id"],
  };
}

/** A definite no: the reason by the processor's code. */
export function refusedBy(words: ProcessorWords, otherwise = "REQUEST_REFUSED"): PayoutError {
  const { code } = words;
  const known = code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return declined(known ?? otherwise, words);
}

/** A message that repeats the token is left out. */
export function withoutSecret(message: string | undefined, token: string): string | undefined {
  return message?.includes(token) ? undefined : message;
}

/** A message that repeats what was wrong, such as an account's number, is left out. */
function withoutValues(message: string | undefined, error: JsonReply): string | undefined {
  if (message === undefined) return undefined;
  const path = error.text("path");
  const values = error.list("arguments").map((each) => each.text());
  const repeats = values.some(
    (value) => value !== undefined && value !== path && message.includes(value),
  );
  // Six digits in a row are more likely part of an account than of a sentence.
  return repeats || /\d(?:[ -]?\d){5}/.test(message) ? undefined : message;
}
