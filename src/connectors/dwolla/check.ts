import type { PayoutError } from "../../domain/payout.ts";
import type { Outcome, PayoutInstruction, ProcessorState, StepInput } from "../connector.ts";
import { declined } from "../toolkit/errors.ts";
import { type Customer, getCustomer, recipientStatus, requirementsOf } from "./customer.ts";
import { destinationId } from "./destination.ts";
import { type DwollaApi, notSentFor } from "./dwolla-api.ts";
import { type FundingSource, getFundingSource } from "./funding-source.ts";
import { goOn } from "./go-on.ts";
import { isId, reference } from "./references.ts";

/** The channel of a bank that the instant networks reach. */
const INSTANT_CHANNEL = "real-time-payments";

/**
 * Asks whether the recipient can be paid, and settles from what and to what: these ids are part of what
 * is sent, and the merchant may change them while a call is in doubt.
 */
export async function checkRecipient(
  api: DwollaApi,
  input: StepInput,
): Promise<Outcome<ProcessorState>> {
  const { payout, signal } = input;
  const id = destinationId(input, "funding_source");
  if (id === undefined) return ineligible(declined("ACCOUNT_NOT_FOUND", {}));
  const bank = await getFundingSource(api, id, signal);
  if (bank.kind === "unreachable") return notSentFor(bank);
  if (bank.kind === "not_found") {
    return ineligible(declined("ACCOUNT_NOT_FOUND", { code: "NotFound" }));
  }
  const unusable = whyUnusable(bank.value, payout);
  if (unusable !== undefined) return ineligible(unusable);
  const references = [reference("source", api.settings.source), reference("funding_source", id)];
  const owner = bank.value.customerId ?? destinationId(input, "customer");
  const isLast = true;
  if (!isId(owner)) return goOn(input, references, { isLast });
  const customer = await getCustomer(api, owner, signal);
  if (customer.kind === "unreachable") return notSentFor(customer);
  if (customer.kind === "not_found") {
    return ineligible(declined("RECIPIENT_NOT_FOUND", { code: "NotFound" }));
  }
  const { value } = customer;
  switch (recipientStatus(value)) {
    case "REJECTED":
      return ineligible(declined("RECIPIENT_REFUSED", { code: value.word }));
    case "ACTION_REQUIRED":
      return notReady(value);
    default:
      return goOn(input, [...references, reference("customer", owner)], { isLast });
  }
}

function whyUnusable(
  { isRemoved, channels }: FundingSource,
  { priority }: PayoutInstruction,
): PayoutError | undefined {
  if (isRemoved) return declined("ACCOUNT_UNUSABLE", { code: "removed" });
  const isInstant = priority === "INSTANT" && channels.length > 0;
  if (isInstant && !channels.includes(INSTANT_CHANNEL)) {
    return declined("METHOD_UNSUPPORTED", { code: INSTANT_CHANNEL });
  }
  return undefined;
}

/** Nothing has been sent, and nothing will be until Dwolla knows who the recipient is. */
function notReady(customer: Customer): Outcome<never> {
  const message = `Dwolla still needs: ${requirementsOf(customer).join(", ")}.`;
  return {
    kind: "not_sent",
    error: declined("RECIPIENT_NOT_READY", { code: customer.word, message }, "VALIDATION"),
    later: { status: "REQUIRES_VENDOR_ACCOUNT_CREATION" },
  };
}

/** It only asked: its no says nothing of money. */
function ineligible(error: PayoutError): Outcome<ProcessorState> {
  return { kind: "accepted", value: { status: "INELIGIBLE", error } };
}
