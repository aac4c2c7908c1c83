/** What the processor holds and owes, in minor units by currency. Every unit is in one place only. */
export class Balances {
  readonly #available = new Map<string, bigint>();
  /** Taken for transfers that have neither been given back nor sent. */
  readonly #held = new Map<string, bigint>();
  /** Gone to recipients, fees included. */
  readonly #sent = new Map<string, bigint>();

  available(currency: string): bigint {
    return this.#available.get(currency) ?? 0n;
  }

  held(currency: string): bigint {
    return this.#held.get(currency) ?? 0n;
  }

  sent(currency: string): bigint {
    return this.#sent.get(currency) ?? 0n;
  }

  /** Of all currencies that ever had a unit. */
  currencies(): string[] {
    return [...this.#available.keys()];
  }

  topUp(currency: string, minor: bigint): void {
    add(this.#available, currency, minor);
  }

  /** False where the balance does not suffice; nothing has then moved. */
  take(currency: string, minor: bigint): boolean {
    if (this.available(currency) < minor) return false;
    add(this.#available, currency, -minor);
    add(this.#held, currency, minor);
    return true;
  }

  send(currency: string, minor: bigint): void {
    add(this.#held, currency, -minor);
    add(this.#sent, currency, minor);
  }

  /** The recipient's bank gave it back: held again, and not yet the customer's. */
  unsend(currency: string, minor: bigint): void {
    this.send(currency, -minor);
  }

  giveBack(currency: string, minor: bigint): void {
    add(this.#held, currency, -minor);
    add(this.#available, currency, minor);
  }
}

function add(map: Map<string, bigint>, currency: string, minor: bigint): void {
  map.set(currency, (map.get(currency) ?? 0n) + minor);
}
