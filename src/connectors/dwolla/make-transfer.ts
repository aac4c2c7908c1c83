import type { Outcome, PayoutInstruction, ProcessorState, StepInput } from "../connector.ts";
import { toDecimal } from "../toolkit/decimal.ts";
import { LOST } from "../toolkit/lost.ts";
import { type DwollaApi, hrefOf, make } from "./dwolla-api.ts";
import { idOf, reference } from "./references.ts";

/** Pays the recipient. The key is the correlation id as well, by which the transfer is found. */
export async function makeTransfer(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, processorKey: key, signal } = input;
  const ends = endsOf(api, input);
  if (ends === undefined) return LOST;
  const { source, destination } = ends;
  const { clearing, processingChannel } = speedOf(payout);
  const body = {
    _links: { source: { href: source }, destination: { href: destination } },
    amount: amountOf(payout),
    metadata: { payoutId: payout.payoutId },
    clearing,
    correlationId: key,
    processingChannel,
  };
  const collection = "transfers";
  const outcome = await make(api, { path: "/transfers", body, key, collection, signal });
  if (outcome.kind !== "accepted") return outcome;
  const { value: id } = outcome;
  // A repeat answers the same, wherever the transfer is by now: a look-up tells that.
  const references = [reference("transfer", id)];
  return { kind: "accepted", value: { status: "INITIATED", references, connectorPayoutId: id } };
}

/**
 * Makes a mass payment that waits, with one item, whose transfer will have the key as its correlation id.
 * It pays nobody, and is not found by the key.
 */
export async function holdPayment(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, processorKey: key, signal } = input;
  const ends = endsOf(api, input);
  if (ends === undefined) return LOST;
  const { source, destination } = ends;
  const { clearing, processingChannel } = speedOf(payout);
  const item = {
    _links: { destination: { href: destination } },
    amount: amountOf(payout),
    metadata: { payoutId: payout.payoutId },
    clearing,
    correlationId: key,
    processingChannel,
  };
  const body = {
    _links: { source: { href: source } },
    items: [item],
    status: "deferred",
    correlationId: key,
  };
  const collection = "mass-payments";
  const outcome = await make(api, { path: "/mass-payments", body, key, collection, signal });
  if (outcome.kind !== "accepted") return outcome;
  const { value: id } = outcome;
  const references = [reference("mass_payment", id)];
  return {
    kind: "accepted",
    value: { status: "REQUIRES_CONFIRMATION", references, connectorPayoutId: id },
  };
}

/**
 * From what and to what it is paid, as the check has settled it. Not read from settings or registrations
 * any more: they may have changed, and a repeat with another body would be a second payment.
 */
function endsOf(api: DwollaApi, { references }: Pick<StepInput, "references">) {
  const source = idOf(references, "source");
  const destination = idOf(references, "funding_source");
  if (source === undefined || destination === undefined) return undefined;
  return {
    source: hrefOf(api, "funding-sources", source),
    destination: hrefOf(api, "funding-sources", destination),
  };
}

/** That there is a decimal was asked before: whyUnpayable. */
function amountOf({ amount }: PayoutInstruction) {
  return { currency: amount.currency, value: toDecimal(amount) };
}

/** Same-day ACH for FAST, and the instant networks for INSTANT; what is undefined is not sent. */
function speedOf({ priority }: PayoutInstruction) {
  return {
    clearing: priority === "FAST" ? { destination: "next-available" } : undefined,
    processingChannel: priority === "INSTANT" ? { destination: "instant" } : undefined,
  };
}
