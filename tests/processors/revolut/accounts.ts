import type { IdSource } from "../support/ids.ts";
import { refuse } from "./refusal.ts";
import { amount, iso } from "./wire.ts";

/** One pocket of the business. Minor units; every unit is in one place only. */
export interface Account {
  readonly id: string;
  readonly currency: string;
  available: bigint;
  /** Blocked by payments on their way and by links. */
  held: bigint;
  /** Gone to recipients, fees included. */
  sent: bigint;
}

export class Accounts {
  readonly #accounts: Account[] = [];
  readonly #openedAt: string;

  constructor(opening: Readonly<Record<string, bigint>>, ids: IdSource, now: number) {
    this.#openedAt = iso(now);
    for (const [currency, available] of Object.entries(opening)) {
      this.#accounts.push({ id: ids.uuid(), currency, available, held: 0n, sent: 0n });
    }
  }

  get(id: string): Account {
    const account = this.#accounts.find((each) => each.id === id);
    if (!account) throw refuse(404, "notFound", "Resource not found");
    return account;
  }

  all(): readonly Account[] {
    return this.#accounts;
  }

  /** The pocket of a currency, for tests. Throws where there is none. */
  of(currency: string): Account {
    const account = this.#accounts.find((each) => each.currency === currency);
    if (!account) throw new Error(`no account in ${currency}`);
    return account;
  }

  toJson(): unknown[] {
    return this.#accounts.map(({ id, currency, available }) => ({
      id,
      name: `${currency} account`,
      balance: amount(available, currency),
      currency,
      state: "active",
      public: false,
      created_at: this.#openedAt,
      updated_at: this.#openedAt,
    }));
  }
}

/** Money that is blocked on an account until it is known where it goes. */
export class Hold {
  readonly account: Account;
  readonly minor: bigint;
  #place: "held" | "sent" | "available" = "held";

  private constructor(account: Account, minor: bigint) {
    this.account = account;
    this.minor = minor;
  }

  /** Undefined where the balance does not suffice. */
  static on(account: Account, minor: bigint): Hold | undefined {
    if (account.available < minor) return undefined;
    account.available -= minor;
    account.held += minor;
    return new Hold(account, minor);
  }

  /** Where the money is can change more than once: what was sent can come back. */
  moveTo(place: "held" | "sent" | "available"): void {
    this.account[this.#place] -= this.minor;
    this.account[place] += this.minor;
    this.#place = place;
  }
}
