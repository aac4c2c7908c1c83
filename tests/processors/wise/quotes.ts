import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { jsonNumber } from "../support/json-numbers.ts";
import { decimalsOf, toDecimal } from "../support/money.ts";
import { convert, convertBack, printRate, rateMicros } from "./rates.ts";
import { complain, notFound } from "./refusal.ts";

/** The rate is kept for half an hour. */
const quoteLifeMs = 30 * 60_000;

/** Above this many units of the source, no way of paying is open. */
const largestSourceUnits = 1_000_000n;

export interface Quote {
  readonly id: string;
  readonly profile: number;
  readonly source: string;
  readonly target: string;
  /** What is taken from the balance, fee included, in minor units. */
  readonly sourceMinor: bigint;
  readonly targetMinor: bigint;
  readonly feeMinor: bigint;
  readonly rate: bigint;
  readonly provided: "SOURCE" | "TARGET";
  readonly createdAt: number;
  readonly expiresAt: number;
  targetAccount: number | undefined;
  payOut: string;
  used: "ACCEPTED" | "FUNDED" | undefined;
  /** Why nothing can be paid on it; undefined where it can. */
  readonly blocked: { readonly code: string; readonly message: string } | undefined;
}

export interface QuoteRequest {
  readonly profile: number;
  readonly source: string;
  readonly target: string;
  readonly sourceMinor: bigint | undefined;
  readonly targetMinor: bigint | undefined;
  readonly targetAccount: number | undefined;
}

/** Prices that last half an hour. One quote carries one transfer. */
export class Quotes {
  readonly #quotes = new Map<string, Quote>();
  readonly #clock: Clock;
  readonly #ids: IdSource;
  #blockNext: Quote["blocked"];

  constructor(clock: Clock, ids: IdSource) {
    this.#clock = clock;
    this.#ids = ids;
  }

  /** The next quote has no open way of paying, and says so in reasons and notices. */
  blockNext(code: string, message: string): void {
    this.#blockNext = { code, message };
  }

  create(request: QuoteRequest): Quote {
    const rate = rateMicros(request.source, request.target);
    if (rate === undefined) {
      throw complain(422, {
        code: "quote.currency-not-supported",
        message: "This pair of currencies is not dealt in",
        path: "targetCurrency",
      });
    }
    const now = this.#clock.now();
    const price = priceOf(request, rate);
    const quote: Quote = {
      id: this.#ids.uuid(),
      profile: request.profile,
      source: request.source,
      target: request.target,
      ...price,
      rate,
      createdAt: now,
      expiresAt: now + quoteLifeMs,
      targetAccount: request.targetAccount,
      payOut: "BANK_TRANSFER",
      used: undefined,
      blocked: this.#blockNext ?? tooMuch(request.source, price.sourceMinor),
    };
    this.#blockNext = undefined;
    this.#quotes.set(quote.id, quote);
    return quote;
  }

  get(id: string): Quote {
    const quote = this.#quotes.get(id);
    if (!quote) throw notFound();
    return quote;
  }

  statusOf(quote: Quote): "PENDING" | "ACCEPTED" | "FUNDED" | "EXPIRED" {
    if (quote.used) return quote.used;
    return this.#clock.now() >= quote.expiresAt ? "EXPIRED" : "PENDING";
  }

  toJson(quote: Quote): Record<string, unknown> {
    const expires = iso(quote.expiresAt);
    return {
      id: quote.id,
      sourceCurrency: quote.source,
      targetCurrency: quote.target,
      sourceAmount: amount(quote.sourceMinor, quote.source),
      targetAmount: amount(quote.targetMinor, quote.target),
      payOut: quote.payOut,
      preferredPayIn: "BALANCE",
      rate: jsonNumber(printRate(quote.rate)),
      createdTime: iso(quote.createdAt),
      profile: quote.profile,
      rateType: "FIXED",
      rateExpirationTime: expires,
      guaranteedTargetAmountAllowed: true,
      targetAmountAllowed: true,
      guaranteedTargetAmount: quote.provided === "TARGET",
      providedAmountType: quote.provided,
      paymentOptions: paymentOptions(quote),
      status: this.statusOf(quote),
      expirationTime: expires,
      notices: quote.blocked
        ? [{ text: quote.blocked.message, link: null, type: "BLOCKED" }]
        : [{ text: "Rates of the fake never move.", link: null, type: "INFO" }],
    };
  }
}

/** A fee of 0.5 % and 30 minor units; only the latter where nothing is converted. */
function priceOf(request: QuoteRequest, rate: bigint) {
  const { source, target } = request;
  const perMille = source === target ? 0n : 5n;
  if ((request.sourceMinor === undefined) === (request.targetMinor === undefined)) {
    throw complain(422, {
      code: "NOT_VALID",
      message: "Either sourceAmount or targetAmount is needed",
      path: "sourceAmount",
    });
  }
  if (request.targetMinor !== undefined) {
    const net = convertBack(request.targetMinor, source, target, rate);
    const feeMinor = 30n + (net * perMille + 999n) / 1000n;
    const provided = "TARGET" as const;
    return { sourceMinor: net + feeMinor, targetMinor: request.targetMinor, feeMinor, provided };
  }
  const sourceMinor = request.sourceMinor ?? 0n;
  const feeMinor = 30n + (sourceMinor * perMille + 999n) / 1000n;
  const targetMinor = convert(sourceMinor - feeMinor, source, target, rate);
  if (sourceMinor <= feeMinor || targetMinor <= 0n) {
    throw complain(422, {
      code: "quote.source-amount-too-low",
      message: "Nothing would be left after fees",
      path: "sourceAmount",
    });
  }
  return { sourceMinor, targetMinor, feeMinor, provided: "SOURCE" as const };
}

function tooMuch(source: string, minor: bigint): Quote["blocked"] {
  if (minor <= largestSourceUnits * 10n ** BigInt(decimalsOf(source))) return undefined;
  return { code: "error.payInAmountTooHigh", message: "The amount is above the limit" };
}

/** From the balance, by bank transfer, and by a card that is never open to a business. */
function paymentOptions(quote: Quote): unknown[] {
  const card = { code: "error.payInMethod.disabled", message: "Not open to businesses" };
  return [
    { payIn: "BALANCE", reason: quote.blocked },
    { payIn: "BANK_TRANSFER", reason: quote.blocked },
    { payIn: "CARD", reason: quote.blocked ?? card },
  ].map(({ payIn, reason }) => ({
    disabled: reason !== undefined,
    ...(reason ? { disabledReason: reason } : {}),
    estimatedDelivery: iso(quote.createdAt + 24 * 3_600_000),
    formattedEstimatedDelivery: "by tomorrow",
    estimatedDeliveryDelays: [],
    fee: {
      transferwise: amount(quote.feeMinor, quote.source),
      payIn: 0,
      discount: 0,
      partner: 0,
      total: amount(quote.feeMinor, quote.source),
    },
    sourceAmount: amount(quote.sourceMinor, quote.source),
    targetAmount: amount(quote.targetMinor, quote.target),
    sourceCurrency: quote.source,
    targetCurrency: quote.target,
    payIn,
    payOut: quote.payOut,
    allowedProfileTypes: payIn === "CARD" ? ["PERSONAL"] : ["PERSONAL", "BUSINESS"],
    payInProduct: payIn === "BALANCE" ? "BALANCE" : "CHEAP",
  }));
}

/** Major units, printed from minor ones. */
export function amount(minor: bigint, currency: string): unknown {
  return jsonNumber(toDecimal(minor, decimalsOf(currency)));
}

/** Without fractions of a second, as the API prints times. */
export function iso(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");
}
