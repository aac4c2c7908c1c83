import type { Context, Decision } from "./context.ts";
import { priceOf } from "./pricing.ts";
import { readAmount, readBody, readCurrency, readExponent } from "./read-body.ts";
import { Refusal } from "./refusal.ts";
import { ok } from "./reply.ts";
import type { SandboxRequest, WireQuote } from "./wire.ts";

/** POST /quotes. Nothing is kept of it: prices do not change, so a transfer costs what was quoted. */
export function createQuote(context: Context, request: SandboxRequest): Decision {
  const fields = readBody(request);
  const price = priceOf({
    amount: readAmount(fields),
    currency: readCurrency(fields, "currency"),
    exponent: readExponent(fields, "exponent"),
    destinationCurrency: readCurrency(fields, "destination_currency"),
    destinationExponent: readExponent(fields, "destination_exponent"),
  });
  if (price.destinationAmount === 0n) {
    throw new Refusal(422, "amount_too_small", "Nothing would arrive.");
  }
  const quote: WireQuote = {
    quote_id: `qt_${context.randomId()}`,
    rate: price.rate,
    fee: String(price.fee),
    destination_amount: String(price.destinationAmount),
    expire_time: context.now() + context.quoteMs,
  };
  return ok(quote);
}
