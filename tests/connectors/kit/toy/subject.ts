import type { Money } from "../../../../src/domain/money.ts";
import type { PayoutMethod } from "../../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../../src/domain/person.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../subject.ts";
import { ToyProcessor } from "./processor.ts";

const METHOD: PayoutMethod = {
  kind: "sepa",
  iban: "DE89370400440532013000",
  holderName: "Ada Lovelace",
};
const PERSON: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: "Ada", familyName: "Lovelace" },
};

let opened = 0;

class OpenToy implements OpenProcessor {
  readonly toy: ToyProcessor;
  readonly settings: Readonly<Record<string, string>>;

  constructor(toy: ToyProcessor) {
    this.toy = toy;
    this.settings = { token: toy.token, webhook_secret: toy.webhookSecret };
  }

  static async open(): Promise<OpenToy> {
    opened += 1;
    const toy = new ToyProcessor(opened);
    await toy.http.listen();
    return new OpenToy(toy);
  }

  get http() {
    return this.toy.http;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "EUR" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    const registered = { recipientId: null, accountId: null };
    return {
      amount,
      destinationCurrency,
      method: METHOD,
      person: PERSON,
      registered,
      metadata: {},
    };
  }

  settle(): void {
    for (const each of this.toy.transfers) {
      if (each.status === "sent") this.toy.become(each, "paid");
    }
  }

  books() {
    const standing = this.toy.transfers.filter(({ status }) => status !== "cancelled");
    return {
      transfers: standing.filter(({ isFunded }) => isFunded).map(({ money }) => money),
    };
  }

  async deliver(url: string): Promise<void> {
    this.toy.webhooks.url = url;
    await this.toy.webhooks.deliverAll();
  }

  bankAccount = async () => ({ method: METHOD, person: PERSON, connectorRecipientId: null });

  close(): Promise<void> {
    return this.toy.http.close();
  }
}

const post = (path: string) => ({ method: "POST", path, acts: true }) as const;

export const toySubject: ConnectorSubject = {
  open: () => OpenToy.open(),
  requests: {
    transfer: [post("/transfers")],
    fund: [post("/transfers/{id}/fund")],
    cancel: [post("/transfers/{id}/cancel")],
    void: [post("/transfers/{id}/cancel")],
    registerAccount: [post("/accounts")],
  },
  amounts: {
    0: { currency: "JPY", min: 1n, max: 10n ** 17n },
    2: { currency: "EUR", min: 1n, max: 10n ** 17n },
    3: { currency: "KWD", min: 1n, max: 10n ** 17n },
  },
  words: [
    {
      of: "transfer",
      meaning: {
        // Funded, and not told yet.
        made: "PENDING",
        sent: "PENDING",
        paid: "SUCCESS",
        returned: "REVERSED",
        cancelled: "CANCELLED",
      },
      documented: () => ["made", "sent", "paid", "returned", "cancelled"],
      show({ toy }: OpenToy, word) {
        for (const each of toy.transfers) each.status = word;
      },
    },
  ],
  refusals: [
    {
      name: "no funds, by 200 with REJECTED",
      step: "fund",
      async prepare(processor: OpenToy) {
        processor.toy.hasFunds = false;
        return processor.order();
      },
    },
  ],
  links: {
    requests: {
      link: [post("/links")],
      void: [post("/transfers/{id}/cancel")],
    },
    order: async () => ({ amount: { minorAmount: 10_029n, currency: "EUR" }, person: PERSON }),
    claim({ toy }: OpenToy) {
      for (const each of toy.transfers) {
        if (each.status === "open") toy.claim(each);
      }
    },
  },
  webhooks: {
    headers: ["x-toy-time", "x-toy-signature"],
    signature: { header: "x-toy-signature", encoding: "hex" },
    windowMs: 60_000,
    rotate({ toy, settings }: OpenToy) {
      const old = toy.webhookSecret;
      toy.webhookSecret = `${old}-next`;
      return {
        during: { ...settings, webhook_secret: `${old},${toy.webhookSecret}` },
        after: { ...settings, webhook_secret: toy.webhookSecret },
      };
    },
  },
};
