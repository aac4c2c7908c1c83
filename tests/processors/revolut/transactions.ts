import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import type { Account, Hold } from "./accounts.ts";
import type { Price } from "./pricing.ts";
import type { Receiver } from "./receiver.ts";
import { refuse } from "./refusal.ts";
import { amount, iso } from "./wire.ts";

export const states = [
  "created",
  "pending",
  "completed",
  "declined",
  "failed",
  "reverted",
] as const;
/** Any text, with the known words offered. */
export type State = (typeof states)[number] | (string & {});

export interface Transaction {
  readonly id: string;
  readonly legId: string;
  readonly requestId: string;
  readonly account: Account;
  readonly receiver: Receiver;
  readonly minor: bigint;
  readonly currency: string;
  readonly price: Price;
  readonly reference: string | undefined;
  readonly createdAt: number;
  /** Undefined where the balance did not suffice. */
  readonly hold: Hold | undefined;
  state: State;
  reason: string | undefined;
  updatedAt: number;
  completedAt: number | undefined;
}

export interface Change {
  readonly transaction: Transaction;
  /** Undefined for one that is new. */
  readonly from: State | undefined;
}

/** Payments that have been made, and what became of them. */
export class Transactions {
  readonly #transactions: Transaction[] = [];
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #changed: (change: Change) => void;

  constructor(clock: Clock, ids: IdSource, changed: (change: Change) => void) {
    this.#clock = clock;
    this.#ids = ids;
    this.#changed = changed;
  }

  create(
    order: Pick<
      Transaction,
      | "requestId"
      | "account"
      | "receiver"
      | "minor"
      | "currency"
      | "price"
      | "reference"
      | "hold"
      | "state"
      | "reason"
    >,
  ): Transaction {
    const now = this.#clock.now();
    const transaction: Transaction = {
      ...order,
      id: this.#ids.uuid(),
      legId: this.#ids.uuid(),
      createdAt: now,
      updatedAt: now,
      completedAt: undefined,
    };
    this.#transactions.push(transaction);
    this.#apply(transaction);
    this.#changed({ transaction, from: undefined });
    return transaction;
  }

  /** Sets any state and moves the money where the state says it is. */
  move(transaction: Transaction, to: State, reason?: string): void {
    const from = transaction.state;
    transaction.state = to;
    transaction.reason = reason ?? transaction.reason;
    transaction.updatedAt = this.#clock.now();
    this.#apply(transaction);
    this.#changed({ transaction, from });
  }

  get(id: string): Transaction {
    const transaction = this.#transactions.find((each) => each.id === id);
    if (!transaction) throw refuse(404, "notFound", "Resource not found");
    return transaction;
  }

  /** More than one where the request id was used again after its time; the newest comes first. */
  withRequestId(requestId: string): Transaction[] {
    return this.newestFirst().filter((each) => each.requestId === requestId);
  }

  newestFirst(): Transaction[] {
    return this.#transactions.toReversed();
  }

  toJson(transaction: Transaction): Record<string, unknown> {
    const { id, requestId, state, reason, createdAt, updatedAt, completedAt, reference } =
      transaction;
    return {
      id,
      type: "transfer",
      request_id: requestId,
      state,
      ...(reason === undefined ? {} : { reason_code: reason }),
      created_at: iso(createdAt),
      updated_at: iso(updatedAt),
      ...(completedAt === undefined ? {} : { completed_at: iso(completedAt) }),
      ...(reference === undefined ? {} : { reference }),
      legs: [legOf(transaction)],
    };
  }

  #apply(transaction: Transaction): void {
    const { hold, state } = transaction;
    if (state === "completed") transaction.completedAt ??= this.#clock.now();
    if (state === "completed") hold?.moveTo("sent");
    else if (["declined", "failed", "reverted"].includes(state)) hold?.moveTo("available");
    else hold?.moveTo("held");
  }
}

/** The answer of `POST /pay`: neither amounts nor a reason. */
export function summaryOf({ id, state, createdAt, completedAt }: Transaction) {
  return {
    id,
    state,
    created_at: iso(createdAt),
    ...(completedAt === undefined ? {} : { completed_at: iso(completedAt) }),
  };
}

/** What leaves is negative. */
function legOf({ legId, account, receiver, minor, currency, price }: Transaction) {
  const { counterparty, account: to } = receiver;
  const foreign = account.currency !== currency;
  return {
    leg_id: legId,
    account_id: account.id,
    counterparty: {
      id: counterparty.id,
      account_type: to?.type ?? "revolut",
      ...(to ? { account_id: to.id } : {}),
    },
    amount: amount(-minor, currency),
    fee: amount(price.fee, account.currency),
    currency,
    ...(foreign
      ? {
          bill_amount: amount(-price.exchanged, account.currency),
          bill_currency: account.currency,
        }
      : {}),
    description: `To ${counterparty.name}`,
    balance: amount(account.available, account.currency),
  };
}
