import type { ConnectorReference } from "../../domain/payout.ts";
import type { LookupResult, OpenAccount, ProcessorState } from "../connector.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { readList } from "./bank-account.ts";
import { isMadeUnder } from "./read-object.ts";
import { idOf } from "./references.ts";
import { readPayoutState, readTransferState, reversedState } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";

/** What is known of a payout when it is looked for. */
export interface Search {
  readonly account: OpenAccount;
  readonly payoutId: string;
  readonly references: readonly ConnectorReference[];
  readonly processorKeys: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

type Found = LookupResult<ProcessorState>;

/** The payout's transfer: by its id, or in its group by the key under which it was made. */
export async function findTransfer(api: StripeApi, search: Search): Promise<Found> {
  const { account, references, payoutId, signal } = search;
  const id = idOf(references, "transfer");
  if (id !== undefined) {
    const path = `/v1/transfers/${encodeURIComponent(id)}`;
    return api.get({ account, path, signal }, readTransferState);
  }
  const path = `/v1/transfers?transfer_group=${encodeURIComponent(payoutId)}&limit=100`;
  const listed = await api.get({ account, path, signal }, readList);
  return ofList(listed, search.processorKeys["transfer"], readTransferState);
}

/**
 * The payout at Stripe: by its id, or among the connected account's newest by the key under which it
 * was made. Stripe cannot be asked for a key, so "not found" may only mean that there have been many since.
 */
export async function findPayout(api: StripeApi, search: Search): Promise<Found> {
  const { account, references, signal } = search;
  const onBehalfOf = idOf(references, "account");
  if (onBehalfOf === undefined) return { kind: "not_found" };
  const id = idOf(references, "payout");
  const found =
    id === undefined
      ? ofList(
          await api.get({ account, path: "/v1/payouts?limit=100", signal, onBehalfOf }, readList),
          search.processorKeys["payout"],
          readPayoutState,
        )
      : await getPayout(api, search, onBehalfOf, id);
  if (found.kind !== "found") return found;
  return found.value.status === "CANCELLED"
    ? withTransfer(api, search, found.value)
    : withReversal(api, search, onBehalfOf, found.value);
}

/** A payout that is cancelled has ended when its transfer is taken back as well, and not before. */
async function withTransfer(api: StripeApi, search: Search, state: ProcessorState): Promise<Found> {
  const transfer = await findTransfer(api, search);
  if (transfer.kind === "unreachable") return transfer;
  const stands = transfer.kind === "found" && transfer.value.status !== "CANCELLED";
  return { kind: "found", value: stands ? { ...state, status: "PENDING" } : state };
}

function getPayout(
  api: StripeApi,
  { account, signal }: Search,
  onBehalfOf: string,
  id: string,
): Promise<Found> {
  const path = `/v1/payouts/${encodeURIComponent(id)}`;
  return api.get({ account, path, signal, onBehalfOf }, readPayoutState);
}

/**
 * A payout that was paid stays paid when it is reversed: the money comes back by a payout of its own,
 * and only when that one is paid it has come back.
 */
async function withReversal(
  api: StripeApi,
  search: Search,
  onBehalfOf: string,
  state: ProcessorState,
): Promise<Found> {
  const id = idOf(state.references ?? [], "payout_reversal");
  if (state.status !== "SUCCESS" || id === undefined) return { kind: "found", value: state };
  const reversal = await getPayout(api, search, onBehalfOf, id);
  const isBack = reversal.kind === "found" && reversal.value.status === "SUCCESS";
  return { kind: "found", value: isBack ? reversedState(state) : state };
}

function ofList(
  listed: LookupResult<readonly JsonReply[]>,
  key: string | undefined,
  read: (json: JsonReply) => ProcessorState | undefined,
): Found {
  if (listed.kind !== "found") return listed;
  const found = listed.value.find((each) => isMadeUnder(each, key));
  const value = found && read(found);
  return value === undefined ? { kind: "not_found" } : { kind: "found", value };
}
