import { onTestFinished } from "vitest";
import type {
  ConnectorModule,
  OpenAccount,
  PayoutInstruction,
  ProcessorState,
} from "../../../src/connectors/connector.ts";
import { createPayPalConnector } from "../../../src/connectors/paypal/connector.ts";
import { createHttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import type { ConnectorReference } from "../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import { openPayPalFake, type PayPalFake } from "../../processors/paypal/paypal-fake.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";

export const DAY = 24 * 60 * 60_000;
export const PAYOUTS = "/v1/payments/payouts";
export const BATCH = "/v1/payments/payouts/{id}";
export const CANCEL = "/v1/payments/payouts-item/{payout_item_id}/cancel";
export const TOKEN = "/v1/oauth2/token";
export const VERIFY = "/v1/notifications/verify-webhook-signature";

let count = 0;
export function newKey(): string {
  count += 1;
  return `00000000-0000-4000-9000-${String(count).padStart(12, "0")}`;
}

/** To somebody of whom the fake's scenarios say what becomes of the item. */
export function to(word: string): PayoutMethod {
  return { kind: "paypal", email: `${word}@example.com` };
}

export function instruction(changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
  return {
    merchantId: "mer_1",
    payoutId: "po_1",
    merchantPayoutId: null,
    amount: { minorAmount: 1_234n, currency: "USD" },
    destinationCurrency: "USD",
    method: to("success"),
    person: null,
    registered: { recipientId: null, accountId: null },
    references: [],
    priority: null,
    fulfillment: "AUTOMATIC",
    description: "Invoice 1",
    metadata: {},
    ...changes,
  };
}

/** The fake, the connector over real HTTP, and one account that the one has at the other. */
export interface Rig {
  readonly fake: PayPalFake;
  readonly clock: ManualClock;
  readonly module: ConnectorModule;
  readonly account: OpenAccount;
  /** Requests that arrived at a route, such as "POST /v1/oauth2/token". */
  count(method: string, path: string): number;
}

/** At the end of the test every request must have been a documented one. */
export async function openRig(settings: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const clock = new ManualClock();
  const fake = await openPayPalFake({ clock });
  for (const currency of ["USD", "EUR", "JPY", "HUF", "KWD"]) fake.funds.fund(currency, 10n ** 15n);
  const http = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  onTestFinished(async () => {
    http.close();
    await fake.close();
    fake.http.assertClean();
  });
  const account: OpenAccount = {
    connectorAccountId: "cacct_1",
    settings: {
      client_id: "client",
      client_secret: "secret",
      webhook_id: fake.subscription.webhookId,
      ...settings,
    },
    version: 1,
    baseUrl: fake.http.url,
  };
  const module = createPayPalConnector({ http, clock });
  const count = (method: string, path: string) => fake.http.requestsTo(method, path).length;
  return { fake, clock, module, account, count };
}

/** A payout under way, with what an engine would keep of it. */
export class Course {
  readonly rig: Rig;
  readonly payout: PayoutInstruction;
  readonly keys: Record<string, string> = {};
  references: ConnectorReference[] = [];
  account: OpenAccount;
  /** Whether PayPal may have been asked to cancel it. */
  stopAsked = false;

  constructor(rig: Rig, changes: Partial<PayoutInstruction> = {}) {
    this.rig = rig;
    this.account = rig.account;
    this.payout = instruction(changes);
    this.plan("create");
  }

  plan(operation: "create" | "transfer"): readonly string[] {
    const steps = this.rig.module.plan(operation, this.payout);
    for (const step of steps) this.keys[step] = newKey();
    return steps;
  }

  async call(step = "payout") {
    const { payout, references, keys: processorKeys, account } = this;
    const processorKey = processorKeys[step] ?? newKey();
    const known = { step, processorKey, payout, references, processorKeys, account };
    const outcome = await this.rig.module.callStep({ ...known, signal: signal() });
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  async lookup(step: string | null = null) {
    const { payout, references, keys: processorKeys, stopAsked, account } = this;
    const known = {
      payoutId: payout.payoutId,
      step,
      references,
      processorKeys,
      stopAsked,
      account,
    };
    const result = await this.rig.module.lookup({ ...known, signal: signal() });
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  void(notDone: readonly string[] = []) {
    const { payout, references, keys: processorKeys, account } = this;
    return this.rig.module.void?.({
      payoutId: payout.payoutId,
      step: null,
      references,
      processorKeys,
      stopAsked: this.stopAsked,
      processorKey: newKey(),
      notDone,
      signal: signal(),
      account,
    });
  }

  /** Sends the batch and lets PayPal get to its end; how it then stands. */
  async settled(): Promise<ProcessorState> {
    const outcome = await this.call();
    if (outcome.kind !== "accepted") throw new Error(JSON.stringify(outcome));
    this.rig.clock.advance(5_000);
    return this.state();
  }

  async state(): Promise<ProcessorState> {
    const found = await this.lookup();
    if (found.kind !== "found") throw new Error(JSON.stringify(found));
    return found.value;
  }

  idOf(kind: string): string {
    return this.references.find((each) => each.kind === kind)?.id ?? "";
  }

  /** The only batch in the processor's books. */
  get batch() {
    const [only, ...more] = this.rig.fake.batches.all;
    if (only === undefined || more.length > 0) throw new Error("not one batch");
    return only;
  }

  #learn({ references = [] }: ProcessorState): void {
    const fresh = references.filter(
      ({ kind, id }) => !this.references.some((each) => each.kind === kind && each.id === id),
    );
    this.references = [...this.references, ...fresh];
  }
}

/** A payout of which PayPal has got to the end; the word names the fake's scenario. */
export async function settled(word = "success") {
  const rig = await openRig();
  const course = new Course(rig, { method: to(word) });
  await course.settled();
  return { rig, course };
}

type Json = Record<string, unknown>;

/** A batch as it is told. */
export interface BatchBody {
  readonly batch_header: Json;
  readonly items: Json[];
}

/** What the next look-up is told, changed. */
export function drift(rig: Rig, change: (body: BatchBody) => unknown): void {
  rig.fake.http.faults.next({ method: "GET", path: BATCH }, { kind: "drift", change });
}

function signal(): AbortSignal {
  return AbortSignal.timeout(5_000);
}
