import type { LookupResult, ProcessorState } from "../connector.ts";
import { outcomeUnknown } from "../toolkit/errors.ts";
import { ask, unreachable, type WiseApi } from "./call.ts";
import { needsPayments, STOPPED, toStatus, UNFUNDED } from "./status.ts";
import { type Transfer, toProcessorState } from "./transfer.ts";

/** Where a payout stands, by its transfer and, where that does not say enough, by its payments. */
export interface Standing {
  readonly state: ProcessorState;
  /** Nobody has paid for the transfer, and somebody still can. */
  readonly isUnfunded: boolean;
  /** A payment for it is on record, or its word says that there was one. */
  readonly isFunded: boolean;
  /** It was stopped before anybody paid for it. */
  readonly isStopped: boolean;
}

export async function readStanding(
  api: WiseApi,
  transfer: Transfer,
  fundIsPlanned: boolean,
  signal: AbortSignal,
): Promise<LookupResult<Standing>> {
  const { id, word } = transfer;
  const payments = needsPayments(word)
    ? await ask(api, `/v1/transfers/${id}/payments`, signal, (answer) =>
        answer.json.isList() ? answer.json.list().length : undefined,
      )
    : ({ kind: "found", value: 1 } as const);
  if (payments.kind === "not_found") return unreachable(outcomeUnknown());
  if (payments.kind === "unreachable") return payments;
  const funded = payments.value > 0;
  const state = toProcessorState(transfer, toStatus(word, { funded, fundIsPlanned }));
  return {
    kind: "found",
    value: {
      state,
      isUnfunded: word === UNFUNDED && !funded,
      isFunded: funded,
      isStopped: word === STOPPED && !funded,
    },
  };
}
