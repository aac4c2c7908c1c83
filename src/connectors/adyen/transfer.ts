import type { ConnectorReference, PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import type { AdyenApi } from "./adyen-api.ts";
import { type Arrival, hasArrived, readArrival } from "./arrival.ts";
import { transferError } from "./refusals.ts";
import { toStatus } from "./status.ts";
import type { Hold } from "./steps.ts";

export interface Transfer {
  readonly id: string;
  /** The processor's word for where it stands. */
  readonly word: string;
  readonly reason: string | undefined;
  /** Our key; undefined where the reply does not tell. */
  readonly reference: string | undefined;
  /** Counts the webhooks that have told of it; undefined where the reply does not tell. */
  readonly sequence: number | undefined;
  /** Whether it was made to be approved. */
  readonly isReviewed: boolean;
  readonly arrival: Arrival;
}

/** Undefined when it does not even say which it is and where it stands. */
export function readTransfer(json: JsonReply): Transfer | undefined {
  const id = json.text("id");
  const word = json.text("status");
  if (id === undefined || !/^[\w-]{1,128}$/.test(id) || word === undefined) return undefined;
  return {
    id,
    word,
    reason: json.text("reason"),
    reference: json.text("reference"),
    sequence: json.whole("sequenceNumber"),
    isReviewed: (json.whole("review", "numberOfApprovalsRequired") ?? 0) > 0,
    arrival: readArrival(json),
  };
}

/** As readTransfer; undefined for a transfer that is surely not the one of this key. */
export function readOwnTransfer(json: JsonReply, key: string | undefined): Transfer | undefined {
  const transfer = readTransfer(json);
  const { reference } = transfer ?? {};
  const isOurs = key === undefined || reference === undefined || reference === key;
  return isOurs ? transfer : undefined;
}

/** What a transfer says of its payout. */
export function toState(
  transfer: Transfer,
  hold: Hold,
  circumstances: Pick<AdyenApi, "settlesWhenBooked"> & { readonly now: number },
): ProcessorState {
  const { id, word, sequence, arrival } = transfer;
  const status = toStatus(word, { hold, hasArrived: hasArrived(arrival, circumstances) });
  const error = errorOf(transfer, status);
  return {
    status,
    rawStatus: word,
    references: [transferReference(id)],
    connectorPayoutId: id,
    ...(error !== undefined && { error }),
    ...(sequence !== undefined && { sequence }),
  };
}

export function transferReference(id: string): ConnectorReference {
  return { kind: "transfer", id };
}

function errorOf({ reason }: Transfer, status: PayoutStatus): PayoutError | undefined {
  switch (status) {
    case "FAILED":
    case "INELIGIBLE":
      return transferError(reason, "TRANSFER_FAILED");
    case "REVERSED":
      return transferError(reason, "RETURNED");
    case "EXPIRED":
      return transferError(reason, "APPROVAL_EXPIRED");
    default:
      return undefined;
  }
}
