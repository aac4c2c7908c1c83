/** The sender's balances and what is with receivers, in minor units. Only what was funded is there. */
export class Funds {
  readonly #balances = new Map<string, bigint>();
  readonly #sent = new Map<string, bigint>();

  fund(currency: string, amount: bigint): void {
    this.#balances.set(currency, this.balance(currency) + amount);
  }

  balance(currency: string): bigint {
    return this.#balances.get(currency) ?? 0n;
  }

  /** What left and did not come back, fees included. */
  sent(currency: string): bigint {
    return this.#sent.get(currency) ?? 0n;
  }

  holds(currency: string): boolean {
    return this.#balances.has(currency);
  }

  /** Negative amounts come back. False, and nothing is moved, where there is too little. */
  send(currency: string, amount: bigint): boolean {
    if (this.balance(currency) < amount) return false;
    this.#balances.set(currency, this.balance(currency) - amount);
    this.#sent.set(currency, this.sent(currency) + amount);
    return true;
  }
}
