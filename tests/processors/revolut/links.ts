import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import type { IdSource } from "../support/ids.ts";
import { type Account, type Accounts, Hold } from "./accounts.ts";
import type { Counterparties } from "./counterparties.ts";
import { durationMs } from "./duration.ts";
import { isWorth } from "./exchange.ts";
import { fateOf } from "./magic-words.ts";
import type { Repeats } from "./payments.ts";
import { refuse } from "./refusal.ts";
import type { Change, Transactions } from "./transactions.ts";
import { amount, amountOf, bodyOf, iso, requestIdOf, textOf } from "./wire.ts";

const dayMs = 24 * 3_600_000;
const requestIdLifeMs = 14 * dayMs;
/** In pence. */
const smallest = 100n;
const largest = 250_000n;

export const linkStates = [
  "created",
  "failed",
  "awaiting",
  "active",
  "expired",
  "cancelled",
  "processing",
  "processed",
] as const;
export type LinkState = (typeof linkStates)[number];

export interface Link {
  readonly id: string;
  readonly requestId: string;
  readonly account: Account;
  readonly minor: bigint;
  readonly currency: string;
  readonly name: string;
  readonly reference: string;
  readonly methods: readonly unknown[];
  readonly save: boolean;
  readonly createdAt: number;
  readonly expiresAt: number;
  state: LinkState;
  updatedAt: number;
  hold: Hold | undefined;
  counterpartyId: string | undefined;
  transactionId: string | undefined;
}

export interface LinkChange {
  readonly link: Link;
  /** Undefined for one that is new. */
  readonly from: LinkState | undefined;
}

interface Parts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly accounts: Accounts;
  readonly counterparties: Counterparties;
  readonly transactions: Transactions;
  readonly changed: (change: LinkChange) => void;
  readonly repeats: Repeats;
}

/** Money that is put aside for whoever has the address, until it is claimed or time is up. */
export class Links {
  readonly #links: Link[] = [];
  readonly #parts: Parts;
  readonly #beginnings: LinkState[] = [];

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** What the next link begins as; by default active, or failed without the money for it. */
  next(state: LinkState): void {
    this.#beginnings.push(state);
  }

