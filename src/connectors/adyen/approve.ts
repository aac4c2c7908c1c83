import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { type AdyenApi, command, notDone } from "./adyen-api.ts";
import { findTransfer, transferIdOf } from "./find-transfer.ts";
import { REVIEW_NOT_BEGUN, TRANSFER_NOT_FOUND } from "./refusals.ts";
import { hasNotBegun, isPastReview, isUnderReview } from "./status.ts";
import { type Transfer, toState, transferReference } from "./transfer.ts";

/**
 * Ends the review of a transfer, which then pays. Adyen only takes the wish; what comes of it is told by
 * webhook. One that is past its review, by somebody on Adyen's pages or by an earlier call, is as it is.
 */
export async function approveTransfer(
  api: AdyenApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { processorKey: key, references, signal } = input;
  const found = await findTransfer(api, input, signal);
  if (found.kind === "unreachable") return notDone(found);
  if (found.kind === "not_found") {
    // Without its id it was searched for, in a list that may lag behind.
    return transferIdOf(references) === undefined
      ? { kind: "not_sent", error: TRANSFER_NOT_FOUND, later: {} }
      : { kind: "rejected", error: TRANSFER_NOT_FOUND };
  }
  const { id, word } = found.value;
  if (isPastReview(word)) return { kind: "accepted", value: stateOf(api, found.value) };
  // A word that is not known may be one of a review: Adyen will say.
  if (hasNotBegun(word) && !isUnderReview(word)) {
    return { kind: "not_sent", error: REVIEW_NOT_BEGUN, later: {} };
  }
  const body = { transferIds: [id] };
  const outcome = await command(api, {
    at: "transfers",
    path: "/transfers/approve",
    body,
    key,
    signal,
  });
  if (outcome.kind === "accepted") {
    const references = [transferReference(id)];
    return { kind: "accepted", value: { status: "INITIATED", references, connectorPayoutId: id } };
  }
  if (outcome.kind !== "rejected") return outcome;
  // The refusal may be that of a second approval.
  const again = await findTransfer(api, input, signal);
  if (again.kind === "found" && isPastReview(again.value.word)) {
    return { kind: "accepted", value: stateOf(api, again.value) };
  }
  const isStillThere = again.kind === "found" && hasNotBegun(again.value.word);
  return isStillThere ? outcome : { kind: "unknown", error: outcomeUnknown() };
}

function stateOf(api: AdyenApi, transfer: Transfer): ProcessorState {
  return toState(transfer, "release", { ...api, now: api.now() });
}
