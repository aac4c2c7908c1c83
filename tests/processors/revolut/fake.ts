import { generateKeyPairSync } from "node:crypto";
import type { Clock } from "../../../src/clock.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { countingIds } from "../support/ids.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import { WebhookSender } from "../support/webhook-sender.ts";
import { Accounts } from "./accounts.ts";
import { Counterparties } from "./counterparties.ts";
import { deviations } from "./deviations.ts";
import { type Event, ofLink, ofTransaction } from "./events.ts";
import { Hooks } from "./hooks.ts";
import { type LinkChange, type LinkState, Links } from "./links.ts";
import { Payments, type Repeats } from "./payments.ts";
import { Refusal } from "./refusal.ts";
import { addRoutes } from "./routes.ts";
import { type Scope, scopes, Tokens } from "./tokens.ts";
import { type Change, type State, Transactions } from "./transactions.ts";
import { Walk } from "./walk.ts";

export interface RevolutFakeOptions {
  readonly clock?: Clock;
  /** Fakes of different seeds give different ids and tokens. */
  readonly seed?: string;
  readonly clientId?: string;
  /** The `iss` of assertions: the host of the redirect address. */
  readonly issuer?: string;
  /** PEM of the key that assertions are verified with; by default `clientPrivateKey`'s other half. */
  readonly clientPublicKey?: string;
  /** What the person who consented allowed; without PAY every payment is forbidden. */
  readonly scopes?: readonly Scope[];
  /** Opening balances in minor units; by default ten thousand units of GBP, EUR and USD each. */
  readonly balances?: Readonly<Record<string, bigint>>;
  /** How a repeated request id is answered within two weeks; the pages differ. */
  readonly repeats?: Repeats;
  /** Milliseconds between steps of a payment; by default it stays where commands put it. */
  readonly stepMs?: number;
}

/**
 * A fake of Revolut's Business API: tokens for client assertions, counterparties, indicative quotes,
 * payments, payout links, webhooks. Its addresses begin with `/api/1.0`, those of webhooks with `/api/2.0`.
 *
 * A test steers it by commands: `next`, `complete`, `decline`, `fail`, `revert`, `move`; for links
 * `nextLink`, `approveLink`, `claimLink`, `failLink`; for tokens `tokens.expire`, `tokens.revoke`. By
 * hand (or with `stepMs`) payments complete by themselves, and a word in `reference` tells otherwise:
 *
 *     magic-declined-at-once  the answer itself tells `declined`
 *     magic-decline           pending, then declined
 *     magic-fail              pending, then failed (account_closed)
 *     magic-revert            completed, then reverted
 *     magic-created           begins as created
 *     magic-new-word          stops at a state that no page knows
 *     magic-stuck             stays pending
 *     magic-claim             a link that somebody claims
 *     magic-awaiting          a link that waits for approval
 *     magic-link-fails        a link that could not be made
 */
export class RevolutFake {
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  readonly clock: Clock;
  readonly clientId: string;
  readonly issuer: string;
  /** PEM, for signing assertions in tests; of no use where a public key was given. */
  readonly clientPrivateKey: string;
  /** What a connector is configured with. */
  readonly refreshToken: string;
  readonly tokens: Tokens;
  readonly accounts: Accounts;
  readonly counterparties: Counterparties;
  readonly transactions: Transactions;
  readonly payments: Payments;
  readonly links: Links;
  readonly hooks: Hooks;
  readonly #walk: Walk | undefined;

