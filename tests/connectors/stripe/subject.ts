import type { Money } from "../../../src/domain/money.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import { openStripeFake, type StripeFake } from "../../processors/stripe/stripe-fake.ts";
import { call, readyAccount } from "../../processors/stripe/try-stripe.ts";
import { readPublishedDocument } from "../../processors/support/specs-folder.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";
import { ACCEPTED, ACH, PERSON } from "./support/people.ts";

const ACCOUNT = { method: "GET", path: "/v1/accounts/{account}", acts: false } as const;
const CANCEL = { method: "POST", path: "/v1/payouts/{payout}/cancel", acts: true } as const;
const TRANSFER = { method: "GET", path: "/v1/transfers/{transfer}", acts: false } as const;
const REVERSE = { method: "POST", path: "/v1/transfers/{id}/reversals", acts: true } as const;

/** Where a bank account of a currency is. */
const COUNTRIES: Readonly<Record<string, string>> = { JPY: "JP", KWD: "KW" };

let opened = 0;

/** A platform with balances, and recipients that tell Stripe enough. */
class StripeProcessor implements OpenProcessor {
  readonly fake: StripeFake;
  readonly settings: Readonly<Record<string, string>>;

  constructor(fake: StripeFake, merchant: number) {
    this.fake = fake;
    this.settings = {
      secret_key: keyOf(merchant),
      webhook_secret: `whsec_platform_${merchant}`,
      connect_webhook_secret: `whsec_connect_${merchant}`,
    };
    fake.webhookSecrets.platform = [`whsec_platform_${merchant}`];
    fake.webhookSecrets.connect = [`whsec_connect_${merchant}`];
  }

  static async open(): Promise<StripeProcessor> {
    opened += 1;
    const fake = await openStripeFake({ apiKeys: [keyOf(opened), "sk_test_fake"] });
    for (const currency of ["usd", "jpy", "kwd"]) fake.fund(currency, 10n ** 15n);
    return new StripeProcessor(fake, opened);
  }

  get http() {
    return this.fake.http;
  }

  /** To somebody whom Stripe does not know yet. */
  async order(amount: Money = { minorAmount: 1_029n, currency: "USD" }): Promise<Order> {
    const { currency } = amount;
    const order = {
      amount,
      destinationCurrency: currency,
      registered: { recipientId: null, accountId: null },
      metadata: ACCEPTED,
    };
    const country = COUNTRIES[currency];
    if (country === undefined) return { ...order, method: ACH, person: PERSON };
    const person: Person = { ...PERSON, address: { lines: ["1"], city: "City", country } };
    return { ...order, person, method: await this.#tokenOf(currency, country) };
  }

  settle(): void {
    for (const { id, status } of this.fake.payouts.all) {
      if (status === "pending") this.fake.payouts.become(id, "in_transit");
      if (status === "pending" || status === "in_transit") this.fake.payouts.become(id, "paid");
    }
  }

  giveBack(): void {
    for (const { id, status } of this.fake.payouts.all) {
      if (status === "paid") this.fake.payouts.become(id, "failed", "account_closed");
    }
  }

  books() {
    const { transfers, payouts } = this.fake;
    const standing = transfers.all.filter(({ amount, reversals }) => {
      const back = reversals.reduce((sum, each) => sum + each.amount, 0n);
      return back < amount;
    });
    const paid = payouts.all.filter(
      ({ status, reversedBy }) =>
        status !== "failed" && status !== "canceled" && reversedBy === null,
    );
    return { transfers: standing.map(toMoney), payouts: paid.map(toMoney) };
  }

  async deliver(url: string): Promise<void> {
    this.fake.webhooks.url = url;
    await this.fake.webhooks.deliverAll();
  }

  recipient = () => ({ person: PERSON, metadata: ACCEPTED });

  bankAccount = async () => {
    const { account } = await readyAccount(this.fake, "000999999991");
    return { method: ACH, person: PERSON, connectorRecipientId: account };
  };

  close(): Promise<void> {
    return this.fake.close();
  }

  async #tokenOf(currency: string, country: string): Promise<PayoutMethod> {
    const { body } = await call(this.fake, "POST", "/v1/tokens", {
      "bank_account[country]": country,
      "bank_account[currency]": currency.toLowerCase(),
      "bank_account[account_number]": "0001234567",
    });
    return { kind: "passthrough", pspToken: body.id, tokenKind: "bank_account" };
  }
}

