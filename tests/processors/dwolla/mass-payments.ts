import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import type { Json } from "../support/json-fields.ts";
import type { Events } from "./events.ts";
import type { FundingSource } from "./funding-sources.ts";
import type { FieldError } from "./refusal.ts";
import { isFieldError } from "./transfer-request.ts";
import type { Transfer, Transfers } from "./transfers.ts";

export type MassPaymentStatus = "deferred" | "pending" | "processing" | "complete" | "cancelled";

/** One payment of many. Its success says that a transfer was made, not that it arrived. */
export interface Item {
  readonly id: string;
  readonly cents: bigint;
  readonly destination: () => FundingSource | FieldError;
  readonly destinationHref: string;
  readonly correlationId: string | undefined;
  readonly metadata: Json | undefined;
  status: "pending" | "success" | "failed";
  transfer: Transfer | undefined;
  error: FieldError | undefined;
}

export type NewItem = Pick<
  Item,
  "cents" | "destination" | "destinationHref" | "correlationId" | "metadata"
>;

export interface MassPayment {
  readonly id: string;
  readonly created: number;
  readonly source: FundingSource;
  readonly correlationId: string | undefined;
  readonly metadata: Json | undefined;
  readonly items: readonly Item[];
  status: MassPaymentStatus;
}

const topics: Readonly<Partial<Record<MassPaymentStatus, string>>> = {
  complete: "mass_payment_completed",
  cancelled: "mass_payment_cancelled",
};

/** Payments in one request. A deferred one waits, for as long as it takes, until it is released. */
export class MassPayments {
  readonly #clock: Clock;
  readonly #ids: IdSource;
  readonly #events: Events;
  readonly #transfers: Transfers;
  readonly #payments = new Map<string, MassPayment>();

  constructor(clock: Clock, ids: IdSource, events: Events, transfers: Transfers) {
    this.#clock = clock;
    this.#ids = ids;
    this.#events = events;
    this.#transfers = transfers;
  }

  create(
    made: Pick<MassPayment, "source" | "correlationId" | "metadata" | "status">,
    items: readonly NewItem[],
  ): MassPayment {
    const payment: MassPayment = {
      ...made,
      id: this.#ids.uuid(),
      created: this.#clock.now(),
      items: items.map((item) => ({
        ...item,
        id: this.#ids.uuid(),
        status: "pending",
        transfer: undefined,
        error: undefined,
      })),
    };
    this.#payments.set(payment.id, payment);
    this.#tell(payment, "mass_payment_created");
    return payment;
  }

  find(id: string): MassPayment | undefined {
    return this.#payments.get(id);
  }

  all(): MassPayment[] {
    return [...this.#payments.values()];
  }

  item(id: string): { payment: MassPayment; item: Item } | undefined {
    for (const payment of this.all()) {
      const item = payment.items.find((each) => each.id === id);
      if (item) return { payment, item };
    }
    return undefined;
  }

  setStatus(payment: MassPayment, status: MassPaymentStatus): void {
    payment.status = status;
    const topic = topics[status];
    if (topic !== undefined) this.#tell(payment, topic);
  }

  /** The processor begins; nothing can be seen of the items yet. */
  start(payment: MassPayment): void {
    if (payment.status !== "pending") {
      throw new Error(`mass payment ${payment.id} is ${payment.status}`);
    }
    this.setStatus(payment, "processing");
  }

  /** Every item becomes a transfer or fails, by itself; then the whole is complete all the same. */
  complete(payment: MassPayment): void {
    if (payment.status === "pending") this.start(payment);
    if (payment.status !== "processing") {
      throw new Error(`mass payment ${payment.id} is ${payment.status}`);
    }
    for (const item of payment.items) this.#pay(payment, item);
    this.setStatus(payment, "complete");
  }

  #pay({ source }: MassPayment, item: Item): void {
    const destination = item.destination();
    if (isFieldError(destination)) {
      item.error = destination;
    } else if (!this.#transfers.isCovered(source, item.cents)) {
      const path = "/_links/source/href";
      item.error = { code: "InsufficientFunds", message: "Insufficient funds.", path };
    } else {
      const { cents, correlationId, metadata } = item;
      const made = { source, destination, cents, correlationId, metadata, clearing: undefined };
      item.transfer = this.#transfers.create(made);
    }
    item.status = item.error ? "failed" : "success";
  }

  #tell({ id, correlationId }: MassPayment, topic: string): void {
    this.#events.tell({ topic, kind: "mass-payments", resourceId: id, correlationId });
  }
}
