import type { Clock } from "../../../src/clock.ts";
import type { IdSource } from "../support/ids.ts";
import { jsonNumber } from "../support/json-numbers.ts";
import type { Balances } from "./balances.ts";
import { amount, type Quote, type Quotes } from "./quotes.ts";
import { printRate } from "./rates.ts";
import type { Recipients } from "./recipients.ts";
import { complain, notFound, type Refusal } from "./refusal.ts";
import { cancellable, fundable, type Status } from "./statuses.ts";

/** A transfer that nobody funds is cancelled after two weeks. */
const unfundedLifeMs = 14 * 24 * 3_600_000;

/** Where a transfer's money is. */
type Money = "not-taken" | "held" | "sent" | "given-back";

export interface Transfer {
  readonly id: number;
  readonly profile: number;
  readonly targetAccount: number;
  readonly quote: Quote;
  readonly customerTransactionId: string;
  readonly reference: string;
  readonly createdAt: number;
  status: Status;
  money: Money;
  /** Payments that funded it: one, if all goes well. */
  readonly payments: { readonly id: number; readonly at: number }[];
}

/** One move of a transfer, as webhooks tell it. */
export interface Move {
  readonly transfer: Transfer;
  /** Null for a transfer that is new. */
  readonly from: Status | null;
  readonly to: Status;
  /** When it happened by the processor's word, which need not be now. */
  readonly at: number;
}

export interface TransferRequest {
  readonly profile: number;
  readonly targetAccount: number;
  readonly quoteUuid: string;
  readonly customerTransactionId: string;
  readonly reference: string;
}

interface Parts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly quotes: Quotes;
  readonly recipients: Recipients;
  readonly balances: Balances;
  readonly moved: (move: Move) => void;
}

/** Payment orders with the money behind them. */
export class Transfers {
  readonly #transfers = new Map<number, Transfer>();
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /**
   * A known customerTransactionId answers its transfer as it stands now, whatever else the request
   * says: a different quote or recipient is not noticed.
   */
  create(request: TransferRequest): Transfer {
    const known = this.findByCustomerId(request.customerTransactionId);
    if (known) return known;
    const { clock, ids, quotes } = this.#parts;
    const quote = quotes.get(request.quoteUuid);
    const refusal = this.#whyNot(request, quote);
    if (refusal) throw refusal;
    const transfer: Transfer = {
      id: ids.number(),
      profile: request.profile,
      targetAccount: request.targetAccount,
      quote,
      customerTransactionId: request.customerTransactionId,
      reference: request.reference,
      createdAt: clock.now(),
      status: "incoming_payment_waiting",
      money: "not-taken",
      payments: [],
    };
    quote.used = "ACCEPTED";
    this.#transfers.set(transfer.id, transfer);
    this.#parts.moved({ transfer, from: null, to: transfer.status, at: clock.now() });
    clock.after(unfundedLifeMs, () => {
      if (fundable.includes(transfer.status)) this.move(transfer, "cancelled");
    });
    return transfer;
  }

  get(id: number): Transfer {
    const transfer = this.#transfers.get(id);
    if (!transfer) throw notFound();
    return transfer;
  }

  findByCustomerId(customerTransactionId: string): Transfer | undefined {
    const wanted = customerTransactionId.toLowerCase();
    return this.all().find((each) => each.customerTransactionId.toLowerCase() === wanted);
  }

  all(): Transfer[] {
    return [...this.#transfers.values()];
  }

  /** False where the balance does not suffice. The caller has looked at the status. */
  fund(transfer: Transfer): boolean {
    const { quote } = transfer;
    if (!this.#parts.balances.take(quote.source, quote.sourceMinor)) return false;
    transfer.money = "held";
    quote.used = "FUNDED";
    transfer.payments.push({ id: this.#parts.ids.number(), at: this.#parts.clock.now() });
    this.move(transfer, "processing");
    return true;
  }

  /** What had been taken stays held until the refund. */
  cancel(transfer: Transfer): void {
    if (!cancellable.includes(transfer.status)) {
      throw complain(409, {
        code: "transfer.cancellation.not.allowed",
        message: "The transfer cannot be cancelled any more",
      });
    }
    this.move(transfer, "cancelled");
  }

  /** Sets any status, forwards or back, and moves the money where the status says it is. */
  move(transfer: Transfer, to: Status, at = this.#parts.clock.now()): void {
    const from = transfer.status;
    transfer.status = to;
    this.#settle(transfer, to);
    this.#parts.moved({ transfer, from, to, at });
  }

  toJson(transfer: Transfer): Record<string, unknown> {
    const { quote } = transfer;
    return {
      id: transfer.id,
      user: transfer.profile + 1,
      targetAccount: transfer.targetAccount,
      sourceAccount: null,
      quote: null,
      quoteUuid: quote.id,
      status: transfer.status,
      reference: transfer.reference,
      rate: jsonNumber(printRate(quote.rate)),
      created: new Date(transfer.createdAt).toISOString().slice(0, 19).replace("T", " "),
      business: transfer.profile,
      transferRequest: null,
      details: { reference: transfer.reference },
      hasActiveIssues: transfer.status === "waiting_recipient_input_to_proceed",
      sourceCurrency: quote.source,
      sourceValue: amount(quote.sourceMinor, quote.source),
      targetCurrency: quote.target,
      targetValue: amount(quote.targetMinor, quote.target),
      customerTransactionId: transfer.customerTransactionId,
    };
  }

  #settle(transfer: Transfer, status: Status): void {
    const { balances } = this.#parts;
    const { source, sourceMinor } = transfer.quote;
    if (status === "outgoing_payment_sent" && transfer.money === "held") {
      balances.send(source, sourceMinor);
      transfer.money = "sent";
    }
    if (status === "bounced_back" && transfer.money === "sent") {
      balances.unsend(source, sourceMinor);
      transfer.money = "held";
    }
    if (status === "funds_refunded" || status === "charged_back") {
      if (transfer.money === "sent") {
        balances.unsend(source, sourceMinor);
        transfer.money = "held";
      }
      if (transfer.money === "held") {
        balances.giveBack(source, sourceMinor);
        transfer.money = "given-back";
      }
    }
  }

  #whyNot(request: TransferRequest, quote: Quote): Refusal | undefined {
    if (quote.used) {
      return complain(422, {
        code: "transfer.quote-already-used",
        message: "A quote carries one transfer",
        path: "quoteUuid",
      });
    }
    if (this.#parts.quotes.statusOf(quote) === "EXPIRED") {
      return complain(422, {
        code: "quote.expired",
        message: "The quote has expired",
        path: "quoteUuid",
      });
    }
    if (quote.blocked) return complain(422, { ...quote.blocked, path: "quoteUuid" });
    const recipient = this.#parts.recipients.findActive(request.targetAccount);
    if (!recipient || recipient.currency !== quote.target) {
      return complain(422, {
        code: "NOT_VALID",
        message: "The recipient cannot be paid with this quote",
        path: "targetAccount",
      });
    }
    return undefined;
  }
}
