import type { Money } from "../../../src/domain/money.ts";
import { openRevolutFake, type RevolutFake } from "../../processors/revolut/fake.ts";
import type { Repeats } from "../../processors/revolut/payments.ts";
import { readPublishedDocument } from "../../processors/support/specs-folder.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";
import { ada, sepa, settingsOf } from "./rig.ts";

const NAME = { method: "POST", path: "/api/1.0/account-name-validation", acts: false } as const;
const COUNTERPARTY = { method: "POST", path: "/api/1.0/counterparty", acts: true } as const;

let opened = 0;

/** A business with money in every currency that is asked for. */
export class RevolutProcessor implements OpenProcessor {
  readonly fake: RevolutFake;
  readonly settings: Readonly<Record<string, string>>;

  constructor(fake: RevolutFake) {
    this.fake = fake;
    this.settings = settingsOf(fake);
  }

  static async open(repeats: Repeats): Promise<RevolutProcessor> {
    opened += 1;
    const fake = await openRevolutFake({
      seed: `revolut ${opened}`,
      clientId: `client-of-merchant-${opened}`,
      repeats,
      balances: { EUR: 10n ** 18n, JPY: 10n ** 18n, KWD: 10n ** 18n, USD: 100n },
    });
    return new RevolutProcessor(fake);
  }

  get http() {
    return this.fake.http;
  }

  secrets = () => this.fake.tokens.issued;

  /** In euros to somebody whom Revolut does not know; else to whom the merchant has added there. */
  async order(amount: Money = { minorAmount: 1_029n, currency: "EUR" }): Promise<Order> {
    const { currency } = amount;
    const accountId = currency === "EUR" ? null : this.#addIn(currency);
    return {
      amount,
      destinationCurrency: currency,
      method: sepa,
      person: ada,
      registered: { recipientId: null, accountId },
      metadata: {},
    };
  }

  settle(): void {
    for (const { id, state } of this.fake.transactions.newestFirst()) {
      if (state === "pending") this.fake.complete(id);
    }
  }

  giveBack(): void {
    for (const { id, state } of this.fake.transactions.newestFirst()) {
      if (state === "completed") this.fake.revert(id);
    }
  }

  books() {
    const standing = this.fake.transactions
      .newestFirst()
      .filter(({ state }) => !["declined", "failed", "reverted"].includes(state));
    return {
      payments: standing.map(({ minor: minorAmount, currency }) => ({ minorAmount, currency })),
    };
  }

  async deliver(url: string): Promise<void> {
    this.fake.webhooks.url = url;
    await this.fake.webhooks.deliverAll();
  }

  bankAccount = async () => ({ method: sepa, person: ada, connectorRecipientId: null });

  close(): Promise<void> {
    return this.fake.close();
  }

  #addIn(currency: string): string {
    const added = this.fake.counterparties.add({
      company_name: "Somebody",
      bank_country: "FR",
      currency,
      iban: "FR1420041010050500013M02606",
    });
    return `${added.id}/${added.accounts[0]?.id}`;
  }
}

export const subject: ConnectorSubject = {
  // As the published document has it.
  open: () => RevolutProcessor.open("refused"),
  requests: {
    name_check: [NAME],
    counterparty: [COUNTERPARTY],
    indicative_quote: [{ method: "POST", path: "/api/1.0/pay/indicative-quote", acts: false }],
    quote: [
      NAME,
      COUNTERPARTY,
      { method: "POST", path: "/api/1.0/pay/indicative-quote", acts: false },
    ],
    pay: [{ method: "POST", path: "/api/1.0/pay", acts: true }],
    void: [{ method: "GET", path: "/api/1.0/transaction/{id}", acts: false }],
    registerAccount: [COUNTERPARTY],
    token: [{ method: "POST", path: "/api/1.0/auth/token", acts: false }],
  },
  amounts: {
    0: { currency: "JPY", min: 1n, max: 10n ** 15n - 1n },
    2: { currency: "EUR", min: 1n, max: 10n ** 15n - 1n },
    3: { currency: "KWD", min: 1n, max: 10n ** 15n - 1n },
  },
  words: [
    {
      of: "transaction",
      meaning: {
        created: "INITIATED",
        pending: "PENDING",
        completed: "SUCCESS",
        declined: "FAILED",
        failed: "FAILED",
        reverted: "REVERSED",
      },
      documented() {
        const document = readPublishedDocument("revolut-business") as PublishedWords | undefined;
        return document?.components.schemas.TransactionState.enum;
      },
      show({ http }, word) {
        const change = (body: object) => ({ ...body, state: word });
        const match = { method: "GET", path: "/api/1.0/transaction/{id}" };
        http.faults.next(match, { kind: "drift", change }, 100);
      },
    },
  ],
  refusals: [
    {
      name: "a payment that is declined by 200",
      step: "pay",
      async prepare(processor: RevolutProcessor) {
        processor.fake.next("declined", "blocked_beneficiary");
        return processor.order();
      },
    },
    {
      name: "no funds, by 200",
      step: "pay",
      prepare: (processor) => processor.order({ minorAmount: 101n, currency: "USD" }),
    },
    {
      name: "a receiver that is not there",
      step: "indicative_quote",
      async prepare(processor: RevolutProcessor) {
        const accountId = "00000000-0000-4000-8000-000000000000";
        return { ...(await processor.order()), registered: { recipientId: null, accountId } };
      },
    },
    {
      name: "a counterparty that cannot be added",
      step: "counterparty",
      async prepare(processor: RevolutProcessor) {
        const order = await processor.order();
        return { ...order, method: { ...sepa, iban: "FR00" } as Order["method"] };
      },
    },
  ],
  links: {
    requests: {
      payout_link: [{ method: "POST", path: "/api/1.0/payout-links", acts: true }],
      void: [
        { method: "GET", path: "/api/1.0/payout-links/{payout_link_id}", acts: false },
        {
          method: "POST",
          path: "/api/1.0/payout-links/{payout_link_id}/cancel",
          acts: true,
          bodiless: true,
        },
      ],
    },
    order: async () => ({ amount: { minorAmount: 10_029n, currency: "EUR" }, person: ada }),
    claim({ fake }: RevolutProcessor) {
      for (const { id, state } of fake.links.newestFirst()) {
        if (state === "active") fake.claimLink(id);
      }
    },
  },
  webhooks: {
    headers: ["revolut-signature", "revolut-request-timestamp"],
    signature: { header: "revolut-signature", encoding: "hex" },
    windowMs: 300_000,
    rotate({ fake, settings }: RevolutProcessor) {
      const { webhook_secret: old } = settings;
      fake.hooks.rotate(fake.hooks.standInId, "PT0S");
      const fresh = fake.hooks.secretOf();
      return {
        during: { ...settings, webhook_secret: `${old},${fresh}` },
        after: { ...settings, webhook_secret: fresh },
      };
    },
  },
};

interface PublishedWords {
  readonly components: {
    readonly schemas: { readonly TransactionState: { readonly enum: readonly string[] } };
  };
}
