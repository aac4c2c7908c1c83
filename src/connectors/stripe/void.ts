import type { Outcome, ProcessorState, VoidInput, VoidOutcome, WithAccount } from "../connector.ts";
import { tooLate, unusableKey } from "../toolkit/errors.ts";
import { fitsKey } from "../toolkit/keys.ts";
import { settingOf } from "../toolkit/settings.ts";
import { findPayout, findTransfer } from "./find-money.ts";
import { STRIPE_MANIFEST } from "./manifest.ts";
import { idOf } from "./references.ts";
import { readPayoutState } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";
import { takeBack } from "./take-back.ts";

type VoidCall = VoidInput & WithAccount;

/**
 * Asks to stop a payout: cancelled while Stripe has not given it to the bank, and the transfer before it
 * taken back. None of the ends says anything of the money but `done`.
 */
export async function voidPayout(api: StripeApi, input: VoidCall): Promise<VoidOutcome> {
  // Before anything is sent: the second call must not be the one that fails.
  if (![input.processorKey, reversalKey(input)].every((key) => fitsKey(key, STRIPE_MANIFEST))) {
    return { kind: "refused", error: unusableKey() };
  }
  const found = await findPayout(api, input);
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  if (found.kind === "not_found") return voidBeforePayout(api, input);
  const references = [...input.references, ...(found.value.references ?? [])];
  const known = { ...input, references };
  switch (found.value.rawStatus) {
    case "pending":
      return cancel(api, known);
    case "canceled":
      return withTransferBack(api, known);
    case "paid":
      return reverse(api, known);
    default:
      return { kind: "refused", error: tooLate() };
  }
}

/** There is no payout at Stripe that we can see. While one may be on its way there, nothing is taken back. */
async function voidBeforePayout(api: StripeApi, input: VoidCall): Promise<VoidOutcome> {
  if (!isSurelyNotDone(input, "payout")) return { kind: "not_found" };
  const found = await findTransfer(api, input);
  if (found.kind === "unreachable") return { ...found, kind: "not_sent" };
  if (found.kind === "not_found") {
    return isSurelyNotDone(input, "transfer") ? { kind: "done" } : { kind: "not_found" };
  }
  const references = found.value.references ?? [];
  return takenBack(await takeBack(api, ofTransfer({ ...input, references })));
}

function isSurelyNotDone({ processorKeys, notDone = [] }: VoidCall, step: string): boolean {
  return processorKeys[step] === undefined || notDone.includes(step);
}

async function cancel(api: StripeApi, input: VoidCall): Promise<VoidOutcome> {
  const { account, processorKey: key, references, signal } = input;
  const path = `/v1/payouts/${encodeURIComponent(idOf(references, "payout") ?? "")}/cancel`;
  const onBehalfOf = idOf(references, "account");
  const outcome = await api.post(
    { account, path, form: {}, key, signal, onBehalfOf },
    readPayoutState,
  );
  if (outcome.kind === "rejected") return { kind: "refused", error: tooLate(outcome.error) };
  if (outcome.kind !== "accepted") return outcome;
  if (outcome.value.status !== "CANCELLED") return { kind: "requested" };
  return withTransferBack(api, input);
}

/** The payout is stopped; the Void is done when its transfer is back too, and is asked again until then. */
async function withTransferBack(api: StripeApi, input: VoidCall): Promise<VoidOutcome> {
  const found = await findTransfer(api, input);
  if (found.kind === "not_found") return { kind: "done" };
  const end =
    found.kind === "unreachable" ? found : takenBack(await takeBack(api, ofTransfer(input)));
  return end.kind === "unreachable" || end.kind === "not_sent"
    ? { kind: "unknown", error: end.error }
    : end;
}

function takenBack(outcome: Outcome<ProcessorState>): VoidOutcome {
  if (outcome.kind === "rejected") return { kind: "refused", error: tooLate(outcome.error) };
  if (outcome.kind !== "accepted") return outcome;
  return { kind: "done", references: outcome.value.references ?? [] };
}

/**
 * Debits the bank account, in the United States. Stripe takes the call as the word that the account's
 * owner has authorized it, so it is made only for merchants who have said so in their settings.
 */
async function reverse(api: StripeApi, input: VoidCall): Promise<VoidOutcome> {
  const { account, processorKey: key, references, signal } = input;
  if (settingOf(account, "reverse_paid_payouts") !== "authorized") {
    return { kind: "refused", error: tooLate() };
  }
  const path = `/v1/payouts/${encodeURIComponent(idOf(references, "payout") ?? "")}/reverse`;
  const onBehalfOf = idOf(references, "account");
  const outcome = await api.post(
    { account, path, form: {}, key, signal, onBehalfOf },
    readPayoutState,
  );
  if (outcome.kind === "rejected") return { kind: "refused", error: tooLate(outcome.error) };
  return outcome.kind === "accepted" ? { kind: "requested" } : outcome;
}

/** A key serves for one endpoint, and a Void may call two. */
function reversalKey({ processorKey }: VoidCall): string {
  return `${processorKey}:reversal`;
}

function ofTransfer(input: VoidCall): VoidCall {
  return { ...input, processorKey: reversalKey(input) };
}
