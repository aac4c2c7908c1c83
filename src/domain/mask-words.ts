import type { PayoutError } from "./payout.ts";

/**
 * What looks like an account or a card: an IBAN, or six digits and more, with or without spaces and
 * dashes between.
 */
const NUMBERS = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]){11,30}\b|\d(?:[ -]?\d){5,}/gi;

/**
 * An error with a processor's message that shows no account: processors repeat what they were sent, and
 * their words go into payouts, events and logs. All but the last four characters of a number are stars.
 */
export function withMaskedWords(error: PayoutError): PayoutError {
  const { connectorMessage } = error;
  if (connectorMessage === undefined) return error;
  const masked = connectorMessage.replace(
    NUMBERS,
    (text) => "*".repeat(text.length - 4) + text.slice(-4),
  );
  return masked === connectorMessage ? error : { ...error, connectorMessage: masked };
}
