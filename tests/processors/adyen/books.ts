/** Changes of one balance account's registers, in minor units; what is absent does not change. */
export interface Mutation {
  readonly balance: bigint;
  readonly reserved: bigint;
  readonly received: bigint;
}

/** Where an outgoing amount stands: asked for, held back, gone, or given back. */
export type Funds = "received" | "reserved" | "balance" | "none";

export const noMutation: Mutation = { balance: 0n, reserved: 0n, received: 0n };

/** The registers of a transfer of `value` whose funds stand there. Outgoing funds are negative. */
export function standing(funds: Funds, value: bigint): Mutation {
  return funds === "none" ? noMutation : { ...noMutation, [funds]: -value };
}

export function add(a: Mutation, b: Mutation): Mutation {
  return {
    balance: a.balance + b.balance,
    reserved: a.reserved + b.reserved,
    received: a.received + b.received,
  };
}

export function subtract(a: Mutation, b: Mutation): Mutation {
  return {
    balance: a.balance - b.balance,
    reserved: a.reserved - b.reserved,
    received: a.received - b.received,
  };
}

/** The balance accounts and what is in them, by currency. */
export class Books {
  readonly #registers = new Map<string, Map<string, Mutation>>();

  open(account: string): void {
    this.#registers.set(account, new Map());
  }

  has(account: string): boolean {
    return this.#registers.has(account);
  }

  /** Money that comes in from outside. */
  fund(account: string, currency: string, value: bigint): void {
    this.post(account, currency, { ...noMutation, balance: value });
  }

  post(account: string, currency: string, mutation: Mutation): void {
    const currencies = this.#registers.get(account);
    if (!currencies) throw new Error(`no balance account ${account}`);
    currencies.set(currency, add(currencies.get(currency) ?? noMutation, mutation));
  }

  registers(account: string, currency: string): Mutation {
    return this.#registers.get(account)?.get(currency) ?? noMutation;
  }

  currencies(account: string): string[] {
    return [...(this.#registers.get(account)?.keys() ?? [])];
  }

  /** What a new transfer may take. Requests that are only received do not count against it. */
  available(account: string, currency: string): bigint {
    const { balance, reserved } = this.registers(account, currency);
    return balance + reserved;
  }
}
