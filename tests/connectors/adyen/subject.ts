import type { Money } from "../../../src/domain/money.ts";
import type { PayoutStatus } from "../../../src/domain/payout.ts";
import { FakeAdyen } from "../../processors/adyen/fake.ts";
import type { WebhookSecrets } from "../../processors/adyen/signature.ts";
import { endings } from "../../processors/adyen/status-words.ts";
import type { Transfer } from "../../processors/adyen/transfer.ts";
import { readPublishedDocument } from "../../processors/support/specs-folder.ts";
import type { ConnectorSubject, OpenProcessor, Order } from "../kit/subject.ts";
import { IBAN, SEPA, ZOE } from "./rig.ts";

const TRANSFERS = "/btl/v4/transfers";
const MAKE = [{ method: "POST", path: TRANSFERS, acts: true }] as const;
const READ = { method: "GET", path: `${TRANSFERS}/{id}`, acts: false } as const;
const CANCEL = [
  READ,
  { method: "POST", path: `${TRANSFERS}/cancel`, acts: true, bodiless: true },
] as const;

let opened = 0;

/** A merchant with a balance account in every currency that is asked for. */
class AdyenProcessor implements OpenProcessor {
  readonly fake: FakeAdyen;
  readonly settings: Readonly<Record<string, string>>;
  /** What webhooks are signed with from now on. */
  readonly webhookSecrets: { -readonly [K in keyof WebhookSecrets]: WebhookSecrets[K] };

  private constructor(
    fake: FakeAdyen,
    secrets: AdyenProcessor["webhookSecrets"],
    keys: readonly string[],
  ) {
    this.fake = fake;
    this.webhookSecrets = secrets;
    const [api_key = "", legal_entity_api_key = ""] = keys;
    this.settings = {
      api_key,
      legal_entity_api_key,
      balance_platform: fake.owner.balancePlatform,
      balance_account_id: fake.balanceAccountId,
      webhook_hmac_key: secrets.hmacKey,
      webhook_username: secrets.username,
      webhook_password: secrets.password,
    };
  }

  static async open(): Promise<AdyenProcessor> {
    opened += 1;
    const keys = [`AQEplatform-key-${opened}`, `AQElegal-entity-key-${opened}`];
    const [apiKey = "", legalEntityApiKey = ""] = keys;
    const secrets = {
      hmacKey: hexKey(opened),
      username: "payout-service",
      password: `webhook-password-${opened}`,
    };
    const fake = await FakeAdyen.open({ apiKey, legalEntityApiKey, secrets });
    fake.decidesReviewsAtOnce = true;
    for (const currency of ["EUR", "JPY", "KWD"]) fake.fund(currency, 10n ** 15n);
    return new AdyenProcessor(fake, secrets, keys);
  }

  get http() {
    return this.fake.http;
  }

  /** Another currency than the rail's goes to an instrument that the platform has made itself. */
  async order(
    amount: Money = { minorAmount: 10_029n, currency: "EUR" },
    destinationCurrency = amount.currency,
  ): Promise<Order> {
    const plain = { amount, destinationCurrency, person: ZOE, metadata: {} };
    const registered = { recipientId: null, accountId: null };
    if (amount.currency === "EUR") return { ...plain, method: SEPA, registered };
    const bic = amount.currency === "JPY" ? "BOTKJPJT" : "ABNANL2A";
    const account = { type: "numberAndBic", accountNumber: "00000123", bic };
    const { instrumentId: pspToken } = this.fake.register(account);
    const method = { kind: "passthrough", pspToken, tokenKind: "transfer_instrument" } as const;
    return { ...plain, method, registered };
  }

  settle(): void {
    for (const { id } of this.fake.transfers.filter(pays)) this.fake.credit(id);
  }

  giveBack(): void {
    for (const { id } of this.fake.transfers.filter(pays)) this.fake.return(id);
  }

  books() {
    const transfers = this.fake.transfers
      .filter(pays)
      .map(({ value: minorAmount, currency }) => ({ minorAmount, currency }));
    return { transfers };
  }

  async deliver(url: string): Promise<void> {
    this.fake.webhooks.url = url;
    await this.fake.webhooks.deliverAll();
  }

  recipient = () => ({ person: ZOE, metadata: {} });

  bankAccount = async () => {
    const { legalEntityId } = this.fake.register({ type: "iban", iban: "NL20INGB0001234567" });
    return { method: SEPA, person: ZOE, connectorRecipientId: legalEntityId };
  };

