import type { Account } from "./accounts.ts";
import { costOf, printRate } from "./exchange.ts";
import { refuse } from "./refusal.ts";
import { money } from "./wire.ts";

/** What a payment takes from an account, in minor units of the account. */
export interface Price {
  readonly exchanged: bigint;
  readonly fee: bigint;
  readonly total: bigint;
}

/** Free in the account's own currency; otherwise 6 per mille for the exchange. */
export function priceOf(account: Account, minor: bigint, currency: string): Price {
  if (account.currency === currency) return { exchanged: minor, fee: 0n, total: minor };
  const exchanged = costOf(minor, currency, account.currency);
  if (exchanged === undefined) throw refuse(400, "invalid", "The currency is not supported");
  const fee = (exchanged * 6n + 999n) / 1000n;
  return { exchanged, fee, total: exchanged + fee };
}

/** The answer of `POST /pay/indicative-quote`. It binds nobody and has no id. */
export function quoteOf(account: Account, minor: bigint, currency: string, now: number) {
  const { exchanged, fee, total } = priceOf(account, minor, currency);
  const exchange = money(fee, account.currency);
  const foreign = account.currency !== currency;
  return {
    amount: money(minor, currency),
    fee: { ...exchange, ...(foreign ? { breakdown: { exchange_fee: exchange } } : {}) },
    estimated_total: money(total, account.currency),
    ...(foreign
      ? {
          estimated_exchange_rate: printRate(account.currency, currency),
          estimated_amount_after_exchange: money(exchanged, account.currency),
        }
      : {}),
    estimated_arrival: { date: new Date(now).toISOString().slice(0, 10), speed: "today" },
  };
}
