import type { Outcome, ProcessorState, StepInput, WithAccount } from "../connector.ts";
import { LOST } from "../toolkit/lost.ts";
import { toStripeAmount } from "./amount.ts";
import { whyNotYet } from "./check.ts";
import { destinationId } from "./destination.ts";
import type { Form } from "./form.ts";
import { marksOf } from "./marks.ts";
import { readPayoutState, readTransferState } from "./states.ts";
import type { StripeApi } from "./stripe-api.ts";

type MoneyCall = StepInput & WithAccount;

/** From the platform's balance to the connected account's. */
export async function transfer(api: StripeApi, input: MoneyCall): Promise<Outcome<ProcessorState>> {
  const { account, payout, processorKey: key, signal } = input;
  const destination = destinationId(input, "account");
  if (destination === undefined) return LOST;
  const notYet = await whyNotYet(api, { account, connectedAccount: destination, signal });
  if (notYet !== undefined) return notYet;
  const form = {
    ...amountForm(input),
    destination,
    transfer_group: payout.payoutId,
    ...describe(input),
  };
  return api.post({ account, path: "/v1/transfers", form, key, signal }, readTransferState);
}

/** From the connected account's balance to the bank. */
export async function payOut(api: StripeApi, input: MoneyCall): Promise<Outcome<ProcessorState>> {
  const { account, payout, processorKey: key, signal } = input;
  const onBehalfOf = destinationId(input, "account");
  const destination = destinationId(input, "bank_account");
  if (onBehalfOf === undefined || destination === undefined) return LOST;
  const form = {
    ...amountForm(input),
    destination,
    method: payout.priority === "INSTANT" ? "instant" : "standard",
    ...describe(input),
  };
  const path = "/v1/payouts";
  return api.post({ account, path, form, key, signal, onBehalfOf }, readPayoutState);
}

function amountForm({ payout: { amount } }: MoneyCall): Form {
  // That there is one was asked before: whyUnpayable.
  return { amount: toStripeAmount(amount)?.toString(), currency: amount.currency.toLowerCase() };
}

function describe(input: MoneyCall): Form {
  return { description: input.payout.description || undefined, ...marksOf(input) };
}