  constructor(options: RevolutFakeOptions = {}) {
    const clock = options.clock ?? new ManualClock();
    const ids = countingIds(options.seed ?? "revolut");
    const keys = sharedClientKeys();
    const apis = ["/api/1.0", "/api/2.0"].map((at) => PublishedApi.load("revolut-business", at));
    this.clock = clock;
    this.clientId = options.clientId ?? "revolut-test-client";
    this.issuer = options.issuer ?? "payouts.example.test";
    this.clientPrivateKey = keys.privatePem;
    this.http = new FakeProcessor({ apis, deviations, clock, ids, errorBody });
    this.tokens = new Tokens({
      clock,
      ids,
      client: {
        id: this.clientId,
        issuer: this.issuer,
        publicKey: options.clientPublicKey ?? keys.publicPem,
      },
      scopes: options.scopes ?? scopes,
    });
    this.refreshToken = this.tokens.grant();
    const opening = options.balances ?? { GBP: 1_000_000n, EUR: 1_000_000n, USD: 1_000_000n };
    this.accounts = new Accounts(opening, ids, clock.now());
    this.counterparties = new Counterparties(clock, ids);
    this.transactions = new Transactions(clock, ids, (change) => this.#afterTransaction(change));
    const { accounts, counterparties, transactions } = this;
    const repeats = options.repeats ?? "answered";
    this.payments = new Payments({ clock, accounts, counterparties, transactions, repeats });
    const changed = (change: LinkChange) => this.#afterLink(change);
    this.links = new Links({
      clock,
      ids,
      accounts,
      counterparties,
      transactions,
      changed,
      repeats,
    });
    this.hooks = new Hooks(clock, ids, (url) => {
      this.webhooks.url ??= url;
    });
    this.webhooks = new WebhookSender({
      clock,
      sign: ({ raw, note }) => this.hooks.headers(note?.["hook"] ?? this.hooks.standInId, raw),
      maxAttempts: 4,
    });
    this.#walk = options.stepMs === undefined ? undefined : this.#newWalk(options.stepMs);
    this.#guard();
    addRoutes(this);
  }

  async listen(port = 0): Promise<this> {
    await this.http.listen(port);
    return this;
  }

  close(): Promise<void> {
    return this.http.close();
  }

  get url(): string {
    return this.http.url;
  }

  /** The state in which the next payment begins, and so what `POST /pay` answers. */
  next(state: State, reason?: string): void {
    this.payments.next({ state, reason });
  }

  /** Sets any state, also one that no page knows. */
  move(id: string, state: State, reason?: string): void {
    this.transactions.move(this.transactions.get(id), state, reason);
  }

  complete(id: string): void {
    this.move(id, "completed");
  }

  decline(id: string, reason = "wrong_receiver_details"): void {
    this.move(id, "declined", reason);
  }

  fail(id: string, reason = "account_closed"): void {
    this.move(id, "failed", reason);
  }

  /** Also after it was completed: the money comes back. */
  revert(id: string): void {
    this.move(id, "reverted");
  }

  /** The state in which the next link begins. */
  nextLink(state: LinkState): void {
    this.links.next(state);
  }

  /** Somebody of the business approves a link that was `created` or `awaiting`. */
  approveLink(id: string): void {
    this.links.move(this.links.get(id), "active");
  }

  /** The recipient claims an active link to a bank account; its payment is then pending. */
  claimLink(id: string, bank: Readonly<Record<string, string>> = claimingBank(this, id)): void {
    this.links.claim(this.links.get(id), bank);
  }

  failLink(id: string): void {
    this.links.move(this.links.get(id), "failed");
  }

  #guard(): void {
    this.http.use(async (_request, next) => {
      try {
        return await next();
      } catch (error) {
        if (error instanceof Refusal) return { status: error.status, body: error.body };
        throw error;
      }
    });
  }

  #newWalk(stepMs: number): Walk {
    return new Walk({
      clock: this.clock,
      stepMs,
      move: (transaction, { state, reason }) => this.transactions.move(transaction, state, reason),
      claim: (id) => this.claimLink(id),
    });
  }

  #afterTransaction(change: Change): void {
    this.#announce(ofTransaction(this.transactions, change, this.clock.now()));
    this.links.follow(change);
    this.#walk?.afterTransaction(change);
  }

  #afterLink(change: LinkChange): void {
    this.#announce(ofLink(this.links, change, this.clock.now()));
    this.#walk?.afterLink(change);
  }

  #announce(event: Event): void {
    for (const hook of this.hooks.listenersOf(event.event)) {
      const id = this.http.ids.uuid();
      this.webhooks.enqueue({ id, type: event.event, body: event, note: { hook } });
    }
  }
}

export async function openRevolutFake(
  options: RevolutFakeOptions & { readonly port?: number } = {},
): Promise<RevolutFake> {
  return new RevolutFake(options).listen(options.port);
}

let clientKeys: { privatePem: string; publicPem: string } | undefined;

/** Made once a process: never written down, and too slow to make for every fake. */
function sharedClientKeys() {
  if (!clientKeys) {
    const pair = generateKeyPairSync("rsa", { modulusLength: 2048 });
    clientKeys = {
      privatePem: pair.privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      publicPem: pair.publicKey.export({ type: "spki", format: "pem" }).toString(),
    };
  }
  return clientKeys;
}

function claimingBank(fake: RevolutFake, linkId: string): Record<string, string> {
  const { currency } = fake.links.get(linkId);
  if (currency === "GBP") {
    return { currency, bank_country: "GB", sort_code: "540105", account_no: "12345678" };
  }
  return { currency, bank_country: "DE", iban: "DE89370400440532013000" };
}

function errorBody(status: number) {
  if (status === 429) return { code: 3162, message: "Rate limit exceeded" };
  return { code: 2000, message: "Something went wrong" };
}
