import type { PayoutError } from "../../domain/payout.ts";
import type {
  Outcome,
  PayoutInstruction,
  ProcessorQuote,
  ProcessorState,
  QuoteInput,
  StepInput,
} from "../connector.ts";
import { fromDecimal } from "../toolkit/decimal.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { LOST } from "../toolkit/lost.ts";
import { act, type RevolutApi } from "./call.ts";
import { checkName, isNameChecked } from "./check-name.ts";
import { makeCounterparty } from "./counterparty.ts";
import { type Destination, destinationOf, destinationReference } from "./destination.ts";
import { STEPS } from "./manifest.ts";
import { toPaymentBody } from "./payment-body.ts";
import { whyUnpayable } from "./plan.ts";
import { NO_SOURCE_ACCOUNT, sourceOf } from "./settings.ts";

/**
 * A price for whoever confirms the payout. Revolut holds none, and prices a payment only to a counterparty:
 * one is added first where there is none, and nothing comes of it but that it is there.
 */
export async function askPrice(
  api: RevolutApi,
  { payout, signal }: QuoteInput,
): Promise<Outcome<ProcessorQuote>> {
  const error = whyUnpayable(payout);
  if (error !== undefined) return { kind: "rejected", error };
  const references = [...payout.references];
  if (destinationOf(payout, references) === undefined) {
    const no = await whyNotTheirs(api, { payout, signal });
    if (no !== undefined) return no;
    const made = await makeCounterparty(api, { payout, signal });
    if (made.kind !== "accepted") return made;
    references.push(...(made.value.references ?? []));
  }
  const destination = destinationOf(payout, references);
  if (destination === undefined) return LOST;
  return requestQuote(api, destination, { payout, signal }, (json) => {
    const fee = readFee(json);
    return (
      fee && {
        // What is told is what arrives: an exchange is on the side of the account that pays.
        rate: "1",
        fee,
        destinationAmount: payout.amount,
        expireTime: null,
        references: [destinationReference(destination)],
      }
    );
  });
}

/** The account is somebody else's, or nobody could be asked just now; undefined otherwise. */
async function whyNotTheirs(
  api: RevolutApi,
  { payout, signal }: QuoteInput,
): Promise<Outcome<never> | undefined> {
  if (!isNameChecked(payout.method)) return undefined;
  const checked = await checkName(api, { payout, signal });
  if (checked.kind !== "accepted") return checked;
  const { error } = checked.value;
  return error === undefined ? undefined : { kind: "rejected", error };
}

/**
 * Asks what the payment would cost: the same data as the payment's, checked in the same way, and
 * nothing comes of it. Whoever cannot be paid is found out here, where a refusal says nothing of money.
 */
export async function askQuote(
  api: RevolutApi,
  { payout, references, processorKeys, signal }: StepInput,
): Promise<Outcome<ProcessorState>> {
  const destination = destinationOf(payout, references);
  if (destination === undefined) return LOST;
  const outcome = await requestQuote<ProcessorState>(api, destination, { payout, signal }, () => {
    const isHeld = processorKeys[STEPS.pay] === undefined;
    return {
      status: isHeld ? "REQUIRES_FULFILLMENT" : "REQUIRES_CREATION",
      references: [destinationReference(destination)],
      destinationAmount: payout.amount,
    };
  });
  return outcome.kind === "rejected" ? ineligible(outcome.error) : outcome;
}

/** @param read makes something of a price of this amount; undefined where it cannot be read */
async function requestQuote<T>(
  api: RevolutApi,
  destination: Destination,
  { payout, signal }: { readonly payout: PayoutInstruction; readonly signal: AbortSignal },
  read: (json: JsonReply) => T | undefined,
): Promise<Outcome<T>> {
  const { settings } = api;
  const { amount } = payout;
  const source = sourceOf(settings, amount.currency);
  if (source === undefined) return { kind: "rejected", error: NO_SOURCE_ACCOUNT };
  const body = toPaymentBody(settings, source, destination, payout);
  const call = { method: "POST", path: "/pay/indicative-quote", body, signal } as const;
  return act<T>(api, call, ({ json }) => {
    // A price of another amount is none that we have asked for.
    const told = json.text("amount", "amount") ?? "";
    return fromDecimal(told, amount.currency) === amount.minorAmount ? read(json) : undefined;
  });
}

/** In the currency of the account that pays. */
function readFee(json: JsonReply): ProcessorQuote["fee"] | undefined {
  const currency = json.text("fee", "currency");
  if (currency === undefined) return undefined;
  const minorAmount = fromDecimal(json.text("fee", "amount") ?? "", currency);
  return minorAmount === undefined ? undefined : { minorAmount, currency };
}

function ineligible(error: PayoutError): Outcome<ProcessorState> {
  return { kind: "accepted", value: { status: "INELIGIBLE", error } };
}
