import type { PayoutError } from "../../domain/payout.ts";
import { credentialsRefused, declined, type ProcessorWords } from "../toolkit/errors.ts";

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

/** The credentials are wrong, or may not do this. Itau's sentence may quote them. */
export function withoutSentence({ code }: ProcessorWords): PayoutError {
  return credentialsRefused({ code });
}
