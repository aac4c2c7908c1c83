import type { Books } from "./books.ts";
import { afterBooked, beforeAuthorised } from "./status-words.ts";
import type { Transfer } from "./transfer.ts";
import type { Change, TransferStore } from "./transfer-store.ts";

/**
 * What can happen to a transfer, in the order in which it does. A step that needs others takes them
 * first, each with its own event and webhook; a step that cannot be reached any more throws, since a
 * test that asks for it is wrong.
 */
export class Lifecycle {
  readonly #store: TransferStore;
  readonly #books: Books;
  readonly #hasRoute: (transfer: Transfer) => boolean;

  constructor(store: TransferStore, books: Books, hasRoute: (transfer: Transfer) => boolean) {
    this.#store = store;
    this.#books = books;
    this.#hasRoute = hasRoute;
  }

  /** Funds and route are looked at; the amount is reserved, or the transfer refused. */
  authorise(transfer: Transfer): void {
    this.#must(transfer, beforeAuthorised);
    const { balanceAccountId, currency, value } = transfer;
    if (!this.#hasRoute(transfer)) this.refuse(transfer, "routeNotFound");
    else if (this.#books.available(balanceAccountId, currency) < value) {
      this.refuse(transfer, "notEnoughBalance");
    } else this.#go(transfer, { status: "authorised", reason: "approved", funds: "reserved" });
  }

  refuse(transfer: Transfer, reason: string): void {
    this.#must(transfer, beforeAuthorised);
    this.#go(transfer, { status: "refused", reason, funds: "none" });
  }

  expire(transfer: Transfer): void {
    this.#must(transfer, beforeAuthorised);
    this.#go(transfer, { status: "expired", reason: "approvalExpired", funds: "none" });
  }

  cancel(transfer: Transfer): void {
    this.#must(transfer, beforeAuthorised);
    this.#go(transfer, { status: "cancelled", reason: "cancelled", funds: "none" });
  }

  book(transfer: Transfer): void {
    if (beforeAuthorised.includes(transfer.status)) this.authorise(transfer);
    this.#must(transfer, ["authorised"]);
    this.#go(transfer, { status: "booked", reason: "approved", funds: "balance" });
  }

  /** The processor's own people look at it, after it was booked. */
  hold(transfer: Transfer): void {
    this.#toBooked(transfer);
    const tracking = { type: "internalReview", status: "pending" } as const;
    this.#go(transfer, { status: "pending", reason: "pending", tracking });
  }

  estimate(transfer: Transfer, estimatedArrivalTime: string): void {
    this.#toBooked(transfer);
    this.#go(transfer, { tracking: { type: "estimation", estimatedArrivalTime } });
  }

  /** News from a card scheme or another system that took it over. The bank has said nothing. */
  accept(transfer: Transfer): void {
    this.#toBooked(transfer);
    this.#go(transfer, { tracking: { type: "confirmation", status: "accepted" } });
  }

  /** The money has arrived: said by status and tracking, or by tracking beside "booked". */
  credit(transfer: Transfer, by: "status" | "tracking"): void {
    this.#toBooked(transfer);
    const tracking = { type: "confirmation", status: "credited" } as const;
    this.#go(transfer, { status: by === "status" ? "credited" : "booked", tracking });
  }

  /** The receiving bank, or the way there, says no before the money has arrived. */
  fail(transfer: Transfer, status: "failed" | "rejected" | "error", reason: string): void {
    if (beforeAuthorised.includes(transfer.status)) this.authorise(transfer);
    this.#must(transfer, ["authorised", "booked", "pending"]);
    this.#go(transfer, { status, reason, funds: "none" });
  }

  failReview(transfer: Transfer): void {
    if (transfer.status !== "pending") this.hold(transfer);
    const tracking = {
      type: "internalReview",
      status: "failed",
      reason: "refusedForRegulatoryReasons",
    } as const;
    // Two events: the tracking that says why, then the accounting that gives the money back.
    this.#go(transfer, { tracking });
    this.#go(transfer, { status: "failed", reason: "declined", funds: "none" });
  }

  /** The money comes back after it had left: by the receiving bank, or by the processor. */
  comeBack(transfer: Transfer, status: "returned" | "reversed", reason: string): void {
    this.#toBooked(transfer);
    this.#go(transfer, { status, reason, funds: "none" });
  }

  /** Any word, without a look at the books. */
  say(transfer: Transfer, change: Change): void {
    this.#go(transfer, change);
  }

  #toBooked(transfer: Transfer): void {
    if (!afterBooked.includes(transfer.status)) this.book(transfer);
    this.#must(transfer, afterBooked);
  }

  #must(transfer: Transfer, statuses: readonly string[]): void {
    if (statuses.includes(transfer.status)) return;
    throw new Error(`transfer ${transfer.id} is ${transfer.status}: too late for that`);
  }

  #go(transfer: Transfer, change: Change): void {
    this.#store.change(transfer, change);
  }
}
