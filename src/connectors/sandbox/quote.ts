import { currencyExponent } from "../../domain/currency.ts";
import type { Quote } from "../../domain/payout.ts";
import type { WireQuoteRequest } from "../../sandbox-processor/wire.ts";
import type { QuoteInput } from "../connector.ts";
import { asAmount, asText, asWhole, type Fields } from "./read-reply.ts";

/** The body of POST /quotes. */
export function requestQuote({
  payout: { amount, destinationCurrency },
}: QuoteInput): WireQuoteRequest {
  return {
    amount: String(amount.minorAmount),
    currency: amount.currency,
    exponent: currencyExponent(amount.currency) ?? 2,
    destination_currency: destinationCurrency,
    destination_exponent: currencyExponent(destinationCurrency) ?? 2,
  };
}

/** The price in an answer; undefined when any part of it cannot be read. */
export function readQuote({ payout }: QuoteInput): (fields: Fields) => Quote | undefined {
  return (fields) => {
    const rate = asText(fields["rate"]);
    const fee = asAmount(fields["fee"]);
    const destination = asAmount(fields["destination_amount"]);
    const expireTime = asWhole(fields["expire_time"]);
    if (rate === undefined || !/^[0-9]+(\.[0-9]+)?$/.test(rate)) return undefined;
    if (fee === undefined || destination === undefined || expireTime === undefined) {
      return undefined;
    }
    return {
      rate,
      fee: { minorAmount: fee, currency: payout.amount.currency },
      destinationAmount: { minorAmount: destination, currency: payout.destinationCurrency },
      expireTime,
    };
  };
}
