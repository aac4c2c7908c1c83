import type { PayoutError } from "../../domain/payout.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** Our reason for each ACH return code that a credit can meet; the rest are BANK_DECLINED. */
const REASONS: Readonly<Record<string, string>> = {
  R01: "INSUFFICIENT_FUNDS",
  R02: "ACCOUNT_CLOSED",
  R03: "ACCOUNT_NOT_FOUND",
  R04: "ACCOUNT_NUMBER_INVALID",
  R12: "ACCOUNT_CLOSED",
  R13: "BANK_CODE_INVALID",
  R14: "ACCOUNT_RESTRICTED",
  R15: "ACCOUNT_RESTRICTED",
  R16: "ACCOUNT_FROZEN",
  R17: "ACCOUNT_NUMBER_INVALID",
  R20: "ACCOUNT_RESTRICTED",
};

/** Why a transfer failed, by what its failure says; without one, no more than that it did. */
export function failureOf(failure?: JsonReply): PayoutError {
  const code = failure?.text("code");
  const message = failure?.text("description") ?? failure?.text("explanation");
  const known = code !== undefined && Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return declined(known ?? "BANK_DECLINED", { code, message });
}
