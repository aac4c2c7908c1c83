import type { PayoutError, PayoutErrorCategory } from "../../domain/payout.ts";

/** What a processor said, word for word; shown to the merchant for its support, never acted on. */
export interface ProcessorWords {
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly requestId?: string | undefined;
}

/** Characters of each word that are kept: enough for support, and bounded all the same. */
const MAX_WORD = 500;

/** Surely nothing happened. */
export function notSent(): PayoutError {
  return {
    category: "CONNECTOR_UNAVAILABLE",
    reason: "CONNECTOR_UNAVAILABLE",
    message: "The processor could not be reached; nothing was sent.",
  };
}

/** It may have happened. */
export function outcomeUnknown(words: ProcessorWords = {}): PayoutError {
  return {
    category: "OUTCOME_UNKNOWN",
    reason: "OUTCOME_UNKNOWN",
    message: "The processor's answer did not arrive or could not be read.",
    ...wordsOf(words),
  };
}

/** A definite no, in our words and the processor's. */
export function declined(
  reason: string,
  words: ProcessorWords,
  category: PayoutErrorCategory = "CONNECTOR_DECLINED",
): PayoutError {
  return { category, reason, message: messageOf(reason), ...wordsOf(words) };
}

/** The credentials are not known, or may not do this: the processor did nothing. */
export function credentialsRefused(words: ProcessorWords): PayoutError {
  return declined("CREDENTIALS_REFUSED", words, "CONFIGURATION");
}

/** Too many requests: the processor did nothing. */
export function rateLimited(words: ProcessorWords): PayoutError {
  return declined("RATE_LIMITED", words, "CONNECTOR_UNAVAILABLE");
}

/** A payout that the processor could not pay: found before anything is sent. */
export function unpayable(reason: string): PayoutError {
  return declined(reason, {}, "VALIDATION");
}

/** The payout cannot be stopped any more; in the processor's words, where it has said so. */
export function tooLate(said?: PayoutError): PayoutError {
  return { ...said, ...declined("TOO_LATE", {}) };
}

/** A setting of the account is missing, or could not be sent. */
export function settingsIncomplete(): PayoutError {
  return {
    category: "CONFIGURATION",
    reason: "CONNECTOR_ACCOUNT_INVALID",
    message: "The settings of the merchant's account at the processor are not complete.",
  };
}

/** A key that the processor would not take: found before anything is sent, and never cut to fit. */
export function unusableKey(): PayoutError {
  return {
    category: "INTERNAL",
    reason: "PROCESSOR_KEY_UNUSABLE",
    message: "The processor cannot take the key of this call; nothing was sent.",
  };
}

/** A call that a connector has no name for: found before anything is sent. */
export function unknownStep(): PayoutError {
  return {
    category: "INTERNAL",
    reason: "UNKNOWN_STEP",
    message: "The connector does not know this call; nothing was sent.",
  };
}

/** INSUFFICIENT_FUNDS as "Insufficient funds." */
function messageOf(reason: string): string {
  const words = reason.toLowerCase().replaceAll("_", " ");
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function wordsOf({ code, message, requestId }: ProcessorWords): Partial<PayoutError> {
  return {
    ...(code === undefined ? {} : { connectorCode: code.slice(0, MAX_WORD) }),
    ...(message === undefined ? {} : { connectorMessage: message.slice(0, MAX_WORD) }),
    ...(requestId === undefined ? {} : { connectorRequestId: requestId.slice(0, MAX_WORD) }),
  };
}
