import type { Clock } from "../../../src/clock.ts";
import { FakeProcessor } from "../support/fake-processor.ts";
import { countingIds } from "../support/ids.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { PublishedApi } from "../support/published-api.ts";
import type { KnownDeviation } from "../support/violation.ts";
import type { WebhookSender } from "../support/webhook-sender.ts";
import { AccessTokens } from "./access-tokens.ts";
import { BatchLife } from "./batch-life.ts";
import { Funds } from "./funds.ts";
import type { Batch, ItemStatus } from "./item.ts";
import { PayoutBatches } from "./payouts.ts";
import { errorBody, notFound, PayPalError } from "./paypal-error.ts";
import { PayPalWebhooks } from "./webhooks.ts";

export interface PayPalFakeOptions {
  /** By default time stands still until the test moves it. */
  readonly clock?: Clock;
  readonly port?: number;
  /** Fakes with the same seed give the same ids and tokens. */
  readonly seed?: string;
}

/** A running fake of PayPal's Payouts, and how a test steers it. */
export interface PayPalFake {
  /** The base URL, faults, gates, and what arrived. */
  readonly http: FakeProcessor;
  readonly webhooks: WebhookSender;
  /** The webhook's id and the address of its certificate. */
  readonly subscription: PayPalWebhooks;
  readonly tokens: AccessTokens;
  readonly funds: Funds;
  readonly batches: PayoutBatches;
  /** PayPal is done with a batch, without waiting for the clock. */
  settle(batchId: string): void;
  /** An item has another status, and the money goes where that says. */
  become(itemId: string, status: ItemStatus): void;
  /** The batch of a sender_batch_id, or undefined. */
  find(senderBatchId: string): Batch | undefined;
  close(): Promise<void>;
}

const deviations: readonly KnownDeviation[] = [
  {
    why: "the event is sent back whole to be verified, though the document marks its fields read-only",
    operation: "POST /v1/notifications/verify-webhook-signature",
    side: "request",
    pointer: /^\/webhook_event\//,
    rule: "readOnly",
  },
];

/**
 * Starts a fake of PayPal on loopback. What becomes of an item is in its receiver's name
 * (`scenarios.ts`), and when it does by the clock (`batch-life.ts`) or by `settle` and `become`. The
 * client is "client" with the secret "secret"; there is no money until `funds.fund`.
 */
export async function openPayPalFake(options: PayPalFakeOptions = {}): Promise<PayPalFake> {
  const clock = options.clock ?? new ManualClock();
  const ids = countingIds(options.seed ?? "paypal");
  const http = new FakeProcessor({
    apis: [PublishedApi.load("paypal-payouts"), PublishedApi.load("paypal-webhooks")],
    deviations,
    clock,
    ids,
    notFound: () => {
      throw notFound();
    },
    errorBody: (status) =>
      status === 429
        ? errorBody("RATE_LIMIT_REACHED", "Too many requests. Blocked due to rate limiting.", "d0")
        : errorBody("INTERNAL_ERROR", "An internal service error has occurred.", "d0"),
  });
  const tokens = new AccessTokens(clock, ids);
  tokens.clients.set("client", "secret");
  const subscription = new PayPalWebhooks(clock, ids, () => http.url);
  const funds = new Funds();
  const life = new BatchLife(clock, funds, subscription);

  http.use(async (request, next) => {
    try {
      if (request.path !== "/v1/oauth2/token") tokens.check(request);
      return await next();
    } catch (error) {
      if (error instanceof PayPalError) return error.reply(ids.next("", 13));
      throw error;
    }
  });
  const batches = new PayoutBatches(http, funds, life);
  http.route(
    "POST",
    "/v1/oauth2/token",
    (request) => tokens.grant(request),
    "PayPal publishes no document for its token endpoint",
  );
  http.route("POST", "/v1/notifications/verify-webhook-signature", (request) =>
    subscription.verify(request),
  );
  await http.listen(options.port);
  return {
    http,
    webhooks: subscription.sender,
    subscription,
    tokens,
    funds,
    batches,
    settle: (batchId) => life.settle(batches.get(batchId)),
    become: (itemId, status) => life.become(batches.item(itemId), status),
    find: (senderBatchId) => batches.all.find((batch) => batch.senderBatchId === senderBatchId),
    close: () => http.close(),
  };
}