  close(): Promise<void> {
    return this.fake.http.close();
  }
}

/** Whether it has paid or will by itself. */
function pays({ status, approvalsNeeded, approvalsGiven }: Transfer): boolean {
  return !endings.includes(status) && approvalsGiven >= approvalsNeeded;
}

function hexKey(number: number): string {
  return number.toString(16).padStart(64, "0A");
}

/** The words that a bank transfer shows. */
const MEANING: Readonly<Record<string, PayoutStatus>> = {
  received: "INITIATED",
  pendingExecution: "INITIATED",
  // By a review that is not ours.
  approvalPending: "INITIATED",
  pendingApproval: "INITIATED",
  authorised: "PENDING",
  booked: "PENDING",
  pending: "PENDING",
  credited: "SUCCESS",
  refused: "FAILED",
  rejected: "FAILED",
  failed: "FAILED",
  error: "FAILED",
  cancelled: "CANCELLED",
  expired: "EXPIRED",
  returned: "REVERSED",
  reversed: "REVERSED",
};

/** Every word that the document lists: those of payments and cards too, which share the field. */
function documentedWords(): readonly string[] | undefined {
  const { components } = (readPublishedDocument("adyen-transfers") ?? {}) as {
    components?: { schemas: { TransferData: { properties: { status: { enum: string[] } } } } };
  };
  return components?.schemas.TransferData.properties.status.enum;
}

const others = (documentedWords() ?? [])
  .filter((word) => !Object.hasOwn(MEANING, word))
  .map((word): [string, PayoutStatus] => [word, "PENDING"]);

export const subject: ConnectorSubject = {
  open: () => AdyenProcessor.open(),
  requests: {
    route: [{ method: "POST", path: "/bcl/v2/transferRoutes/calculate", acts: false }],
    transfer: MAKE,
    held_transfer: MAKE,
    staged_transfer: MAKE,
    approve: [READ, { method: "POST", path: `${TRANSFERS}/approve`, acts: true, bodiless: true }],
    cancel: CANCEL,
    // Only a transfer under review is cancelled; what a lost answer comes to there is tested in review.test.ts.
    void: [READ],
    registerRecipient: [{ method: "POST", path: "/lem/v4/legalEntities", acts: true }],
    registerAccount: [{ method: "POST", path: "/lem/v4/transferInstruments", acts: true }],
  },
  amounts: {
    0: { currency: "JPY", min: 1n, max: 99_999_999_999n },
    2: { currency: "EUR", min: 1n, max: 99_999_999_999n },
    3: { currency: "KWD", min: 1n, max: 99_999_999_999n },
  },
  words: [
    {
      of: "transfer",
      meaning: { ...Object.fromEntries(others), ...MEANING },
      documented: documentedWords,
      show({ fake }: AdyenProcessor, word) {
        for (const { id } of fake.transfers) {
          if (documentedWords()?.includes(word) ?? false) fake.say(id, word);
          else fake.invent(id, word);
        }
      },
    },
  ],
  refusals: [
    {
      name: "no funds, by 202 with refused",
      step: "transfer",
      async prepare(processor: AdyenProcessor) {
        processor.fake.decidesInReply = true;
        processor.fake.fund("EUR", -(10n ** 15n));
        return processor.order();
      },
    },
    {
      name: "no route",
      step: "route",
      async prepare(processor: AdyenProcessor) {
        processor.fake.routes = [];
        return processor.order();
      },
    },
    {
      name: "a route that Adyen does not work out, by 422",
      step: "route",
      async prepare(processor: AdyenProcessor) {
        const order = await processor.order();
        // An IBAN without a country tells it nothing.
        return { ...order, method: { ...SEPA, iban: IBAN.slice(0, 1) } as never };
      },
    },
  ],
  webhooks: {
    headers: ["hmacsignature", "authorization"],
    signature: { header: "hmacsignature", encoding: "base64" },
    // No time is signed: old news are told from new ones by their sequence.
    windowMs: null,
    rotate(processor: AdyenProcessor) {
      const { settings, webhookSecrets: secrets } = processor;
      const [old, fresh] = [secrets.hmacKey, hexKey(0xbeef + opened)];
      secrets.hmacKey = fresh;
      return {
        during: { ...settings, webhook_hmac_key: `${old},${fresh}` },
        after: { ...settings, webhook_hmac_key: fresh },
      };
    },
  },
};
