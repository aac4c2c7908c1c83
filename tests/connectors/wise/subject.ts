import type { Money } from "../../../src/domain/money.ts";
import { openWiseFake, type WiseFake } from "../../processors/wise/fake.ts";
import {
  newSigningKey,
  type SigningKey,
  sharedSigningKey,
} from "../../processors/wise/signature.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";
import { ada, sepa } from "./rig.ts";

const FUND = "/v3/profiles/{profileId}/transfers/{transferId}/payments";
const READ = { method: "GET", path: "/v1/transfers/{transferId}", acts: false } as const;

let opened = 0;

/** A merchant with a balance in every currency that is asked for. */
class WiseProcessor implements OpenProcessor {
  readonly fake: WiseFake;
  readonly settings: Readonly<Record<string, string>>;
  /** What webhooks are signed with from now on. */
  signingKey: SigningKey;

  constructor(fake: WiseFake, signingKey: SigningKey) {
    this.fake = fake;
    this.signingKey = signingKey;
    this.settings = {
      api_token: fake.token,
      profile_id: String(fake.profile),
      webhook_public_key: signingKey.publicPem,
    };
  }

  static async open(): Promise<WiseProcessor> {
    opened += 1;
    const key = sharedSigningKey();
    let self: WiseProcessor | undefined;
    const fake = await openWiseFake({
      token: `wise-token-of-merchant-${opened}`,
      profile: 30_000_000 + opened,
      balances: { GBP: 10n ** 12n, JPY: 10n ** 12n },
      signingKey: { publicPem: key.publicPem, sign: (raw) => (self?.signingKey ?? key).sign(raw) },
    });
    self = new WiseProcessor(fake, key);
    return self;
  }

  get http() {
    return this.fake.http;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "GBP" },
    destinationCurrency = "EUR",
  ): Promise<Order> {
    const registered = { recipientId: null, accountId: null };
    return { amount, destinationCurrency, method: sepa, person: ada, registered, metadata: {} };
  }

  settle(): void {
    for (const { id, status } of this.fake.transfers.all()) {
      if (status === "processing") this.fake.settle(id);
    }
  }

  giveBack(): void {
    for (const { id, status } of this.fake.transfers.all()) {
      if (status !== "outgoing_payment_sent") continue;
      this.fake.fail(id);
      this.fake.refund(id);
    }
  }

  books() {
    const funded = this.fake.transfers
      .all()
      .flatMap(({ quote, money, payments }) =>
        money === "held" || money === "sent" ? payments.map(() => quote) : [],
      );
    const transfers = funded.map(({ sourceMinor: minorAmount, source: currency }) => ({
      minorAmount,
      currency,
    }));
    return { transfers };
  }

  async deliver(url: string): Promise<void> {
    this.fake.webhooks.url = url;
    await this.fake.webhooks.deliverAll();
  }

  bankAccount = async () => ({ method: sepa, person: ada, connectorRecipientId: null });

  close(): Promise<void> {
    return this.fake.close();
  }
}

export const subject: ConnectorSubject = {
  open: () => WiseProcessor.open(),
  requests: {
    quote: [{ method: "POST", path: "/v3/profiles/{profileId}/quotes", acts: true }],
    account: [{ method: "POST", path: "/v1/accounts", acts: true }],
    transfer: [{ method: "POST", path: "/v1/transfers", acts: true }],
    fund: [READ, { method: "POST", path: FUND, acts: true }],
    cancel: [READ, { method: "PUT", path: "/v1/transfers/{transferId}/cancel", acts: true }],
    void: [READ, { method: "PUT", path: "/v1/transfers/{transferId}/cancel", acts: true }],
    registerAccount: [{ method: "POST", path: "/v1/accounts", acts: true }],
  },
  amounts: {
    0: { currency: "JPY", destinationCurrency: "EUR", min: 1_000n, max: 1_000_000n },
    2: { currency: "GBP", destinationCurrency: "EUR", min: 1_000n, max: 100_000_000n },
    3: "No balance is kept in a currency of three decimals.",
  },
  words: [
    {
      // The published document has the word as free text, so nothing lists them but the guide.
      of: "transfer",
      meaning: {
        incoming_payment_waiting: "INITIATED",
        incoming_payment_initiated: "INITIATED",
        processing: "PENDING",
        funds_converted: "PENDING",
        outgoing_payment_sent: "SUCCESS",
        bounced_back: "PENDING",
        cancelled: "PENDING",
        funds_refunded: "REVERSED",
        charged_back: "REVERSED",
        waiting_recipient_input_to_proceed: "REQUIRES_PAYOUT_METHOD_DATA",
        unknown: "PENDING",
      },
      show({ fake }: WiseProcessor, word) {
        for (const { id } of fake.transfers.all()) fake.move(id, word);
      },
    },
  ],
  refusals: [
    {
      name: "no funds, by 200 with REJECTED",
      step: "fund",
      async prepare(processor: WiseProcessor) {
        processor.fake.next("REJECTED");
        return processor.order();
      },
    },
    {
      name: "a quote that nothing can be paid on",
      step: "quote",
      async prepare(processor: WiseProcessor) {
        processor.fake.quotes.blockNext("transfer.recipient-blocked", "Nothing can be paid.");
        return processor.order();
      },
    },
  ],
  webhooks: {
    headers: ["x-signature-sha256"],
    signature: { header: "x-signature-sha256", encoding: "base64" },
    windowMs: null,
    rotate(processor: WiseProcessor) {
      const { settings } = processor;
      const old = processor.signingKey.publicPem;
      processor.signingKey = newSigningKey();
      const fresh = processor.signingKey.publicPem;
      return {
        during: { ...settings, webhook_public_key: `${old}\n${fresh}` },
        after: { ...settings, webhook_public_key: fresh },
      };
    },
  },
};
