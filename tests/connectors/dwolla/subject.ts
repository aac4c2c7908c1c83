import { DWOLLA_MANIFEST } from "../../../src/connectors/dwolla/manifest.ts";
import type { Money } from "../../../src/domain/money.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { Client, receiveOnly } from "../../processors/dwolla/client.ts";
import { FakeDwolla } from "../../processors/dwolla/fake.ts";
import { countingIds } from "../../processors/support/ids.ts";
import { readPublishedDocument } from "../../processors/support/specs-folder.ts";
import type { ConnectorSubject, OpenProcessor, Order, StepRequest } from "../kit/subject.ts";
import { ach, ada } from "./rig.ts";

const [USD = ""] = DWOLLA_MANIFEST.currencies;
const US_ONLY = "Dwolla pays in US dollars only.";

const asks = (path: string): StepRequest => ({ method: "GET", path, acts: false });
const acts = (path: string): StepRequest => ({ method: "POST", path, acts: true });
/** 201 with a Location, and no body. */
const makes = (path: string): StepRequest => ({ ...acts(path), bodiless: true });

const CUSTOMERS = makes("/customers");
const FUNDING_SOURCES = makes("/customers/{id}/funding-sources");
const TRANSFER = "/transfers/{id}";
const MASS_PAYMENT = "/mass-payments/{id}";

/** No account is the same as any other's: one that is there already would be taken instead. */
let people = 0;
let opened = 0;

export class OpenDwolla implements OpenProcessor {
  readonly fake: FakeDwolla;
  readonly settings: Readonly<Record<string, string>>;

  private constructor(fake: FakeDwolla) {
    this.fake = fake;
    this.settings = {
      client_id: fake.credentials.clientId,
      client_secret: fake.credentials.clientSecret,
      funding_source_id: fake.balanceSourceId,
      webhook_secret: fake.webhookSecret,
    };
  }

  static async open(): Promise<OpenDwolla> {
    opened += 1;
    const fake = await FakeDwolla.open({
      credentials: { clientId: `client-${opened}`, clientSecret: `secret-of-client-${opened}` },
      webhookSecret: `secret-of-webhooks-${opened}`,
      ids: countingIds(`dwolla-${opened}`),
    });
    fake.fund(10n ** 17n);
    fake.transferLimitCents = 10n ** 18n;
    return new OpenDwolla(fake);
  }

  get http() {
    return this.fake.http;
  }

  /** The tokens, and the credentials that they were given for. */
  secrets = () => {
    const given = this.http.requests.map(({ headers }) => headers["authorization"] ?? "");
    return [...new Set(given)].map((each) => each.replace(/^\w+ /, ""));
  };

  /** To somebody whom Dwolla does not know yet. */
  order = async (amount: Money = { minorAmount: 1_029n, currency: USD }): Promise<Order> => ({
    ...this.recipient(),
    amount,
    destinationCurrency: amount.currency,
    method: bank(),
    registered: { recipientId: null, accountId: null },
  });

  settle(): void {
    for (const { id, status } of this.fake.massPayments) {
      if (status === "pending" || status === "processing") this.fake.completeMassPayment(id);
    }
    for (const { id, status } of this.fake.transfers) {
      if (status === "pending") this.fake.process(id);
    }
  }

  giveBack(): void {
    for (const { id, status } of this.fake.transfers) {
      if (status === "processed") this.fake.return(id);
    }
  }

  books() {
    const standing = this.fake.transfers.filter(
      ({ status }) => status === "pending" || status === "processed",
    );
    const waiting = this.fake.massPayments
      .filter(({ status }) => status === "pending" || status === "processing")
      .flatMap(({ items }) => items);
    return {
      transfers: [...standing, ...waiting].map(({ cents }) => ({
        minorAmount: cents,
        currency: USD,
      })),
    };
  }

  async deliver(url: string): Promise<void> {
    this.fake.webhooks.url = url;
    await this.fake.webhooks.deliverAll();
  }

