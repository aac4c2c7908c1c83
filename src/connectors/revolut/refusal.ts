import type { PayoutError, PayoutErrorCategory } from "../../domain/payout.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";
import type { Replied } from "../toolkit/exchange.ts";
import { repeats } from "../toolkit/repeats.ts";

/** The request id has been used already. */
export const DUPLICATE_REQUEST = "3020";
/** The counterparty is there already. */
export const COUNTERPARTY_EXISTS = "3012";

type Reason = readonly [reason: string, category?: PayoutErrorCategory];

/** Revolut's codes in our words. The fallback to another connector rests on some of them. */
const REASONS: Readonly<Record<string, Reason>> = {
  3000: ["REQUEST_REFUSED", "VALIDATION"],
  // A path's or a payment's own account; a receiver that is not there is 3544.
  3006: ["SOURCE_ACCOUNT_NOT_FOUND", "CONFIGURATION"],
  3009: ["REQUEST_REFUSED", "VALIDATION"],
  3187: ["CURRENCY_UNSUPPORTED"],
  3448: ["EXCHANGE_REASON_REQUIRED", "CONFIGURATION"],
  3544: ["ACCOUNT_NOT_FOUND"],
  4100: ["TRANSFER_REASON_REQUIRED", "CONFIGURATION"],
};

/** A message that is longer is not Revolut's. */
const MAX_MESSAGE = 500;

/**
 * What the processor says of a reply that is no success.
 *
 * @param secrets what must not be repeated: tokens, account numbers, names
 */
export function readWords({ json }: Replied, secrets: readonly string[]): ProcessorWords {
  const shown = (text: string | undefined) =>
    text === undefined || text.length > MAX_MESSAGE || repeats(text, secrets) ? undefined : text;
  return {
    code: shown(json.text("code") ?? json.text("error")),
    message: shown(json.text("message") ?? json.text("error_description")),
    requestId: shown(json.text("error_id")),
  };
}

/** A definite no: the reason by the processor's code. */
export function refusedBy(words: ProcessorWords): PayoutError {
  const { code = "" } = words;
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  const [reason, category] = known ?? ["REQUEST_REFUSED"];
  return declined(reason, words, category);
}
