/** Where money is: the platform, a connected account, a bank account, or the world outside. */
export type Owner = "platform" | "world" | `acct_${string}` | `ba_${string}`;

/** Stripe's books: every movement has two sides, so that all balances of a currency sum to zero. */
export class Books {
  readonly #balances = new Map<string, bigint>();

  balance(owner: Owner, currency: string): bigint {
    return this.#balances.get(`${owner} ${currency}`) ?? 0n;
  }

  /** Currencies that an owner has ever had. */
  currencies(owner: Owner): string[] {
    return [...this.#balances.keys()]
      .filter((key) => key.startsWith(`${owner} `))
      .map((key) => key.slice(owner.length + 1));
  }

  /** False, and nothing is moved, where the giver has too little. Only the world may owe. */
  move(from: Owner, to: Owner, currency: string, amount: bigint): boolean {
    if (from !== "world" && this.balance(from, currency) < amount) return false;
    this.#balances.set(`${from} ${currency}`, this.balance(from, currency) - amount);
    this.#balances.set(`${to} ${currency}`, this.balance(to, currency) + amount);
    return true;
  }

  /** Zero, whatever happened. */
  sum(currency: string): bigint {
    return [...this.#balances]
      .filter(([key]) => key.endsWith(` ${currency}`))
      .reduce((sum, [, amount]) => sum + amount, 0n);
  }
}