function keyOf(merchant: number): string {
  return `sk_test_key_of_merchant_${merchant}`;
}

function toMoney({ amount, currency }: { amount: bigint; currency: string }): Money {
  return { minorAmount: amount, currency: currency.toUpperCase() };
}

export const subject: ConnectorSubject = {
  open: () => StripeProcessor.open(),
  requests: {
    account: [{ method: "POST", path: "/v1/accounts", acts: true }],
    bank_account: [
      // A token by itself does nothing; but its repeat must bring the same one.
      { method: "POST", path: "/v1/tokens", acts: true },
      { method: "POST", path: "/v1/accounts/{account}/external_accounts", acts: true },
    ],
    check: [ACCOUNT],
    transfer: [ACCOUNT, { method: "POST", path: "/v1/transfers", acts: true }],
    payout: [{ method: "POST", path: "/v1/payouts", acts: true }],
    take_back: [TRANSFER, REVERSE],
    void: [{ method: "GET", path: "/v1/payouts/{payout}", acts: false }, CANCEL, TRANSFER, REVERSE],
    registerRecipient: [{ method: "POST", path: "/v1/accounts", acts: true }],
    registerAccount: [
      { method: "POST", path: "/v1/tokens", acts: true },
      { method: "POST", path: "/v1/accounts/{account}/external_accounts", acts: true },
    ],
  },
  amounts: {
    0: { currency: "JPY", min: 1n, max: 99_999_999n },
    2: { currency: "USD", min: 1n, max: 999_999_999_999_999n },
    3: { currency: "KWD", min: 10n, max: 99_999_990n, multipleOf: 10n },
  },
  words: [
    {
      of: "payout",
      meaning: {
        pending: "INITIATED",
        in_transit: "PENDING",
        paid: "SUCCESS",
        failed: "FAILED",
        // The transfer before it is not back yet.
        canceled: "PENDING",
      },
      // The document lists them in the words that describe the field.
      documented() {
        const document = readPublishedDocument("stripe") as PublishedWords | undefined;
        const { description } = document?.components.schemas.payout.properties.status ?? {};
        return description === undefined
          ? undefined
          : [...new Set(description.match(/(?<=`)\w+(?=`)/g))];
      },
      show({ http }, word) {
        const change = (body: object) => ({ ...body, status: word });
        const match = { method: "GET", path: "/v1/payouts/{payout}" };
        http.faults.next(match, { kind: "drift", change }, 100);
      },
    },
  ],
  refusals: [
    {
      name: "no funds on the platform",
      step: "transfer",
      async prepare(processor: StripeProcessor) {
        const { books } = processor.fake;
        books.move("platform", "world", "usd", books.balance("platform", "usd"));
        return processor.order();
      },
    },
    {
      name: "a payout that the connected account may not make",
      step: "payout",
      async prepare(processor: StripeProcessor) {
        const { http, accounts, transfers } = processor.fake;
        http.use((request, next) => {
          if (request.method === "POST" && request.template === "/v1/payouts") {
            const [transfer] = transfers.all;
            if (transfer) accounts.demand(transfer.destination, ["individual.id_number"]);
          }
          return next();
        });
        return processor.order();
      },
    },
  ],
  webhooks: {
    headers: ["stripe-signature"],
    signature: { header: "stripe-signature", encoding: "hex" },
    windowMs: 300_000,
    rotate({ fake, settings }: StripeProcessor) {
      const { webhook_secret: platform, connect_webhook_secret: connect } = settings;
      fake.webhookSecrets.platform = ["whsec_platform_next"];
      fake.webhookSecrets.connect = ["whsec_connect_next"];
      return {
        during: {
          ...settings,
          webhook_secret: `whsec_platform_next,${platform}`,
          connect_webhook_secret: `whsec_connect_next,${connect}`,
        },
        after: {
          ...settings,
          webhook_secret: "whsec_platform_next",
          connect_webhook_secret: "whsec_connect_next",
        },
      };
    },
  },
};

interface PublishedWords {
  readonly components: {
    readonly schemas: {
      readonly payout: {
        readonly properties: { readonly status: { readonly description: string } };
      };
    };
  };
}
