import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import type { Json } from "../support/json-fields.ts";
import type { Events } from "./events.ts";
import type { FundingSource } from "./funding-sources.ts";
import { returnCode } from "./return-codes.ts";

export type TransferStatus = "pending" | "processed" | "failed" | "cancelled";

/** What a transfer is made of. Amounts are cents. */
export interface NewTransfer {
  readonly source: FundingSource;
  readonly destination: FundingSource;
  readonly cents: bigint;
  readonly correlationId: string | undefined;
  readonly metadata: Json | undefined;
  readonly clearing: Json | undefined;
}

export interface Transfer extends NewTransfer {
  readonly id: string;
  readonly created: number;
  status: TransferStatus;
  /** True once it is with the bank: pending still, but no longer to be cancelled. */
  sent: boolean;
  /** The return code of a failed one. */
  failure: string | undefined;
}

/** The platform's balance, in cents. Only transfers from the balance touch it. */
export interface Balance {
  cents: bigint;
}

const verbs: Readonly<Record<TransferStatus, string>> = {
  pending: "created",
  processed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};

/** All transfers, and what the money does meanwhile. */
export class Transfers {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #events: Events;
  readonly #balance: Balance;
  readonly #transfers = new Map<string, Transfer>();

  constructor(clock: Clock, ids: IdSource, events: Events, balance: Balance) {
    this.#clock = clock;
    this.#ids = ids;
    this.#events = events;
    this.#balance = balance;
  }

  isCovered(source: FundingSource, cents: bigint): boolean {
    return source.type !== "balance" || this.#balance.cents >= cents;
  }

  create(made: NewTransfer): Transfer {
    const transfer: Transfer = {
      ...made,
      id: this.#ids.uuid(),
      created: this.#clock.now(),
      status: "pending",
      sent: false,
      failure: undefined,
    };
    this.#transfers.set(transfer.id, transfer);
    this.#move(transfer, -transfer.cents);
    this.#tell(transfer);
    return transfer;
  }

  find(id: string): Transfer | undefined {
    return this.#transfers.get(id);
  }

  all(): Transfer[] {
    return [...this.#transfers.values()];
  }

  process(transfer: Transfer): void {
    must(transfer, ["pending"]);
    this.#end(transfer, "processed");
  }

  cancel(transfer: Transfer): void {
    must(transfer, ["pending"]);
    this.#end(transfer, "cancelled");
  }

  /** The bank says no: before the transfer was processed, or days after. */
  fail(transfer: Transfer, code: string): void {
    must(transfer, ["pending", "processed"]);
    returnCode(code);
    transfer.failure = code;
    this.#end(transfer, "failed");
  }

  #end(transfer: Transfer, status: TransferStatus): void {
    if (status !== "processed") this.#move(transfer, transfer.cents);
    transfer.status = status;
    this.#tell(transfer);
  }

  #move({ source }: Transfer, cents: bigint): void {
    if (source.type === "balance") this.#balance.cents += cents;
  }

  /** Every change is told twice: for the platform's account and for its customer. */
  #tell({ id, status, destination, correlationId }: Transfer): void {
    const { customerId } = destination;
    const event = { kind: "transfers", resourceId: id, correlationId };
    this.#events.tell({ ...event, topic: `transfer_${verbs[status]}` });
    if (customerId === undefined) return;
    this.#events.tell({ ...event, customerId, topic: `customer_transfer_${verbs[status]}` });
  }
}

function must(transfer: Transfer, statuses: readonly TransferStatus[]): void {
  if (statuses.includes(transfer.status)) return;
  throw new Error(`transfer ${transfer.id} is ${transfer.status}: too late for that`);
}
