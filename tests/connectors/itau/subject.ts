import type { Money } from "../../../src/domain/money.ts";
import { ItauFake } from "../../processors/itau/fake.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";

let opened = 0;

/** One merchant's account at a fake of its own. */
class ItauProcessor implements OpenProcessor {
  readonly fake: ItauFake;
  readonly settings: Readonly<Record<string, string>>;

  constructor(fake: ItauFake) {
    this.fake = fake;
    this.settings = { api_key: fake.apiKey };
  }

  static async open(): Promise<ItauProcessor> {
    opened += 1;
    const fake = new ItauFake(`api-key-of-merchant-${opened}`);
    await fake.http.listen();
    return new ItauProcessor(fake);
  }

  get http() {
    return this.fake.http;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "EUR" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    return {
      amount,
      destinationCurrency,
      method: { kind: "sepa", iban: "DE89370400440532013000", holderName: "Ada Lovelace" },
      person: { type: "INDIVIDUAL", individual: { givenName: "Ada", familyName: "Lovelace" } },
      registered: { recipientId: null, accountId: null },
      metadata: {},
    };
  }

  settle(): void {
    for (const each of this.fake.transfers) each.status = "paid";
  }

  books() {
    return { transfers: this.fake.transfers.map(({ money }) => money) };
  }

  close(): Promise<void> {
    return this.fake.http.close();
  }
}

export const subject: ConnectorSubject = {
  open: () => ItauProcessor.open(),
  requests: { check: [], pay: [{ method: "POST", path: "/transfers", acts: true }] },
  amounts: {
    0: "Say why there is none, or give a currency.",
    2: { currency: "EUR", min: 1n, max: 100_000n },
    3: "Say why there is none, or give a currency.",
  },
  words: [
    {
      of: "transfer",
      meaning: { paid: "SUCCESS" },
      show({ fake }: ItauProcessor, word) {
        for (const each of fake.transfers) each.status = word;
      },
    },
  ],
  refusals: [{ name: "no funds", step: "pay", prepare: (processor) => processor.order() }],
};
