import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import type { AdyenApi } from "./adyen-api.ts";
import { findTransfer } from "./find-transfer.ts";
import { TRANSFER_NOT_FOUND } from "./refusals.ts";
import { isOver } from "./status.ts";
import { holdOf } from "./steps.ts";
import { stopReview } from "./stop-review.ts";
import { type Transfer, toState } from "./transfer.ts";

/**
 * Takes back a transfer under review. Accepted only once it has ended: that a cancellation was asked for
 * is no proof that nothing will be paid.
 */
export async function cancelTransfer(
  api: AdyenApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { processorKey: key, processorKeys, signal } = input;
  const ended = (transfer: Transfer): Outcome<ProcessorState> => ({
    kind: "accepted",
    value: toState(transfer, holdOf(processorKeys), { ...api, now: api.now() }),
  });
  const stopped = await stopReview(api, input, { key, signal });
  switch (stopped.kind) {
    case "over":
      return ended(stopped.transfer);
    case "not_found":
      return { kind: "not_sent", error: TRANSFER_NOT_FOUND, later: {} };
    case "too_late":
      return { kind: "rejected", error: stopped.error };
    case "refused":
      return { kind: "unknown", error: outcomeUnknown({ code: stopped.error.connectorCode }) };
    case "asked": {
      const now = await findTransfer(api, input, signal);
      return now.kind === "found" && isOver(now.value.word)
        ? ended(now.value)
        : { kind: "unknown", error: outcomeUnknown() };
    }
    default:
      return stopped;
  }
}