  create(request: CapturedRequest): Link {
    const body = bodyOf(request);
    const requestId = requestIdOf(body);
    const now = this.#parts.clock.now();
    const known = this.#links.findLast((each) => each.requestId === requestId);
    if (known && now - known.createdAt < requestIdLifeMs) {
      if (this.#parts.repeats === "answered") return known;
      throw refuse(400, "duplicateRequest", `Duplicate request: ${requestId}`);
    }
    const currency = textOf(body, "currency");
    const minor = amountOf(request, currency);
    checkAmount(minor, currency);
    const account = this.#parts.accounts.get(textOf(body, "account_id"));
    if (account.currency !== currency)
      throw refuse(400, "invalid", "The account's currency differs");
    const link: Link = {
      id: this.#parts.ids.uuid(),
      requestId,
      account,
      minor,
      currency,
      name: textOf(body, "counterparty_name"),
      reference: textOf(body, "reference"),
      methods: Array.isArray(body["payout_methods"])
        ? body["payout_methods"]
        : ["revolut", "bank_account"],
      save: body["save_counterparty"] === true,
      createdAt: now,
      expiresAt: now + periodOf(body["expiry_period"] ?? "P7D"),
      state: "active",
      updatedAt: now,
      hold: undefined,
      counterpartyId: undefined,
      transactionId: undefined,
    };
    this.#begin(link, this.#beginnings.shift() ?? fateOf(link.reference).link ?? "active");
    return link;
  }

  get(id: string): Link {
    const link = this.#links.find((each) => each.id === id);
    if (!link) throw refuse(404, "notFound", "Resource not found");
    return link;
  }

  newestFirst(): Link[] {
    return this.#links.toReversed();
  }

  /** As the API does it: not once somebody has claimed it. */
  cancel(link: Link): void {
    if (!["created", "awaiting", "active"].includes(link.state)) {
      throw refuse(400, "invalid", "The payout link cannot be cancelled");
    }
    this.move(link, "cancelled");
  }

  /** The recipient takes the money to an account: a counterparty and a payment come of it. */
  claim(link: Link, bank: Readonly<Record<string, string>>): void {
    if (link.state !== "active" || !link.hold) throw new Error(`the link is ${link.state}`);
    const { counterparties, transactions } = this.#parts;
    const [first_name, ...rest] = link.name.split(" ");
    const individual_name = { first_name, last_name: rest.join(" ") };
    const counterparty = counterparties.add({ individual_name, ...bank }, link.save);
    link.counterpartyId = counterparty.id;
    const { account, minor, currency, reference, hold } = link;
    const transaction = transactions.create({
      requestId: link.requestId,
      account,
      receiver: { counterparty, account: counterparty.accounts[0] },
      minor,
      currency,
      price: { exchanged: minor, fee: 0n, total: minor },
      reference,
      hold,
      state: "pending",
      reason: undefined,
    });
    // From here on the money follows the transaction.
    link.hold = undefined;
    link.transactionId = transaction.id;
    this.move(link, "processing");
  }

  /** To be called with every change of a transaction: a claimed link shares its end. */
  follow({ transaction }: Change): void {
    const link = this.#links.find(({ transactionId }) => transactionId === transaction.id);
    if (link?.state !== "processing") return;
    if (transaction.state === "completed") this.move(link, "processed");
    if (["declined", "failed", "reverted"].includes(transaction.state)) this.move(link, "failed");
  }

  move(link: Link, to: LinkState): void {
    const from = link.state;
    link.state = to;
    link.updatedAt = this.#parts.clock.now();
    this.#settle(link);
    this.#parts.changed({ link, from });
  }

  toJson(link: Link): Record<string, unknown> {
    const { id, state, createdAt, updatedAt, expiresAt, minor, currency } = link;
    return {
      id,
      state,
      created_at: iso(createdAt),
      updated_at: iso(updatedAt),
      counterparty_name: link.name,
      save_counterparty: link.save,
      request_id: link.requestId,
      expiry_date: iso(expiresAt),
      payout_methods: link.methods,
      account_id: link.account.id,
      amount: amount(minor, currency),
      currency,
      ...(state === "active" ? { url: `https://business.revolut.com/p/${id.slice(0, 11)}` } : {}),
      reference: link.reference,
      ...(link.counterpartyId === undefined ? {} : { counterparty_id: link.counterpartyId }),
      ...(link.transactionId === undefined ? {} : { transaction_id: link.transactionId }),
    };
  }

  #begin(link: Link, state: LinkState): void {
    link.state = state;
    if (state === "active" || state === "awaiting") {
      link.hold = Hold.on(link.account, link.minor);
      if (!link.hold) link.state = "failed";
    }
    this.#links.push(link);
    this.#parts.changed({ link, from: undefined });
    this.#parts.clock.after(link.expiresAt - link.createdAt, () => {
      if (["created", "awaiting", "active"].includes(link.state)) this.move(link, "expired");
    });
  }

  #settle(link: Link): void {
    if (link.state === "active") {
      link.hold ??= Hold.on(link.account, link.minor);
      if (!link.hold) link.state = "failed";
    }
    if (["expired", "cancelled", "failed"].includes(link.state)) {
      link.hold?.moveTo("available");
      link.hold = undefined;
    }
  }
}

function checkAmount(minor: bigint, currency: string): void {
  if (isWorth(minor, currency, smallest, largest)) return;
  throw refuse(400, "invalid", "Amount must be between 1 GBP and 2,500 GBP, or equal");
}

function periodOf(text: unknown): number {
  const ms = typeof text === "string" ? durationMs(text) : undefined;
  if (ms !== undefined && ms >= dayMs && ms <= 7 * dayMs) return ms;
  throw refuse(400, "badFormat", "Value is not in correct format for field 'expiry_period'");
}
