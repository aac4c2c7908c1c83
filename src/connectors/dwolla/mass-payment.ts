import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult, ProcessorState } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { ask, type DwollaApi, unreadable } from "./dwolla-api.ts";
import { idIn, isId, reference } from "./references.ts";
import { readItemWords, refusal } from "./refusals.ts";
import { getTransfer, stateOf } from "./transfer.ts";

/** A mass payment of one. */
export interface MassPayment {
  readonly id: string;
  /** Dwolla's word for where it stands. */
  readonly word: string;
}

/** The word of one that waits to be released. */
export const DEFERRED = "deferred";
/** The word of one that was ended instead. */
export const CANCELLED = "cancelled";
/** The word of one whose items have been gone through, whatever came of them. */
export const COMPLETE = "complete";

export function readMassPayment(json: JsonReply): MassPayment | undefined {
  const id = json.text("id");
  const word = json.text("status");
  return isId(id) && word !== undefined ? { id, word } : undefined;
}

export function getMassPayment(
  api: DwollaApi,
  id: string,
  signal: AbortSignal,
): Promise<LookupResult<MassPayment>> {
  return ask(api, `/mass-payments/${id}`, signal, (json) => {
    const payment = readMassPayment(json);
    return payment?.id === id ? payment : undefined;
  });
}

/** What a mass payment that is not complete says of its payout. */
export function stateByWord({ id, word }: MassPayment, isReleasePlanned: boolean): ProcessorState {
  return {
    status: statusOf(word, isReleasePlanned),
    rawStatus: word,
    references: [reference("mass_payment", id)],
    connectorPayoutId: id,
  };
}

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
function statusOf(word: string, isReleasePlanned: boolean): ProcessorState["status"] {
  switch (word) {
    case DEFERRED:
      // A payout that said REQUIRES_CONFIRMATION once more could be confirmed once more.
      return isReleasePlanned ? "REQUIRES_CREATION" : "REQUIRES_CONFIRMATION";
    case CANCELLED:
      return "CANCELLED";
    case "pending":
      return "INITIATED";
    default:
      return "PENDING";
  }
}

/** Where a payout stands, by its mass payment, by the item, and by the transfer that the item has become. */
export async function readStanding(
  api: DwollaApi,
  payment: MassPayment,
  { known, isReleasePlanned }: Circumstances,
  signal: AbortSignal,
): Promise<LookupResult<ProcessorState>> {
  const state = stateByWord(payment, isReleasePlanned);
  if (payment.word !== COMPLETE) return { kind: "found", value: state };
  const item = await getItem(api, payment, signal);
  if (item.kind !== "found") return item.kind === "not_found" ? unreadable() : item;
  const { word, transferId, json } = item.value;
  if (transferId === undefined) {
    const failed = { status: "FAILED", error: refusal(readItemWords(json)) } as const;
    return { kind: "found", value: { ...state, ...(word === "failed" && failed) } };
  }
  // The item's success says that a transfer was made, and not that it has arrived.
  const transfer = await getTransfer(api, transferId, signal);
  if (transfer.kind !== "found") return transfer.kind === "not_found" ? unreadable() : transfer;
  return stateOf(api, transfer.value, known, signal);
}

export interface Circumstances {
  /** Ids that the payout has. */
  readonly known: readonly ConnectorReference[];
  /** Whether the payout's plan has a step that releases it. */
  readonly isReleasePlanned: boolean;
}

interface Item {
  readonly word: string | undefined;
  readonly transferId: string | undefined;
  readonly json: JsonReply;
}

function getItem(
  api: DwollaApi,
  { id }: MassPayment,
  signal: AbortSignal,
): Promise<LookupResult<Item>> {
  return ask(api, `/mass-payments/${id}/items`, signal, (list) => {
    const [json] = list.list("_embedded", "items");
    if (json === undefined) return undefined;
    const transferId = idIn(json.text("_links", "transfer", "href"), "transfers");
    return { word: json.text("status"), transferId, json };
  });
}
