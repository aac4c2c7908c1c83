import type { CapturedRequest } from "../support/captured-request.ts";
import { type Account, payoutsEnabled } from "./account-state.ts";
import type { Accounts } from "./accounts.ts";
import type { BankAccount } from "./bank-accounts.ts";
import { checkGranularity } from "./currency-rules.ts";
import { listOf } from "./lists.ts";
import { Params } from "./params.ts";
import { PayoutLife, timetable } from "./payout-life.ts";
import { type Payout, type PayoutStatus, renderPayout } from "./payout-state.ts";
import { invalidParam, missing, StripeError } from "./stripe-error.ts";
import { type Cause, causeOf, nowSeconds, type World } from "./world.ts";

type Draft = Pick<Payout, "bank" | "amount" | "currency" | "method"> & Partial<Payout>;

/** When an account without a manual schedule is swept, in milliseconds after money arrived. */
const sweepAfterMs = 24 * 60 * 60_000;

/** Payouts from a connected account's balance to its bank. */
export class Payouts {
  readonly all: Payout[] = [];
  readonly #world: World;
  readonly #accounts: Accounts;
  readonly #life: PayoutLife;

  constructor(world: World, accounts: Accounts) {
    this.#world = world;
    this.#accounts = accounts;
    this.#life = new PayoutLife(world, accounts);
    const shown = (payout: Payout) => ({ status: 200, body: renderPayout(payout) });
    const one = "/v1/payouts/{payout}";
    world.http
      .route("POST", "/v1/payouts", (request) => shown(this.#create(request)))
      .route("GET", "/v1/payouts", (request) => ({ status: 200, body: this.#list(request) }))
      .route("GET", one, (request) => shown(this.#ofPath(request)))
      .route("POST", one, (request) => {
        const payout = this.#ofPath(request);
        const given = new Params(request.body, ["metadata"]).metadata();
        payout.metadata = { ...payout.metadata, ...given };
        const more = { account: payout.account };
        world.events.publish("payout.updated", renderPayout(payout), more);
        return shown(payout);
      })
      .route("POST", `${one}/cancel`, (request) => shown(this.#cancel(request)))
      .route("POST", `${one}/reverse`, (request) => shown(this.#reverse(request)));
  }

  /** For tests; throws where there is no such payout. */
  get(id: string): Payout {
    const payout = this.all.find((each) => each.id === id);
    if (!payout) throw missing("payout", id);
    return payout;
  }

  /** A test's command: what happens next, instead of waiting for the clock. */
  become(id: string, status: PayoutStatus, failureCode?: string): void {
    this.#life.become(this.get(id), status, failureCode);
  }

  /** Stripe's own doing unless the account's schedule is manual: all that is there is paid out. */
  scheduleSweep(account: Account, currency: string): void {
    if (account.payoutInterval === "manual") return;
    this.#world.clock.after(sweepAfterMs, () => {
      const bank = account.banks.find((each) => each.isDefault && each.currency === currency);
      const amount = this.#world.books.balance(account.id, currency);
      if (!bank || amount === 0n || !payoutsEnabled(account)) return;
      this.#world.books.move(account.id, bank.id, currency, amount);
      this.#add(account, { bank, amount, currency, method: "standard", automatic: true });
    });
  }

  #create(request: CapturedRequest): Payout {
    const params = new Params(request.body, [
      "amount",
      "currency",
      "destination",
      "method",
      "metadata",
      "description",
      "statement_descriptor",
      "source_type",
    ]);
    const amount = params.amount("amount");
    const currency = params.currency("currency");
    checkGranularity(amount, currency, true);
    const method = params.text("method") ?? "standard";
    if (method !== "standard" && method !== "instant") {
      throw invalidParam("parameter_invalid_string_empty", "method", "Invalid method");
    }
    const account = this.#accounts.ofHeader(request);
    const bank = account && findBank(account, currency, params.text("destination"));
    if (!account || !bank) {
      const message = `Sorry, you don't have any external accounts in that currency (${currency}).`;
      throw new StripeError({ status: 400, param: "destination", message });
    }
    checkAllowed(account, bank, method);
    if (!this.#world.books.move(account.id, bank.id, currency, amount)) {
      const message = "You have insufficient funds in your Stripe account for this payout.";
      throw new StripeError({ status: 400, code: "balance_insufficient", message });
    }
    const draft = {
      bank,
      amount,
      currency,
      method,
      metadata: params.metadata(),
      description: params.text("description") ?? null,
      statementDescriptor: params.text("statement_descriptor") ?? null,
    } as const;
    return this.#add(account, draft, causeOf(request));
  }

  #cancel(request: CapturedRequest): Payout {
    const payout = this.#ofPath(request);
    new Params(request.body, []);
    if (payout.status !== "pending" || payout.automatic) {
      const message = `Payout ${payout.id} cannot be canceled: only pending, manual payouts can be.`;
      throw new StripeError({ status: 400, message });
    }
    this.#life.become(payout, "canceled");
    return payout;
  }

  /** A new payout of the negative amount, which takes the money from the bank account. */
  #reverse(request: CapturedRequest): Payout {
    const payout = this.#ofPath(request);
    const metadata = new Params(request.body, ["metadata"]).metadata();
    const { bank, amount, currency, method } = payout;
    const able = payout.status === "paid" && payout.reversedBy === null && amount > 0n;
    if (!able || bank.country !== "US") {
      const message = `Payout ${payout.id} cannot be reversed.`;
      throw new StripeError({ status: 400, message });
    }
    this.#world.books.move(bank.id, payout.account, currency, amount);
    const account = this.#accounts.get(payout.account);
    const draft = { bank, currency, method, metadata, amount: -amount, originalPayout: payout.id };
    const reversing = this.#add(account, draft, causeOf(request));
    payout.reversedBy = reversing.id;
    const more = { account: payout.account };
    this.#world.events.publish("payout.updated", renderPayout(payout), more);
    return reversing;
  }

  #add(account: Account, draft: Draft, cause?: Cause): Payout {
    const created = nowSeconds(this.#world.clock);
    const payout: Payout = {
      automatic: false,
      description: null,
      statementDescriptor: null,
      originalPayout: null,
      reversedBy: null,
      failureCode: null,
      metadata: {},
      ...draft,
      id: this.#world.ids.next("po_"),
      account: account.id,
      status: "pending",
      created,
      arrivalDate: created + timetable[draft.method].arrival / 1000,
    };
    this.all.push(payout);
    const more = { account: account.id, ...(cause ? { cause } : {}) };
    this.#world.events.publish("payout.created", renderPayout(payout), more);
    this.#life.begin(payout);
    return payout;
  }

  #list(request: CapturedRequest): Record<string, unknown> {
    const { query } = request;
    const account = this.#accounts.ofHeader(request)?.id;
    const status = query.get("status");
    const destination = query.get("destination");
    const found = this.all.filter(
      (each) =>
        each.account === account &&
        (status ?? each.status) === each.status &&
        (destination ?? each.bank.id) === each.bank.id,
    );
    return listOf("/v1/payouts", found, query, renderPayout);
  }

  /** A payout is seen only by its own account. */
  #ofPath(request: CapturedRequest): Payout {
    const id = request.params["payout"] ?? "";
    const account = this.#accounts.ofHeader(request)?.id;
    const payout = this.all.find((each) => each.id === id && each.account === account);
    if (!payout) throw missing("payout", id);
    return payout;
  }
}

function findBank(
  account: Account,
  currency: string,
  id: string | undefined,
): BankAccount | undefined {
  if (id === undefined) {
    return account.banks.find((each) => each.isDefault && each.currency === currency);
  }
  const bank = account.banks.find((each) => each.id === id);
  if (!bank) throw missing("external account", id, 400);
  return bank.currency === currency ? bank : undefined;
}

function checkAllowed(account: Account, bank: BankAccount, method: Payout["method"]): void {
  if (!payoutsEnabled(account)) {
    const message = "Payouts have been disabled on the account.";
    throw new StripeError({ status: 400, code: "payouts_not_allowed", message });
  }
  if (bank.status !== "new") {
    const message = "The bank account provided cannot be used for payouts.";
    throw new StripeError({ status: 400, code: "bank_account_unusable", message });
  }
  if (method === "instant" && !bank.instant) {
    const message = "The external account is not eligible for instant payouts.";
    throw new StripeError({ status: 400, code: "instant_payouts_unsupported", message });
  }
}
