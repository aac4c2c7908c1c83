import type { ConnectorReference, PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { LookupResult, ProcessorState } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { ask, type DwollaApi } from "./dwolla-api.ts";
import { idOf, isId, reference } from "./references.ts";
import { failureOf } from "./return-codes.ts";

/** A transfer to the recipient's bank. */
export interface Transfer {
  readonly id: string;
  /** Dwolla's word for where it stands. */
  readonly word: string;
  /** Our key; absent where the reply does not tell. */
  readonly key: string | undefined;
}

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  pending: "PENDING",
  processed: "SUCCESS",
  failed: "FAILED",
  cancelled: "CANCELLED",
};

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
function toStatus(word: string): PayoutStatus {
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** Undefined when it does not even say which it is and where it stands. */
export function readTransfer(json: JsonReply): Transfer | undefined {
  const id = json.text("id");
  const word = json.text("status");
  return isId(id) && word !== undefined ? { id, word, key: json.text("correlationId") } : undefined;
}

export function getTransfer(
  api: DwollaApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<Transfer>> {
  return ask(api, `/transfers/${id}`, signal, (json) => {
    const transfer = readTransfer(json);
    return transfer?.id === id ? transfer : undefined;
  });
}

/** What a transfer says of its payout; of one that failed, its failure tells why. */
export async function stateOf(
  api: DwollaApi,
  transfer: Transfer,
  known: readonly ConnectorReference[],
  signal: AbortSignal,
): Promise<LookupResult<ProcessorState>> {
  const { id, word } = transfer;
  const status = toStatus(word);
  if (status !== "FAILED") return { kind: "found", value: toState(transfer, status) };
  const failure = await ask(api, `/transfers/${id}/failure`, signal, (json) =>
    json.text("code") === undefined ? undefined : json,
  );
  if (failure.kind === "unreachable") return failure;
  const error = failureOf(failure.kind === "found" ? failure.value : undefined);
  // A bank that has taken the money may send it back for days: then it was paid, and is not any more.
  const wasPaid = idOf(known, "processed_transfer") === id;
  return { kind: "found", value: toState(transfer, wasPaid ? "REVERSED" : "FAILED", error) };
}

function toState(
  { id, word }: Transfer,
  status: PayoutStatus,
  error?: PayoutError,
): ProcessorState {
  const isPaid = status === "SUCCESS";
  return {
    status,
    rawStatus: word,
    references: [
      reference("transfer", id),
      ...(isPaid ? [reference("processed_transfer", id)] : []),
    ],
    connectorPayoutId: id,
    ...(error && { error }),
  };
}
