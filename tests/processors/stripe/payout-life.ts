import type { Accounts } from "./accounts.ts";
import { renderBankAccount } from "./bank-accounts.ts";
import { mayBecome, type Payout, type PayoutStatus, renderPayout } from "./payout-state.ts";
import type { World } from "./world.ts";

const minute = 60_000;
const day = 24 * 60 * minute;

/** When a payout goes on by itself, in milliseconds after it was made. */
export const timetable = {
  standard: { inTransit: day, arrival: 2 * day },
  instant: { inTransit: minute, arrival: 30 * minute },
} as const;

/**
 * How payouts go on: by the clock, or because a test says so. Money comes back from the bank when a
 * payout fails or is canceled, also late.
 */
export class PayoutLife {
  readonly #world: World;
  readonly #accounts: Accounts;

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
  }

  begin(payout: Payout): void {
    const { inTransit, arrival } = timetable[payout.method];
    const { clock } = this.#world;
    clock.after(inTransit, () => {
      if (payout.status === "pending") this.become(payout, "in_transit");
    });
    clock.after(arrival, () => {
      if (payout.status !== "pending" && payout.status !== "in_transit") return;
      const code = payout.bank.failsWith;
      this.become(payout, code === undefined ? "paid" : "failed", code);
    });
  }

  /** Throws where a payout cannot come from its status to this one. */
  become(payout: Payout, status: PayoutStatus, failureCode?: string): void {
    if (!mayBecome(payout, status)) throw new Error(`payout is ${payout.status}, not ${status}`);
    const previous = { status: payout.status };
    payout.status = status;
    if (status === "failed") this.#markFailed(payout, failureCode ?? "could_not_process");
    if (status === "failed" || status === "canceled") this.#giveBack(payout);
    const type = status === "in_transit" ? "payout.updated" : `payout.${status}`;
    const more = { account: payout.account, previous };
    this.#world.events.publish(type, renderPayout(payout), more);
  }

  #markFailed(payout: Payout, code: string): void {
    payout.failureCode = code;
    payout.bank.status = "errored";
    const shown = renderBankAccount(payout.bank);
    const more = { account: payout.account };
    this.#world.events.publish("account.external_account.updated", shown, more);
    const account = this.#accounts.find(payout.account);
    if (account) this.#accounts.tellChanges(account);
  }

  #giveBack({ amount, bank, account, currency }: Payout): void {
    const { books } = this.#world;
    if (amount > 0n) books.move(bank.id, account, currency, amount);
    // A reversal that fails: the bank keeps the money, and the account owes it no longer.
    else books.move(account, bank.id, currency, -amount);
  }
}
