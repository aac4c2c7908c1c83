import type { PayoutError } from "../../domain/payout.ts";
import type { SandboxReply } from "../../sandbox-processor/wire.ts";
import { asObject, asText, readObject } from "./read-reply.ts";

/** What the processor said of a refusal, word for word. */
export interface ProcessorWords {
  readonly code: string;
  readonly message: string;
  readonly requestId: string;
}

/** The processor's words in a reply; undefined when it is not the processor that speaks. */
export function readWords(reply: SandboxReply): ProcessorWords | undefined {
  const error = asObject(readObject(reply.body)?.["error"]);
  const code = asText(error?.["code"]);
  if (error === undefined || code === undefined) return undefined;
  return {
    code,
    message: asText(error["message"]) ?? "",
    requestId: asText(error["request_id"]) ?? "",
  };
}

/** Surely nothing happened. */
export function unavailable(): PayoutError {
  return {
    category: "CONNECTOR_UNAVAILABLE",
    reason: "CONNECTOR_UNAVAILABLE",
    message: "The processor could not be reached; nothing was sent.",
  };
}

/** It may have happened. */
export function outcomeUnknown(words?: ProcessorWords): PayoutError {
  return {
    category: "OUTCOME_UNKNOWN",
    reason: "OUTCOME_UNKNOWN",
    message: "The processor's answer did not arrive or could not be read.",
    ...inItsWords(words),
  };
}

const REFUSALS: Readonly<Record<string, Omit<PayoutError, "connectorCode">>> = {
  insufficient_funds: {
    category: "CONNECTOR_DECLINED",
    reason: "INSUFFICIENT_FUNDS",
    message: "The balance at the processor does not cover this.",
  },
  unknown_scenario: {
    category: "VALIDATION",
    reason: "UNKNOWN_SCENARIO",
    message: "There is no sandbox scenario of this name; the documentation lists them.",
  },
  amount_too_small: {
    category: "VALIDATION",
    reason: "AMOUNT_TOO_SMALL",
    message: "After fee and change of currency nothing would arrive.",
  },
  already_settled: {
    category: "CONNECTOR_DECLINED",
    reason: "ALREADY_SETTLED",
    message: "The money has arrived already.",
  },
  not_cancellable: {
    category: "CONNECTOR_DECLINED",
    reason: "NOT_CANCELLABLE",
    message: "The transfer has ended already.",
  },
  transfer_not_found: {
    category: "CONNECTOR_DECLINED",
    reason: "TRANSFER_NOT_FOUND",
    message: "The processor does not know the transfer.",
  },
};

const REFUSED = {
  category: "CONNECTOR_DECLINED",
  reason: "REQUEST_REFUSED",
  message: "The processor has refused the request.",
} as const;

/** A definite no. */
export function refused(words: ProcessorWords): PayoutError {
  const known = Object.hasOwn(REFUSALS, words.code) ? REFUSALS[words.code] : undefined;
  return { ...(known ?? REFUSED), ...inItsWords(words) };
}

const FAILURES: Readonly<Record<string, string>> = {
  account_closed: "The account is closed.",
  account_not_found: "There is no such account.",
  insufficient_funds: "The balance at the processor does not cover this.",
};

/**
 * Why a transfer failed or came back. Whoever steers the sandbox may name any reason, so a word that
 * is shaped like one becomes ours.
 */
export function transferFailed(reason: string): PayoutError {
  const message = Object.hasOwn(FAILURES, reason) ? FAILURES[reason] : undefined;
  return {
    category: "CONNECTOR_DECLINED",
    reason: /^[a-z0-9_]{1,64}$/.test(reason) ? reason.toUpperCase() : "CONNECTOR_FAILURE",
    message: message ?? "The processor reports that the money did not arrive or came back.",
    ...(reason !== "" && { connectorCode: reason }),
  };
}

function inItsWords(words: ProcessorWords | undefined): Partial<PayoutError> {
  if (words === undefined) return {};
  return {
    connectorCode: words.code,
    ...(words.message !== "" && { connectorMessage: words.message }),
    ...(words.requestId !== "" && { connectorRequestId: words.requestId }),
  };
}
