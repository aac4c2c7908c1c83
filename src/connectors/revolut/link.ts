import type { PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { failedBecause, type Transaction, toStatus } from "./transaction.ts";

/** A payout link at Revolut, as far as a reply tells of it. Its url is a secret. */
export interface Link {
  readonly id: string;
  /** The processor's word for where it stands. */
  readonly word: string;
  /** The key under which it was made. */
  readonly requestId: string | undefined;
  /** There while it can be claimed. */
  readonly url: string | undefined;
  /** Until when it can be claimed (milliseconds). */
  readonly expiresAt: number | undefined;
  /** The payment that a claim has come to. */
  readonly transactionId: string | undefined;
  readonly cancellationReason: string | undefined;
  /** When it changed last (milliseconds). */
  readonly updatedAt: number | undefined;
}

/** Undefined when it does not even say which it is and where it stands. */
export function readLink(json: JsonReply): Link | undefined {
  const id = json.text("id");
  const word = json.text("state");
  if (id === undefined || word === undefined) return undefined;
  const url = json.text("url") ?? "";
  return {
    id,
    word,
    requestId: json.text("request_id"),
    // It is given to people: what is no such address is none.
    url: URL.parse(url)?.protocol === "https:" ? url : undefined,
    expiresAt: timeOf(json.text("expiry_date")),
    transactionId: json.text("transaction_id"),
    cancellationReason: json.text("cancellation_reason"),
    updatedAt: timeOf(json.text("updated_at")),
  };
}

function timeOf(text = ""): number | undefined {
  const time = Date.parse(text);
  return Number.isFinite(time) ? time : undefined;
}

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  // Taken, and not to be claimed before the money is set aside or somebody at Revolut has approved it.
  created: "INITIATED",
  awaiting: "INITIATED",
  active: "REQUIRES_PAYOUT_METHOD_DATA",
  processing: "PENDING",
  processed: "SUCCESS",
  expired: "EXPIRED",
  cancelled: "CANCELLED",
  failed: "FAILED",
};

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
function statusOf(word: string): PayoutStatus {
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** Whether the payment has more to say than the link: why it failed, and whether the money came back. */
export function isToldByPayment({ word, transactionId }: Link): boolean {
  const status = statusOf(word);
  return transactionId !== undefined && (status === "SUCCESS" || status === "FAILED");
}

/** What a link says of its payout, with the payment that a claim has come to, where that is known. */
export function toLinkState(link: Link, payment?: Transaction): ProcessorState {
  const { id, word, url, expiresAt, transactionId, updatedAt } = link;
  const status = endOf(statusOf(word), payment);
  const error = whyEnded(status, link, payment);
  return {
    status,
    rawStatus: word,
    ...(error && { error }),
    references: [
      { kind: "payout_link", id },
      ...(transactionId === undefined ? [] : [{ kind: "transaction", id: transactionId }]),
    ],
    connectorPayoutId: id,
    ...((url !== undefined || expiresAt !== undefined) && {
      link: {
        ...(url !== undefined && { url }),
        ...(expiresAt !== undefined && { expireTime: expiresAt }),
      },
    }),
    ...(updatedAt !== undefined && { sequence: Math.max(updatedAt, payment?.updatedAt ?? 0) }),
  };
}

/** A link that was processed stays so, whatever becomes of its payment afterwards. */
function endOf(status: PayoutStatus, payment: Transaction | undefined): PayoutStatus {
  const paid = payment && toStatus(payment.word);
  return status === "SUCCESS" && (paid === "FAILED" || paid === "REVERSED") ? paid : status;
}

function whyEnded(status: PayoutStatus, link: Link, payment: Transaction | undefined) {
  const { word, cancellationReason } = link;
  if (status === "CANCELLED" && cancellationReason !== undefined) {
    return declined("NAME_MISMATCH", { code: cancellationReason });
  }
  if (status === "REVERSED") return declined("RETURNED", { code: payment?.word });
  if (status !== "FAILED") return undefined;
  return failedBecause(payment?.reasonCode ?? payment?.word ?? word);
}
