import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { type Books, type Funds, noMutation, standing, subtract } from "./books.ts";
import { eventId, transferId } from "./ids.ts";
import { effect, type Tracking, type Transfer } from "./transfer.ts";

/** What a transfer is made of; the store adds the rest. */
export type NewTransfer = Pick<
  Transfer,
  | "balanceAccountId"
  | "currency"
  | "value"
  | "counterparty"
  | "priority"
  | "referenceForBeneficiary"
  | "description"
  | "executionDate"
  | "approvalsNeeded"
> & { readonly reference: string | undefined };

/** A step of a transfer. What is absent stays as it is. */
export interface Change {
  readonly status?: string;
  readonly reason?: string;
  /** Where the money stands afterwards; the books get the difference. */
  readonly funds?: Funds;
  readonly tracking?: Tracking;
}

export interface TransferStoreOptions {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly books: Books;
  /** Called after every change, the creation included. */
  readonly changed: (transfer: Transfer) => void;
}

/** All transfers. Every change is one event, one posting and one webhook. */
export class TransferStore {
  readonly #options: TransferStoreOptions;
  readonly #transfers = new Map<string, Transfer>();

  constructor(options: TransferStoreOptions) {
    this.#options = options;
  }

  create(made: NewTransfer): Transfer {
    const { clock, ids } = this.#options;
    const id = transferId(ids);
    const transfer: Transfer = {
      ...made,
      id,
      reference: made.reference ?? id,
      createdAt: clock.now(),
      updatedAt: clock.now(),
      approvalsGiven: 0,
      asked: undefined,
      status: "received",
      reason: "pending",
      tracking: undefined,
      sequenceNumber: 0,
      events: [],
    };
    this.#transfers.set(transfer.id, transfer);
    this.change(transfer, { funds: "received" });
    return transfer;
  }

  find(id: string): Transfer | undefined {
    return this.#transfers.get(id);
  }

  all(): Transfer[] {
    return [...this.#transfers.values()];
  }

  change(transfer: Transfer, change: Change): void {
    const { clock, ids, books } = this.#options;
    transfer.status = change.status ?? transfer.status;
    transfer.reason = change.reason ?? transfer.reason;
    transfer.tracking = change.tracking ?? transfer.tracking;
    transfer.updatedAt = clock.now();
    const mutation =
      change.funds === undefined
        ? noMutation
        : subtract(standing(change.funds, transfer.value), effect(transfer));
    books.post(transfer.balanceAccountId, transfer.currency, mutation);
    transfer.events.push({
      id: eventId(ids),
      at: clock.now(),
      status: transfer.status,
      reason: transfer.reason,
      mutation,
      tracking: change.tracking,
    });
    transfer.sequenceNumber += 1;
    this.#options.changed(transfer);
  }
}
