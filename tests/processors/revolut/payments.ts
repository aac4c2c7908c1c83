import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import { type Accounts, Hold } from "./accounts.ts";
import type { Counterparties } from "./counterparties.ts";
import { fateOf } from "./magic-words.ts";
import { priceOf } from "./pricing.ts";
import { findReceiver } from "./receiver.ts";
import { refuse } from "./refusal.ts";
import type { State, Transaction, Transactions } from "./transactions.ts";
import { amountOf, bodyOf, requestIdOf, textOf } from "./wire.ts";

/** How long a request id is remembered. Used again after that, it pays again. */
const requestIdLifeMs = 14 * 24 * 3_600_000;

/** How a request id that is still remembered is answered. */
export type Repeats =
  /** With the transaction that it made, as it stands now. */
  | "answered"
  /** With 400 and the code 3020, as the document's example of a duplicate has it. */
  | "refused";

export interface Outcome {
  readonly state: State;
  readonly reason?: string | undefined;
}

interface Parts {
  readonly clock: Clock;
  readonly accounts: Accounts;
  readonly counterparties: Counterparties;
  readonly transactions: Transactions;
  readonly repeats: Repeats;
}

/** `POST /pay`. */
export class Payments {
  readonly #parts: Parts;
  readonly #outcomes: Outcome[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the next payment that could be made begins as. */
  next(outcome: Outcome): void {
    this.#outcomes.push(outcome);
  }

  pay(request: CapturedRequest): Transaction {
    const { accounts, counterparties, transactions } = this.#parts;
    const body = bodyOf(request);
    const requestId = requestIdOf(body);
    const known = this.#remembered(requestId);
    if (known) {
      if (this.#parts.repeats === "answered") return known;
      throw refuse(400, "duplicateRequest", `Duplicate request: ${requestId}`);
    }
    const account = accounts.get(textOf(body, "account_id"));
    const currency = textOf(body, "currency");
    const minor = amountOf(request, currency);
    const receiver = findReceiver(counterparties, body["receiver"], currency);
    const price = priceOf(account, minor, currency);
    const reference = typeof body["reference"] === "string" ? body["reference"] : undefined;
    const hold = Hold.on(account, price.total);
    const inside = receiver.account?.type !== "external";
    const wanted = this.#outcomes.shift() ?? fateOf(reference ?? "").begins;
    const begin = wanted ?? { state: inside ? "completed" : "pending" };
    const { state, reason } = hold ? begin : { state: "declined", reason: "insufficient_balance" };
    const order = { requestId, account, receiver, minor, currency, price, reference, hold };
    return transactions.create({ ...order, state, reason });
  }

  #remembered(requestId: string): Transaction | undefined {
    const [newest] = this.#parts.transactions.withRequestId(requestId);
    if (!newest) return undefined;
    return this.#parts.clock.now() - newest.createdAt < requestIdLifeMs ? newest : undefined;
  }
}
