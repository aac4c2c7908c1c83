import type { Lifecycle } from "./lifecycle.ts";
import { invalid, noSuch } from "./refusal.ts";
import { type ReviewWord, reviewWords } from "./status-words.ts";
import type { Transfer } from "./transfer.ts";
import type { TransferStore } from "./transfer-store.ts";

/**
 * Approvals that a transfer asks for. Both calls only take the wish: what becomes of it is decided
 * later and told by webhook, so an accepted cancellation is no proof that nothing was paid.
 */
export class Reviews {
  word: ReviewWord = "approvalPending";
  readonly #store: TransferStore;
  readonly #lifecycle: Lifecycle;

  constructor(store: TransferStore, lifecycle: Lifecycle) {
    this.#store = store;
    this.#lifecycle = lifecycle;
  }

  begin(transfer: Transfer): void {
    this.#store.change(transfer, { status: this.word, reason: "pendingApproval" });
  }

  /** All or none: one transfer that is not under review refuses the whole list. */
  ask(ids: readonly string[], wish: "approve" | "cancel"): Transfer[] {
    const transfers = ids.map((id) => {
      const transfer = this.#store.find(id);
      if (!transfer) throw noSuch(`Transfer ${id}`);
      if (!isUnderReview(transfer) || transfer.asked !== undefined) {
        throw invalid("transferIds", id, "The transfer is not pending approval");
      }
      return transfer;
    });
    for (const transfer of transfers) {
      if (wish === "approve") transfer.approvalsGiven += 1;
      const enough = transfer.approvalsGiven >= transfer.approvalsNeeded;
      if (wish === "cancel" || enough) transfer.asked = wish;
    }
    return transfers;
  }

  /** What was asked for happens. */
  decide(transfer: Transfer): void {
    const wish = this.#taken(transfer);
    if (wish === "cancel") this.#lifecycle.cancel(transfer);
    else this.#lifecycle.authorise(transfer);
  }

  /** A cancellation that came too late: the transfer goes on. */
  overrule(transfer: Transfer): void {
    if (this.#taken(transfer) !== "cancel") throw new Error("only a cancellation can be overruled");
    this.#lifecycle.authorise(transfer);
  }

  #taken(transfer: Transfer): "approve" | "cancel" {
    const wish = transfer.asked;
    if (wish === undefined) throw new Error(`nothing was asked of transfer ${transfer.id}`);
    transfer.asked = undefined;
    return wish;
  }
}

function isUnderReview(transfer: Transfer): boolean {
  return reviewWords.some((word) => word === transfer.status);
}
