import type { PayoutError } from "../../domain/payout.ts";
import type {
  Outcome,
  PayoutInstruction,
  ProcessorQuote,
  ProcessorState,
  QuoteInput,
} from "../connector.ts";
import { fromDecimal, toDecimal } from "../toolkit/decimal.ts";
import { declined, outcomeUnknown } from "../toolkit/errors.ts";
import type { JsonReply } from "../toolkit/json-reply.ts";
import { rawNumber } from "../toolkit/raw-number.ts";
import { act, type WiseApi } from "./call.ts";
import { isUuid } from "./references.ts";
import { refusedBy, withoutSecret } from "./refusal.ts";
import { readMoney } from "./transfer.ts";

/** A price that can be confirmed: every part of it must be readable. */
export async function askPrice(api: WiseApi, asked: QuoteInput): Promise<Outcome<ProcessorQuote>> {
  const outcome = await requestQuote(api, asked);
  if (outcome.kind !== "accepted") return outcome;
  const blocked = whyBlocked(outcome.value, api);
  if (blocked !== undefined) return { kind: "rejected", error: blocked };
  const price = readPrice(outcome.value, asked.payout);
  return price === undefined
    ? { kind: "unknown", error: outcomeUnknown() }
    : { kind: "accepted", value: price };
}

/** The quote that a payout's transfer is made of; only its id is needed for that. */
export async function makeQuote(api: WiseApi, asked: QuoteInput): Promise<Outcome<ProcessorState>> {
  const outcome = await requestQuote(api, asked);
  if (outcome.kind !== "accepted") return outcome;
  const quote = outcome.value;
  const target = readMoney(quote, "targetAmount", "targetCurrency");
  const error = whyBlocked(quote, api);
  const value: ProcessorState = {
    ...(error ? { status: "INELIGIBLE", error } : { status: "REQUIRES_CREATION" }),
    references: [{ kind: "quote", id: quote.text("id") ?? "" }],
    ...(target && { destinationAmount: target }),
  };
  return { kind: "accepted", value };
}

/** The amount is what leaves the merchant, so it is the source's, fee included. */
async function requestQuote(
  api: WiseApi,
  { payout: { amount, destinationCurrency }, signal }: QuoteInput,
): Promise<Outcome<JsonReply>> {
  const digits = toDecimal(amount);
  if (digits === undefined) return { kind: "rejected", error: CURRENCY_UNKNOWN };
  const body = {
    sourceCurrency: amount.currency,
    targetCurrency: destinationCurrency,
    sourceAmount: rawNumber(digits),
  };
  const path = `/v3/profiles/${api.profile}/quotes`;
  return act(api, { method: "POST", path, body, signal }, ({ json }) =>
    isUuid(json.text("id")) && isOfAmount(json, amount) ? json : undefined,
  );
}

/** A quote of another amount is none that we have asked for. */
function isOfAmount(
  json: JsonReply,
  { minorAmount, currency }: PayoutInstruction["amount"],
): boolean {
  const digits = json.text("sourceAmount");
  return digits === undefined || fromDecimal(digits, currency) === minorAmount;
}

/** Why nothing can be paid on a quote; undefined where it can. */
function whyBlocked(quote: JsonReply, { fundsByHand, token }: WiseApi): PayoutError | undefined {
  const options = quote.list("paymentOptions");
  const usable = options.filter((each) => fundsByHand || each.text("payIn") === "BALANCE");
  const notice = quote.list("notices").find((each) => each.text("type") === "BLOCKED");
  const isClosed = options.length > 0 && usable.every((each) => each.flag("disabled"));
  if (!isClosed && notice === undefined) return undefined;
  const closed = (usable[0] ?? options[0])?.at("disabledReason");
  const code = closed?.text("code");
  const message = closed?.text("message") ?? notice?.text("text");
  return refusedBy({ code, message: withoutSecret(message, token) }, "NOT_ELIGIBLE");
}

function readPrice(
  quote: JsonReply,
  { amount, destinationCurrency }: PayoutInstruction,
): ProcessorQuote | undefined {
  const rate = quote.text("rate");
  const options = quote.list("paymentOptions");
  const option = options.find((each) => each.text("payIn") === "BALANCE") ?? options[0];
  const fee = fromDecimal(option?.text("fee", "total") ?? "", amount.currency);
  const arrives = option?.text("targetAmount") ?? quote.text("targetAmount") ?? "";
  const minorAmount = fromDecimal(arrives, destinationCurrency);
  const ends = ["expirationTime", "rateExpirationTime"]
    .map((name) => Date.parse(quote.text(name) ?? ""))
    .filter((time) => Number.isFinite(time));
  const id = quote.text("id");
  if (rate === undefined || !/^\d{1,12}(\.\d{1,18})?$/.test(rate)) return undefined;
  if (fee === undefined || minorAmount === undefined || ends.length === 0) return undefined;
  return {
    rate,
    fee: { minorAmount: fee, currency: amount.currency },
    destinationAmount: { minorAmount, currency: destinationCurrency },
    expireTime: Math.min(...ends),
    references: id === undefined ? [] : [{ kind: "quote", id }],
  };
}

const CURRENCY_UNKNOWN = declined("CURRENCY_UNSUPPORTED", {}, "VALIDATION");