  recipient = () => {
    people += 1;
    return { person: { ...ada, email: `ada${people}@example.com` }, metadata: {} };
  };

  bankAccount = async () => {
    const { person } = this.recipient();
    const client = new Client(this.fake);
    await client.logIn();
    const { id } = await client.post("/customers", { ...receiveOnly, email: person.email ?? "" });
    return { method: bank(), person, connectorRecipientId: id };
  };

  close(): Promise<void> {
    return this.http.close();
  }
}

function bank(): PayoutMethod {
  people += 1;
  return { ...ach, accountNumber: String(987_000_000 + people) } as PayoutMethod;
}

export const subject = {
  open: () => OpenDwolla.open(),
  requests: {
    token: [{ method: "POST", path: "/token", acts: false }],
    customer: [CUSTOMERS],
    funding_source: [FUNDING_SOURCES],
    check: [asks("/funding-sources/{id}"), asks("/customers/{id}")],
    transfer: [makes("/transfers")],
    hold: [makes("/mass-payments")],
    release: [asks(MASS_PAYMENT), acts(MASS_PAYMENT)],
    cancel_hold: [asks(MASS_PAYMENT), acts(MASS_PAYMENT)],
    void: [asks(TRANSFER), acts(TRANSFER)],
    registerRecipient: [CUSTOMERS, asks("/customers/{id}")],
    registerAccount: [FUNDING_SOURCES],
  },
  amounts: {
    0: US_ONLY,
    2: { currency: USD, min: 1n, max: 9_007_199_254_740_993n },
    3: US_ONLY,
  },
  words: [
    {
      of: "transfer",
      meaning: {
        pending: "PENDING",
        processed: "SUCCESS",
        failed: "FAILED",
        cancelled: "CANCELLED",
      },
      // The document lists them where transfers are searched by them.
      documented() {
        const document = readPublishedDocument("dwolla") as PublishedWords | undefined;
        const search = document?.paths["/accounts/{id}/transfers"].get.parameters;
        const { description } = search?.find(({ name }) => name === "status") ?? {};
        return description?.match(/(?<=`)\w+(?=`)/g) ?? undefined;
      },
      show({ http }, word) {
        const change = (body: object) => ({ ...body, status: word });
        http.faults.next({ method: "GET", path: TRANSFER }, { kind: "drift", change }, 100);
      },
    },
  ],
  refusals: [
    {
      name: "no funds",
      step: "transfer",
      async prepare({ fake, order }: OpenDwolla) {
        fake.fund(1_028n - fake.balanceCents);
        return order();
      },
    },
    {
      name: "more than one transfer may move",
      step: "transfer",
      async prepare(processor: OpenDwolla) {
        processor.fake.transferLimitCents = 1_000n;
        return processor.order();
      },
    },
    {
      name: "a recipient who is suspended",
      step: "check",
      async prepare(processor: OpenDwolla) {
        const { connectorRecipientId, ...order } = await processor.bankAccount();
        processor.fake.setCustomerStatus(connectorRecipientId, "suspended");
        const registered = { recipientId: connectorRecipientId, accountId: null };
        return { ...(await processor.order()), ...order, registered };
      },
    },
  ],
  webhooks: {
    headers: ["x-request-signature-sha-256"],
    signature: { header: "x-request-signature-sha-256", encoding: "hex" },
    windowMs: null,
    rotate({ fake, settings }: OpenDwolla) {
      const { webhook_secret: old } = settings;
      fake.rotateWebhookSecret("secret-of-webhooks-next");
      return {
        during: { ...settings, webhook_secret: `secret-of-webhooks-next,${old}` },
        after: { ...settings, webhook_secret: "secret-of-webhooks-next" },
      };
    },
  },
} satisfies ConnectorSubject;

interface PublishedWords {
  readonly paths: {
    readonly "/accounts/{id}/transfers": {
      readonly get: {
        readonly parameters: readonly { readonly name?: string; readonly description?: string }[];
      };
    };
  };
}
