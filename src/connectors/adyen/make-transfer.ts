import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import { type AdyenApi, post } from "./adyen-api.ts";
import { toAdyenAmount } from "./amount.ts";
import { INSTRUMENT_REFERENCE } from "./check-route.ts";
import { instrumentOf, toCounterparty } from "./counterparty.ts";
import { prioritiesOf, whyUnpayable } from "./payment.ts";
import { withoutAccents } from "./plain-text.ts";
import { holdOf, STEPS } from "./steps.ts";
import { readOwnTransfer, toState } from "./transfer.ts";

/** What most banks show; a longer one would be cut there (characters). */
const MAX_DESCRIPTION = 140;

/** Makes the transfer, under its key and with the key as its reference; under review it pays nobody yet. */
export async function makeTransfer(
  api: AdyenApi,
  { step, payout, processorKey, processorKeys, references, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { amount, method, person } = payout;
  const instrument =
    references.findLast(({ kind }) => kind === INSTRUMENT_REFERENCE)?.id ?? instrumentOf(method);
  const counterparty = toCounterparty(instrument, method, person);
  const value = toAdyenAmount(amount);
  const error = whyUnpayable(payout);
  if (error !== undefined || value === undefined || counterparty === undefined) {
    return { kind: "rejected", error: error ?? unpayable("METHOD_UNSUPPORTED") };
  }
  const description = toDescription(payout.description);
  const body = {
    amount: { currency: amount.currency, value: rawNumber(value) },
    balanceAccountId: api.balanceAccountId,
    category: "bank",
    counterparty,
    priorities: prioritiesOf(payout),
    reference: processorKey,
    ...(description !== "" && { description }),
    ...(step !== STEPS.transfer && { review: { numberOfApprovalsRequired: 1 } }),
  };
  return post(
    api,
    {
      at: "transfers",
      path: "/transfers",
      body,
      key: processorKey,
      personal: counterparty,
      signal,
    },
    (json) => {
      const transfer = readOwnTransfer(json, processorKey);
      if (transfer === undefined) return undefined;
      const { settlesWhenBooked } = api;
      return toState(transfer, holdOf(processorKeys), { now: api.now(), settlesWhenBooked });
    },
  );
}

/** Letters, digits, dashes and spaces, which every rail carries. */
function toDescription(description: string): string {
  const plain = withoutAccents(description).replaceAll(/[^A-Za-z0-9-]+/g, " ");
  return plain.trim().slice(0, MAX_DESCRIPTION).trim();
}
