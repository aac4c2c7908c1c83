import { MAX_AGE_MS } from "../../../src/connectors/paypal/webhook-verification.ts";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { isBack } from "../../processors/paypal/item.ts";
import { openPayPalFake, type PayPalFake } from "../../processors/paypal/paypal-fake.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";
import { readPublishedDocument } from "../../processors/support/specs-folder.ts";
import type { ConnectorSubject, OpenProcessor, Order, StatusWords } from "../kit/subject.ts";
import { BATCH, CANCEL, PAYOUTS, TOKEN } from "./rig.ts";

const RECEIVER = "unclaimed.canary@example.com";
const SIGNATURE = "paypal-transmission-sig";

/** The fake of each processor that is open, for what only this folder knows of it. */
const fakes = new WeakMap<OpenProcessor, PayPalFake>();
let opened = 0;

export const subject: ConnectorSubject = {
  open,
  requests: {
    token: [{ method: "POST", path: TOKEN, acts: false }],
    // All that it asks for is a token.
    check: [],
    payout: [{ method: "POST", path: PAYOUTS, acts: true }],
    void: [
      { method: "GET", path: BATCH, acts: false },
      { method: "POST", path: CANCEL, acts: true },
    ],
  },
  amounts: {
    0: { currency: "JPY", min: 1n, max: 10n ** 17n },
    2: { currency: "USD", min: 1n, max: 10n ** 17n },
    3: "PayPal pays no currency of three decimals",
  },
  words: [
    words("item", "transaction_enum", {
      SUCCESS: "SUCCESS",
      FAILED: "FAILED",
      PENDING: "PENDING",
      UNCLAIMED: "REQUIRES_PAYOUT_METHOD_DATA",
      // At once, and nobody knows why.
      RETURNED: "REVERSED",
      ONHOLD: "PENDING",
      BLOCKED: "FAILED",
      REFUNDED: "REVERSED",
      REVERSED: "REVERSED",
    }),
    // Of a batch whose item is not there yet.
    words("batch", "batch_enum", {
      PENDING: "INITIATED",
      PROCESSING: "PENDING",
      SUCCESS: "PENDING",
      DENIED: "FAILED",
      CANCELED: "CANCELLED",
    }),
  ],
  refusals: [
    {
      name: "no money (422)",
      step: "payout",
      prepare: async (processor) => {
        const { funds } = fakeOf(processor);
        funds.send("USD", funds.balance("USD"));
        return order();
      },
    },
    {
      name: "an address that is none (400)",
      step: "payout",
      prepare: async () => ({ ...order(), method: { kind: "paypal", email: "nobody.special" } }),
    },
    {
      name: "a currency that the account does not hold (400)",
      step: "payout",
      prepare: async () => order({ minorAmount: 1_234n, currency: "SEK" }),
    },
  ],
  webhooks: {
    headers: [
      "paypal-auth-algo",
      "paypal-cert-url",
      "paypal-transmission-id",
      SIGNATURE,
      "paypal-transmission-time",
    ],
    signature: { header: SIGNATURE, encoding: "base64" },
    windowMs: MAX_AGE_MS,
    rotate: (processor) => {
      const { subscription } = fakeOf(processor);
      const { webhookId: before } = subscription;
      subscription.olderWebhookIds.push(before);
      subscription.webhookId = `NEW${before}`;
      const withId = (webhook_id: string) => ({ ...processor.settings, webhook_id });
      return {
        during: withId(`${before},${subscription.webhookId}`),
        after: withId(subscription.webhookId),
      };
    },
  },
};

async function open(): Promise<OpenProcessor> {
  opened += 1;
  const fake = await openPayPalFake({ clock: new ManualClock(), seed: `paypal-${opened}` });
  const { http, tokens, funds, batches, subscription } = fake;
  const client = { id: `client-canary-${opened}`, secret: `secret-canary-${opened}-5d41402abc` };
  tokens.clients.clear();
  tokens.clients.set(client.id, client.secret);
  for (const currency of ["USD", "JPY"]) funds.fund(currency, 10n ** 18n);
  // A batch is done with as soon as it is answered, so that its item, which nobody claims, can be cancelled.
  http.use(async (request, next) => {
    const reply = await next();
    if (request.method === "POST" && request.path === PAYOUTS) {
      for (const { id } of batches.all) fake.settle(id);
    }
    return reply;
  });
  const processor: OpenProcessor = {
    http,
    settings: {
      client_id: client.id,
      client_secret: client.secret,
      webhook_id: subscription.webhookId,
    },
    secrets: () => [
      RECEIVER,
      ...http.requests.flatMap(({ headers }) => headers["authorization"]?.split(" ")[1] ?? []),
    ],
    order: async (amount) => order(amount),
    settle: () => {
      for (const { id, status } of batches.all.flatMap(({ items }) => items)) {
        if (status === "UNCLAIMED") fake.become(id, "SUCCESS");
      }
    },
    giveBack: () => {
      for (const { id, status } of batches.all.flatMap(({ items }) => items)) {
        if (status === "SUCCESS") fake.become(id, "REFUNDED");
      }
    },
    books: () => ({
      items: batches.all
        .flatMap(({ items }) => items)
        .filter(({ status }) => !isBack(status))
        .map(({ amount: minorAmount, currency }) => ({ minorAmount, currency })),
    }),
    deliver: async (url) => {
      fake.webhooks.url = url;
      await fake.webhooks.deliverAll();
    },
    close: () => fake.close(),
  };
  fakes.set(processor, fake);
  return processor;
}

function fakeOf(processor: OpenProcessor): PayPalFake {
  const fake = fakes.get(processor);
  if (fake === undefined) throw new Error("a processor of another subject");
  return fake;
}

function order(amount: Order["amount"] = { minorAmount: 1_234n, currency: "USD" }): Order {
  return {
    amount,
    destinationCurrency: amount.currency,
    method: { kind: "paypal", email: RECEIVER },
    person: null,
    registered: { recipientId: null, accountId: null },
    metadata: {},
  };
}

type Json = Record<string, unknown>;

function words(
  of: "item" | "batch",
  schema: string,
  meaning: Readonly<Record<string, PayoutStatus>>,
): StatusWords {
  return {
    of,
    meaning,
    documented: () => {
      const document = readPublishedDocument("paypal-payouts") as
        | { components: { schemas: Record<string, { enum: readonly string[] }> } }
        | undefined;
      return document?.components.schemas[schema]?.enum;
    },
    show: ({ http }, word) => {
      const change = ({ batch_header, items }: { batch_header: Json; items: Json[] }) =>
        of === "item"
          ? { batch_header, items: [{ ...items[0], transaction_status: word }] }
          : { batch_header: { ...batch_header, batch_status: word }, items: [] };
      http.faults.next({ method: "GET", path: BATCH }, { kind: "drift", change }, 1_000);
    },
  };
}
