import type { ConnectorReference, PayoutError, PayoutStatus } from "../../domain/payout.ts";
import type { ProcessorState } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { type ConnectedAccount, notReady, refusedByStripe } from "./connected-account.ts";
import { failure } from "./failures.ts";
import { readId } from "./read-object.ts";
import { reference } from "./references.ts";

/** The step is done, and nothing has moved: the next one can be made. */
export function goOn(references: readonly ConnectorReference[]): ProcessorState {
  return { status: "REQUIRES_CREATION", references };
}

/** What a connected account's readiness makes of a payout of which no money has moved. */
export function accountState(account: ConnectedAccount, isHeld: boolean): ProcessorState {
  const references = [reference("account", account.id)];
  switch (account.readiness) {
    case "ready":
      return { status: isHeld ? "REQUIRES_FULFILLMENT" : "REQUIRES_CREATION", references };
    case "incomplete":
      return {
        status: "REQUIRES_VENDOR_ACCOUNT_CREATION",
        error: notReady(account),
        references,
      };
    case "refused":
      return { status: "INELIGIBLE", error: refusedByStripe(account), references };
  }
}

/** What a transfer says of its payout; undefined for what is no transfer. */
export function readTransferState(json: JsonReply): ProcessorState | undefined {
  const id = readId(json, "transfer");
  if (id === undefined) return undefined;
  const account = json.text("destination");
  const references = [
    ...(account === undefined ? [] : [reference("account", account)]),
    reference("transfer", id),
  ];
  // All of it is back: somebody has taken it back at Stripe, or a Void has.
  if (json.flag("reversed")) return { status: "CANCELLED", rawStatus: "reversed", references };
  return { status: "INITIATED", references };
}

const STATUSES: Readonly<Record<string, PayoutStatus>> = {
  pending: "INITIATED",
  in_transit: "PENDING",
  paid: "SUCCESS",
  failed: "FAILED",
  canceled: "CANCELLED",
};

/** Total: a word that is not known means that the money is somewhere, so PENDING. */
export function payoutStatus(word: string): PayoutStatus {
  return Object.hasOwn(STATUSES, word) ? (STATUSES[word] ?? "PENDING") : "PENDING";
}

/** What a payout at Stripe says of ours; undefined for what is none, or says no status. */
export function readPayoutState(json: JsonReply): ProcessorState | undefined {
  const id = readId(json, "payout");
  const word = json.text("status");
  if (id === undefined || word === undefined) return undefined;
  const status = payoutStatus(word);
  const bank = json.text("destination");
  const reversal = json.text("reversed_by");
  return {
    status,
    rawStatus: word,
    ...(status === "FAILED" && { error: failure(json) }),
    references: [
      reference("payout", id),
      ...(bank === undefined ? [] : [reference("bank_account", bank)]),
      ...(reversal === undefined ? [] : [reference("payout_reversal", reversal)]),
    ],
    connectorPayoutId: id,
  };
}

/** The money that was paid has come back. */
export function reversedState(state: ProcessorState): ProcessorState {
  return { ...state, status: "REVERSED", error: TAKEN_BACK };
}

const TAKEN_BACK: PayoutError = declined("TAKEN_BACK", {});
