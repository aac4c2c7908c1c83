import type { Money } from "../../domain/money.ts";
import type { PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import { fromDecimal } from "../toolkit/decimal.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";

/** A payment at Revolut, as far as a reply tells of it. */
export interface Transaction {
  readonly id: string;
  /** The processor's word for where it stands. */
  readonly word: string;
  /** The key under which it was made. */
  readonly requestId: string | undefined;
  readonly reasonCode: string | undefined;
  /** What arrives. */
  readonly amount: Money | undefined;
  /** When it changed last (milliseconds). */
  readonly updatedAt: number | undefined;
}

/** Undefined when it does not even say which it is and where it stands. */
export function readTransaction(json: JsonReply): Transaction | undefined {
  const id = json.text("id");
  const word = json.text("state");
  if (id === undefined || word === undefined) return undefined;
  const updatedAt = Date.parse(json.text("updated_at") ?? "");
  return {
    id,
    word,
    requestId: json.text("request_id"),
    reasonCode: json.text("reason_code"),
    amount: readAmount(json.at("legs", 0)),
    updatedAt: Number.isFinite(updatedAt) ? updatedAt : undefined,
  };
}

/** What leaves is negative. */
function readAmount(leg: JsonReply): Money | undefined {
  const currency = leg.text("currency");
  const digits = /^-(.+)$/.exec(leg.text("amount") ?? "")?.[1];
  if (currency === undefined || digits === undefined) return undefined;
  const minorAmount = fromDecimal(digits, currency);
  return minorAmount === undefined ? undefined : { minorAmount, currency };
}

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  created: "INITIATED",
  pending: "PENDING",
  completed: "SUCCESS",
  declined: "FAILED",
  failed: "FAILED",
  reverted: "REVERSED",
};

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
export function toStatus(word: string): PayoutStatus {
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** Whether its end wants a reason, and the reply had none: only GET /transaction tells it. */
export function wantsReason({ word, reasonCode }: Transaction): boolean {
  return toStatus(word) === "FAILED" && reasonCode === undefined;
}

/** What a payment says of its payout. */
export function toProcessorState(transaction: Transaction): ProcessorState {
  const { id, word, amount, updatedAt } = transaction;
  const status = toStatus(word);
  const error = whyEnded(status, transaction);
  return {
    status,
    rawStatus: word,
    ...(error && { error }),
    references: [{ kind: "transaction", id }],
    connectorPayoutId: id,
    ...(amount && { destinationAmount: amount }),
    ...(updatedAt !== undefined && { sequence: updatedAt }),
  };
}

/** Our reason for those of Revolut's codes that are known to say one. It publishes no list of them. */
const REASONS: Readonly<Record<string, string>> = {
  insufficient_balance: "INSUFFICIENT_FUNDS",
  insufficient_funds: "INSUFFICIENT_FUNDS",
  account_closed: "ACCOUNT_CLOSED",
  wrong_receiver_details: "ACCOUNT_UNUSABLE",
  blocked_beneficiary: "ACCOUNT_RESTRICTED",
};

function whyEnded(
  status: PayoutStatus,
  { word, reasonCode }: Transaction,
): PayoutError | undefined {
  const code = reasonCode ?? word;
  if (status === "REVERSED") return declined("RETURNED", { code });
  return status === "FAILED" ? failedBecause(code) : undefined;
}

/** Why nothing arrives, by the processor's code. */
export function failedBecause(code: string): PayoutError {
  const known = Object.hasOwn(REASONS, code) ? REASONS[code] : undefined;
  return declined(known ?? "CONNECTOR_FAILURE", { code });
}
