import type { Clock } from "../../../src/clock.ts";
import type { CapturedRequest } from "../support/captured-request.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { matches, type RequestMatch } from "../support/faults.ts";
import { countingIds } from "../support/ids.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import type { FakeReply } from "../support/reply.ts";
import type { WebhookSender } from "../support/webhook-sender.ts";
import { AccountLinks } from "./account-links.ts";
import { Accounts } from "./accounts.ts";
import { authenticate } from "./authenticate.ts";
import { balanceRoute } from "./balance.ts";
import { Books } from "./books.ts";
import { apiVersion, Events, type WebhookSecrets } from "./events.ts";
import { ExternalAccounts } from "./external-accounts.ts";
import { Idempotency } from "./idempotency.ts";
import { Payouts } from "./payouts.ts";
import { StripeError } from "./stripe-error.ts";
import { Transfers } from "./transfers.ts";
import type { World } from "./world.ts";

export interface StripeFakeOptions {
  /** By default time stands still until the test moves it. */
  readonly clock?: Clock;
  readonly port?: number;
  /** Secret keys that are taken. */
  readonly apiKeys?: readonly string[];
}

/** A running fake of Stripe, and how a test steers it. */
export interface StripeFake {
  /** The base URL, faults, gates, and what arrived. */
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  /** Read at every try: put a second secret in to roll one. */
  readonly webhookSecrets: WebhookSecrets;
  /** Take a key out to revoke it. */
  readonly apiKeys: Set<string>;
  readonly books: Books;
  readonly accounts: Accounts;
  readonly transfers: Transfers;
  readonly payouts: Payouts;
  /** Puts money into the platform's balance, in minor units. */
  fund(currency: string, amount: bigint): void;
  /** The next request that fits begins to execute and ends in 500, which is kept under its key. */
  breakInside(match: RequestMatch): void;
  close(): Promise<void>;
}

/**
 * Starts a fake of Stripe on loopback. Bank accounts come to what Stripe's own test numbers say
 * (`bank-accounts.ts`); payouts go on by the clock (`payout-life.ts`) or by `payouts.become`; accounts
 * are ready when they have told enough (`account-state.ts`) or by the commands of `accounts`.
 */
export async function openStripeFake(options: StripeFakeOptions = {}): Promise<StripeFake> {
  const clock = options.clock ?? new ManualClock();
  const ids = countingIds("stripe");
  const http = new FakeProcessor({
    apis: [PublishedApi.load("stripe")],
    clock,
    ids,
    notFound: ({ method, path }) => {
      const message = `Unrecognized request URL (${method}: ${path}).`;
      throw new StripeError({ status: 404, message, begun: false });
    },
    errorBody: (status) => ({
      error:
        status === 429
          ? { type: "invalid_request_error", code: "rate_limit", message: "Too many requests." }
          : { type: "api_error", message: "An unknown error occurred." },
    }),
  });
  const webhookSecrets: WebhookSecrets = {
    platform: ["whsec_platform"],
    connect: ["whsec_connect"],
  };
  const events = new Events(clock, ids, webhookSecrets);
  const world: World = { http, clock, ids, books: new Books(), events };
  const apiKeys = new Set(options.apiKeys ?? ["sk_test_fake"]);
  const broken: RequestMatch[] = [];
  addMiddlewares(world, apiKeys, broken);

  const accounts = new Accounts(world);
  new ExternalAccounts(world, accounts);
  new AccountLinks(world, accounts);
  const transfers = new Transfers(world, accounts);
  const payouts = new Payouts(world, accounts);
  transfers.arrived = (account, currency) => payouts.scheduleSweep(account, currency);
  balanceRoute(world, accounts);
  await http.listen(options.port);
  return {
    http,
    webhooks: events.webhooks,
    webhookSecrets,
    apiKeys,
    books: world.books,
    accounts,
    transfers,
    payouts,
    fund: (currency, amount) => {
      world.books.move("world", "platform", currency, amount);
    },
    breakInside: (match) => broken.push(match),
    close: () => http.close(),
  };
}

/** From the outside in: request ids, errors in Stripe's shape, the key, idempotency, breakage. */
function addMiddlewares(world: World, keys: ReadonlySet<string>, broken: RequestMatch[]): void {
  const idempotency = new Idempotency(world.clock);
  world.http.use(async (request, next) => {
    const requestId = world.ids.next("req_", 14);
    const own = { "request-id": requestId, "stripe-version": apiVersion };
    const key = request.headers["idempotency-key"];
    const echoed = key === undefined ? {} : { "idempotency-key": key };
    const reply = await answerErrors(async () => {
      if (request.path.startsWith("/v1/")) authenticate(request, keys);
      return idempotency.around(request, requestId, async () => {
        breakOnce(request, broken);
        return next();
      });
    });
    return { ...reply, headers: { ...own, ...echoed, ...reply.headers } };
  });
}

async function answerErrors(act: () => Promise<FakeReply>): Promise<FakeReply> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof StripeError) return error.reply();
    throw error;
  }
}

function breakOnce(request: CapturedRequest, broken: RequestMatch[]): void {
  const index = broken.findIndex((match) => matches(match, request));
  if (index < 0) return;
  broken.splice(index, 1);
  throw new StripeError({ status: 500, type: "api_error", message: "An unknown error occurred." });
}
