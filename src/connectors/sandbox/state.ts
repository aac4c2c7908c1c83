import type { PayoutStatus } from "../../domain/payout.ts";
import type { TransferState } from "../../sandbox-processor/wire.ts";
import type { ProcessorState } from "../connector.ts";
import { transferFailed } from "./errors.ts";
import { type Fields, type ReadTransfer, readTransfer } from "./read-reply.ts";

/** The kind of the one reference that the sandbox gives. */
export const TRANSFER_REFERENCE = "transfer";

const STATUSES: Readonly<Record<TransferState, PayoutStatus>> = {
  HELD: "REQUIRES_FULFILLMENT",
  PENDING: "PENDING",
  SETTLED: "SUCCESS",
  FAILED: "FAILED",
  RETURNED: "REVERSED",
  CANCELLED: "CANCELLED",
};

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
export function toStatus(state: string): PayoutStatus {
  return isKnown(state) ? STATUSES[state] : "PENDING";
}

function isKnown(state: string): state is TransferState {
  return Object.hasOwn(STATUSES, state);
}

/** What a transfer says of its payout. */
export function toProcessorState(transfer: ReadTransfer): ProcessorState {
  const { transferId, state, sequence, destinationAmount, destinationCurrency } = transfer;
  const status = toStatus(state);
  return {
    status,
    ...(!isKnown(state) && { rawStatus: state }),
    references: [{ kind: TRANSFER_REFERENCE, id: transferId }],
    connectorPayoutId: transferId,
    ...((status === "FAILED" || status === "REVERSED") && {
      error: transferFailed(transfer.reason),
    }),
    ...(destinationAmount !== undefined &&
      destinationCurrency !== "" && {
        destinationAmount: { minorAmount: destinationAmount, currency: destinationCurrency },
      }),
    ...(sequence !== undefined && { sequence }),
  };
}

/**
 * The state in a reply that must be about one of these keys; undefined when it cannot be read or is
 * about something else, which proves nothing of this call. No keys: whatever was asked for by id.
 */
export function readState(keys: readonly string[]): (fields: Fields) => ProcessorState | undefined {
  return (fields) => {
    const transfer = readTransfer(fields);
    if (transfer === undefined) return undefined;
    const isOurs = keys.length === 0 || keys.includes(transfer.idempotencyKey);
    return isOurs ? toProcessorState(transfer) : undefined;
  };
}
