import type { PayoutError } from "../../domain/payout.ts";
import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { fromDecimal } from "../toolkit/decimal.ts";
import { LOST } from "../toolkit/lost.ts";
import { act, type RevolutApi } from "./call.ts";
import { destinationOf, destinationReference } from "./destination.ts";
import { STEPS } from "./manifest.ts";
import { toPaymentBody } from "./payment-body.ts";
import { NO_SOURCE_ACCOUNT, sourceOf } from "./settings.ts";

/**
 * Asks what the payment would cost: the same data as the payment's, checked in the same way, and
 * nothing comes of it. Whoever cannot be paid is found out here, where a refusal says nothing of money.
 */
export async function askQuote(
  api: RevolutApi,
  { payout, references, processorKeys, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { settings } = api;
  const { amount } = payout;
  const destination = destinationOf(payout, references);
  if (destination === undefined) return LOST;
  const source = sourceOf(settings, amount.currency);
  if (source === undefined) return ineligible(NO_SOURCE_ACCOUNT);
  const body = toPaymentBody(settings, source, destination, payout);
  const call = { method: "POST", path: "/pay/indicative-quote", body, signal } as const;
  const outcome = await act<ProcessorState>(api, call, ({ json }) => {
    // A price of another amount is none that we have asked for.
    const told = json.text("amount", "amount") ?? "";
    if (fromDecimal(told, amount.currency) !== amount.minorAmount) return undefined;
    const isHeld = processorKeys[STEPS.pay] === undefined;
    return {
      status: isHeld ? "REQUIRES_FULFILLMENT" : "REQUIRES_CREATION",
      references: [destinationReference(destination)],
      destinationAmount: amount,
    };
  });
  return outcome.kind === "rejected" ? ineligible(outcome.error) : outcome;
}

function ineligible(error: PayoutError): Outcome<ProcessorState> {
  return { kind: "accepted", value: { status: "INELIGIBLE", error } };
}
