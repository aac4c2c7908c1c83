import type { CapturedRequest } from "../support/captured-request.ts";
import { at, isJson, type Json, textAt } from "../support/json-fields.ts";
import { numberTextAt } from "../support/json-numbers.ts";
import { invalid } from "./refusal.ts";
import type { NewTransfer } from "./transfer-store.ts";

/** What the processor knows that a request may name. */
export interface KnownResources {
  hasBalanceAccount(id: string): boolean;
  /** Undefined where there is none of this id. */
  transferInstrument(id: string): { readonly isVerified: boolean } | undefined;
}

/** Reads POST /transfers. Throws a refusal for what the processor would refuse at the door. */
export function readTransferRequest(request: CapturedRequest, known: KnownResources): NewTransfer {
  const { body } = request;
  if (!isJson(body)) throw invalid("", "", "The request body is not a JSON object");
  if (body["category"] !== "bank") throw invalid("category", body["category"], "must be bank");
  const balanceAccountId = textAt(body, "balanceAccountId") ?? "";
  if (!known.hasBalanceAccount(balanceAccountId)) {
    throw invalid("balanceAccountId", balanceAccountId, "unknown balance account");
  }
  return {
    balanceAccountId,
    currency: currencyOf(body),
    value: minorUnitsOf(request),
    counterparty: counterpartyOf(body, known),
    priority: priorityOf(body),
    reference: limitedText(body, "reference", 80),
    referenceForBeneficiary: limitedText(body, "referenceForBeneficiary", 140),
    description: limitedText(body, "description", 140),
    executionDate: isJson(body["executionDate"]) ? body["executionDate"] : undefined,
    approvalsNeeded: approvalsOf(request),
  };
}

function currencyOf(body: Json): string {
  const currency = textAt(body, "amount", "currency") ?? "";
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid("amount.currency", currency, "invalid currency");
  return currency;
}

function minorUnitsOf(request: CapturedRequest): bigint {
  const text = numberTextAt(request.raw, "/amount/value") ?? "";
  const isNumber = typeof at(request.body, "amount", "value") === "number";
  if (!isNumber || !/^[1-9]\d{0,18}$/.test(text)) {
    throw invalid("amount.value", text, "must be a positive whole number of minor units");
  }
  return BigInt(text);
}

function counterpartyOf(body: Json, known: KnownResources): Json {
  const counterparty = body["counterparty"];
  if (!isJson(counterparty)) throw invalid("counterparty", "", "is required");
  const instrumentId = textAt(counterparty, "transferInstrumentId");
  if (instrumentId !== undefined) {
    const instrument = known.transferInstrument(instrumentId);
    if (!instrument) {
      throw invalid("counterparty.transferInstrumentId", instrumentId, "unknown instrument");
    }
    if (!instrument.isVerified) {
      throw invalid("counterparty.transferInstrumentId", instrumentId, "not verified yet");
    }
  } else if (!isJson(counterparty["bankAccount"])) {
    throw invalid("counterparty", "", "a bank account or a transfer instrument is required");
  }
  return counterparty;
}

/** Of several priorities the first is taken. */
function priorityOf(body: Json): string {
  const first = Array.isArray(body["priorities"]) ? body["priorities"][0] : undefined;
  const priority = body["priority"] ?? first;
  if (typeof priority !== "string") {
    throw invalid("priority", "", "is required for category bank");
  }
  return priority;
}

function limitedText(body: Json, name: string, max: number): string | undefined {
  const text = textAt(body, name);
  if (text !== undefined && text.length > max) throw invalid(name, text, `at most ${max} long`);
  return text;
}

function approvalsOf(request: CapturedRequest): number {
  const wanted = at(request.body, "review", "numberOfApprovalsRequired") ?? 0;
  if (typeof wanted === "number" && Number.isInteger(wanted) && wanted >= 0) return wanted;
  throw invalid("review.numberOfApprovalsRequired", wanted, "must be a whole number");
}
