import type { Outcome, ProcessorState, StepInput } from "../connector.ts";
import { unpayable } from "../toolkit/errors.ts";
import { destinationId } from "./destination.ts";
import type { DwollaApi } from "./dwolla-api.ts";
import { goOn } from "./go-on.ts";
import { makeCustomer } from "./make-customer.ts";
import { makeFundingSource } from "./make-funding-source.ts";
import { reference } from "./references.ts";

/** Makes a customer of a recipient whom Dwolla does not know. */
export async function addCustomer(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, processorKey: key, signal } = input;
  const { person, metadata, payoutId: correlationId } = payout;
  if (person === null) return { kind: "rejected", error: unpayable("RECIPIENT_REQUIRED") };
  const outcome = await makeCustomer(api, { person, metadata, correlationId, key, signal });
  if (outcome.kind !== "accepted") return outcome;
  return goOn(input, [reference("customer", outcome.value)]);
}

/** Adds the bank account that a payout names. */
export async function addFundingSource(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, processorKey: key, signal } = input;
  const customerId = destinationId(input, "customer");
  if (customerId === undefined) {
    return { kind: "rejected", error: unpayable("RECIPIENT_REQUIRED") };
  }
  const { method } = payout;
  const outcome = await makeFundingSource(api, { customerId, method, key, signal });
  if (outcome.kind !== "accepted") return outcome;
  return goOn(input, [reference("funding_source", outcome.value)]);
}
