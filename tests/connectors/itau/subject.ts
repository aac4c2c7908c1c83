import type { Money } from "../../../src/domain/money.ts";
import type { Pix, PixKey } from "../../../src/domain/payout-method/index.ts";
import { type ItauFake, openItauFake } from "../../processors/itau/fake.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";

const TOKEN = "/api/oauth/token";
const TRANSFERS = "/sispag/v1/transferencias";
const BALANCE = 10n ** 18n;

const ACCOUNT: Pix = {
  kind: "pix",
  ispb: "60701190",
  branch: "0726",
  accountNumber: "1234567890",
  accountType: "CHECKING",
  taxId: "52998224725",
  holderName: "Ada Lovelace",
};
const KEY: PixKey = { kind: "pix_key", pixKey: "+5511987654321", keyKind: "PHONE" };

let opened = 0;

/** One merchant's account at a fake of its own. */
class ItauProcessor implements OpenProcessor {
  readonly fake: ItauFake;
  readonly settings: Readonly<Record<string, string>>;

  constructor(fake: ItauFake) {
    this.fake = fake;
    const { id: client_id, secret: client_secret } = fake.tokens.client;
    this.settings = { client_id, client_secret };
  }

  static async open(): Promise<ItauProcessor> {
    opened += 1;
    return new ItauProcessor(await openItauFake({ seed: `itau-${opened}`, balance: BALANCE }));
  }

  get http() {
    return this.fake.http;
  }

  secrets(): readonly string[] {
    return this.fake.tokens.given;
  }

  async order(
    amount: Money = { minorAmount: 10_029n, currency: "BRL" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    return {
      amount,
      destinationCurrency,
      method: ACCOUNT,
      person: { type: "INDIVIDUAL", individual: { givenName: "Ada", familyName: "Lovelace" } },
      registered: { recipientId: null, accountId: null },
      metadata: {},
    };
  }

  settle(): void {
    this.fake.settle();
  }

  books() {
    return { transfers: this.fake.paid };
  }

  close(): Promise<void> {
    return this.fake.http.close();
  }
}

export const subject: ConnectorSubject = {
  open: () => ItauProcessor.open(),
  requests: {
    token: [{ method: "POST", path: TOKEN, acts: false }],
    // All that it asks for is a token.
    check: [],
    pay: [{ method: "POST", path: TRANSFERS, acts: true }],
  },
  amounts: {
    0: "Itau pays in BRL alone, which has two decimals",
    2: { currency: "BRL", min: 1n, max: 10n ** 17n },
    3: "Itau pays in BRL alone, which has two decimals",
  },
  words: [
    {
      of: "transfer",
      // In the answer to the transfer, since there is no other place. No published document lists them.
      meaning: { Efetuado: "SUCCESS", Rejeitado: "FAILED", "Em processamento": "PENDING" },
      show({ http }, word) {
        const change = (body: unknown) => ({ ...(body as object), status: word });
        http.faults.next({ method: "POST", path: TRANSFERS }, { kind: "drift", change }, 1_000);
      },
    },
  ],
  refusals: [
    {
      name: "rejected, by 201 with Rejeitado",
      step: "pay",
      async prepare(processor: ItauProcessor) {
        processor.fake.answer = "Rejeitado";
        return processor.order();
      },
    },
    {
      name: "no funds (422)",
      step: "pay",
      async prepare(processor: ItauProcessor) {
        processor.fake.balance = 10_028n;
        return processor.order();
      },
    },
    {
      name: "an account that is closed (422)",
      step: "pay",
      async prepare(processor: ItauProcessor) {
        processor.fake.closed.add("60701190/0726/1234567890");
        return processor.order();
      },
    },
    {
      name: "a key that nobody has (422)",
      step: "pay",
      async prepare(processor: ItauProcessor) {
        processor.fake.unknownKeys.add(KEY.pixKey);
        return { ...(await processor.order()), method: KEY };
      },
    },
    {
      name: "a request that is faulty (400)",
      step: "pay",
      prepare: async (processor) => ({
        ...(await processor.order()),
        method: { ...ACCOUNT, holderName: "A".repeat(141) },
      }),
    },
  ],
};
