import { onTestFinished } from "vitest";
import type {
  AccountInput,
  ConnectorModule,
  LookupInput,
  OpenAccount,
  PayoutInstruction,
  RecipientInput,
  StepInput,
  VoidInput,
} from "../../../../src/connectors/connector.ts";
import { createStripeConnector } from "../../../../src/connectors/stripe/connector.ts";
import { createHttpClient } from "../../../../src/connectors/toolkit/http-client.ts";
import type { ConnectorReference } from "../../../../src/domain/payout.ts";
import { openStripeFake, type StripeFake } from "../../../processors/stripe/stripe-fake.ts";
import { readyAccount } from "../../../processors/stripe/try-stripe.ts";
import { ManualClock } from "../../../processors/support/manual-clock.ts";
import { ACCEPTED, ACH, PERSON } from "./people.ts";

export const SECRET_KEY = "sk_test_canary_9f8e7d6c";

/** The connector, over real HTTP, and a fake of Stripe with money in the platform's balance. */
export class Rig {
  readonly fake: StripeFake;
  /** The fake's. */
  readonly clock: ManualClock;
  readonly stripe: ConnectorModule;
  /** The settings of the merchant's account; a test may change them. */
  readonly settings: Record<string, string> = {
    secret_key: SECRET_KEY,
    webhook_secret: "whsec_platform",
    connect_webhook_secret: "whsec_connect",
  };
  #calls = 0;

  private constructor(fake: StripeFake, clock: ManualClock, stripe: ConnectorModule) {
    this.fake = fake;
    this.clock = clock;
    this.stripe = stripe;
  }

  /** At the end of the test the fake is closed, and every request must have been a documented one. */
  static async open(): Promise<Rig> {
    const clock = new ManualClock();
    const fake = await openStripeFake({ clock, apiKeys: [SECRET_KEY, "sk_test_fake"] });
    for (const currency of ["usd", "eur", "gbp"]) fake.fund(currency, 1_000_000n);
    const http = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
    onTestFinished(async () => {
      http.close();
      await fake.close();
      fake.http.assertClean();
    });
    return new Rig(fake, clock, createStripeConnector({ http, clock }));
  }

  get account(): OpenAccount {
    return {
      connectorAccountId: "cacct_test",
      settings: { ...this.settings },
      version: 1,
      baseUrl: this.fake.http.url,
    };
  }

  /** A recipient and a bank account that Stripe knows already. */
  async registered(accountNumber?: string) {
    const { account, bank } = await readyAccount(this.fake, accountNumber);
    return { recipientId: account, accountId: bank };
  }

  payout(changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
    return {
      merchantId: "merchant_1",
      payoutId: "payout_1",
      merchantPayoutId: "invoice-7",
      amount: { minorAmount: 1050n, currency: "USD" },
      destinationCurrency: "USD",
      method: ACH,
      person: PERSON,
      registered: { recipientId: null, accountId: null },
      references: [],
      priority: null,
      fulfillment: "AUTOMATIC",
      description: "an invoice",
      metadata: ACCEPTED,
      ...changes,
    };
  }

  step(
    step: string,
    payout: PayoutInstruction,
    references: readonly ConnectorReference[] = [],
    changes: Partial<StepInput> = {},
  ) {
    const processorKey = changes.processorKey ?? keyOf(step);
    return this.stripe.callStep({
      step,
      processorKey,
      payout,
      references,
      processorKeys: KEYS,
      signal: this.#signal(),
      account: this.account,
      ...changes,
    });
  }

  lookup(references: readonly ConnectorReference[], changes: Partial<LookupInput> = {}) {
    return this.stripe.lookup({
      payoutId: "payout_1",
      step: null,
      references,
      processorKeys: KEYS,
      stopAsked: false,
      signal: this.#signal(),
      account: this.account,
      ...changes,
    });
  }

  async void(references: readonly ConnectorReference[], changes: Partial<VoidInput> = {}) {
    if (this.stripe.void === undefined) throw new Error("there is no void");
    return this.stripe.void({
      payoutId: "payout_1",
      step: null,
      references,
      processorKeys: KEYS,
      stopAsked: false,
      processorKey: "key-void",
      signal: this.#signal(),
      account: this.account,
      ...changes,
    });
  }

  recipient(changes: Partial<RecipientInput> = {}) {
    return {
      recipientId: "recipient_1",
      person: PERSON,
      metadata: ACCEPTED,
      processorKey: `key-recipient-${this.#calls++}`,
      signal: this.#signal(),
      account: this.account,
      ...changes,
    };
  }

  bank(connectorRecipientId: string | null, changes: Partial<AccountInput> = {}) {
    return {
      disburseAccountId: "dacct_1",
      recipientId: "recipient_1",
      connectorRecipientId,
      method: ACH,
      person: PERSON,
      processorKey: `key-bank-${this.#calls++}`,
      signal: this.#signal(),
      account: this.account,
      ...changes,
    };
  }

  #signal(): AbortSignal {
    return AbortSignal.timeout(5_000);
  }
}

export function keyOf(step: string): string {
  return `key-${step}`;
}

export const KEYS: Readonly<Record<string, string>> = Object.fromEntries(
  ["account", "bank_account", "check", "transfer", "payout"].map((step) => [step, keyOf(step)]),
);

/** What a step brought; throws where it was not accepted. */
export function accepted<T>(outcome: { readonly kind: string; readonly value?: T }): T {
  if (outcome.kind !== "accepted" || outcome.value === undefined) {
    throw new Error(`the call ended as ${JSON.stringify(outcome)}`);
  }
  return outcome.value;
}

/** A payout that has gone as far as to Stripe's books, and all its ids. */
export async function paidOut(rig: Rig, changes: Partial<PayoutInstruction> = {}) {
  const registered = changes.registered ?? (await rig.registered());
  const payout = rig.payout({ ...changes, registered });
  let references: readonly ConnectorReference[] = [];
  for (const step of rig.stripe.plan("create", payout)) {
    const state = accepted(await rig.step(step, payout, references));
    references = [...references, ...(state.references ?? [])];
  }
  const id = references.find(({ kind }) => kind === "payout")?.id ?? "";
  const transfer = references.find(({ kind }) => kind === "transfer")?.id ?? "";
  return { payout, references, id, transfer, account: registered.recipientId ?? "" };
}
