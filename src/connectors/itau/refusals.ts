import type { PayoutError } from "../../domain/payout.ts";
import { declined, type ProcessorWords } from "../toolkit/errors.ts";

/** Our reason for each code of Itau's that says why. What is not here is DECLINED. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["SALDO_INSUFICIENTE", "INSUFFICIENT_FUNDS"],
  ["CHAVE_INEXISTENTE", "ACCOUNT_NOT_FOUND"],
  ["CONTA_ENCERRADA", "ACCOUNT_CLOSED"],
]);

/** A transfer that was read and is not made: 422, or 201 with "Rejeitado". */
export function refused(words: ProcessorWords): PayoutError {
  return declined(REASONS.get(words.code ?? "") ?? "DECLINED", words);
}

/** A request that was found faulty: 400. */
export function invalid(words: ProcessorWords): PayoutError {
  return declined("REQUEST_REFUSED", words, "VALIDATION");
}

/** 401 and 403: the credentials are wrong, or may not do this; Itau did nothing. Its sentence may quote them. */
export function credentialsRefused(code: string | undefined): PayoutError {
  return declined("CREDENTIALS_REFUSED", { code }, "CONFIGURATION");
}

/** 429: too many requests; Itau did nothing. */
export function rateLimited(words: ProcessorWords): PayoutError {
  return declined("RATE_LIMITED", words, "CONNECTOR_UNAVAILABLE");
}

/** Found before anything is sent. */
export function unpayable(reason: string): PayoutError {
  return declined(reason, {}, "VALIDATION");
}

export const SETTINGS_INVALID: PayoutError = {
  category: "CONFIGURATION",
  reason: "CONNECTOR_ACCOUNT_INVALID",
  message: "The settings of the merchant's account at the processor are not complete.",
};
