import { onTestFinished } from "vitest";
import type {
  AccountInput,
  ConnectorModule,
  Instruction,
  LinkInstruction,
  LookupResult,
  OpenAccount,
  OperationOn,
  Outcome,
  PayoutInstruction,
  ProcessorState,
  VoidOutcome,
} from "../../../src/connectors/connector.ts";
import { createRevolutConnector } from "../../../src/connectors/revolut/connector.ts";
import { createHttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import type { ConnectorReference } from "../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import {
  openRevolutFake,
  type RevolutFake,
  type RevolutFakeOptions,
} from "../../processors/revolut/fake.ts";
import type { ManualClock } from "../../processors/support/manual-clock.ts";

export const IBAN = "FR1420041010050500013M02606";

export const sepa: PayoutMethod = { kind: "sepa", iban: IBAN, holderName: "Ada King Lovelace" };
export const bacs: PayoutMethod = {
  kind: "bacs",
  sortCode: "540105",
  accountNumber: "12345678",
  holderName: "Bleu Blanc Ltd",
};
export const ach: PayoutMethod = {
  kind: "ach",
  routingNumber: "021000021",
  accountNumber: "123456789",
  accountType: "SAVINGS",
  holderName: "Plato",
};

export const ada: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: "Ada", familyName: "King Lovelace" },
  address: {
    lines: ["12 Rue de la Paix", "2nd floor", "left"],
    city: "Paris",
    postalCode: "75002",
    country: "FR",
  },
};
export const bleu: Person = { type: "COMPANY", organization: { legalName: "Bleu Blanc Limited" } };

let count = 0;
export function newKey(): string {
  count += 1;
  return `00000000-0000-4000-9000-${String(count).padStart(12, "0")}`;
}

export function instruction(changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
  return {
    merchantId: "mer_1",
    payoutId: "po_1",
    merchantPayoutId: null,
    amount: { minorAmount: 1_234n, currency: "EUR" },
    destinationCurrency: changes.amount?.currency ?? "EUR",
    method: sepa,
    person: ada,
    registered: { recipientId: null, accountId: null },
    references: [],
    priority: null,
    fulfillment: "AUTOMATIC",
    description: "Invoice 1",
    metadata: {},
    ...changes,
  };
}

/** For whoever claims it at Revolut, in three days. */
export function linkInstruction(changes: Partial<LinkInstruction> = {}): LinkInstruction {
  return {
    ...instruction({ amount: { minorAmount: 10_560n, currency: "GBP" } }),
    method: null,
    person: ada,
    link: { ttlMs: 3 * 24 * 3_600_000 },
    ...changes,
  };
}

/** The settings of an account that a fake knows. */
export function settingsOf(fake: RevolutFake): Record<string, string> {
  const sources = fake.accounts.all().map(({ currency, id }) => `${currency}=${id}`);
  return {
    client_id: fake.clientId,
    issuer: fake.issuer,
    private_key: fake.clientPrivateKey,
    refresh_token: fake.refreshToken,
    source_accounts: sources.join(", "),
    webhook_secret: fake.hooks.secretOf(),
  };
}

/** The fake, the connector, and one account that the one has at the other. */
export interface Rig {
  readonly fake: RevolutFake;
  readonly clock: ManualClock;
  readonly module: ConnectorModule<Instruction>;
  readonly account: OpenAccount;
}

/** At the end of the test the fake is closed, and every request must have been a documented one. */
export async function openRig(
  options: RevolutFakeOptions = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<Rig> {
  const fake = await openRevolutFake(options);
  const http = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  onTestFinished(async () => {
    http.close();
    await fake.close();
    fake.http.assertClean();
  });
  const account: OpenAccount = {
    connectorAccountId: "cacct_1",
    settings: { ...settingsOf(fake), ...settings },
    version: 1,
    baseUrl: fake.url,
  };
  const module = createRevolutConnector({ http, clock: fake.clock });
  return { fake, clock: fake.clock as ManualClock, module, account };
}

/** A payout under way, with what an engine would keep of it. */
export class Course {
  readonly rig: Rig;
  readonly payout: Instruction;
  readonly keys: Record<string, string> = {};
  account: OpenAccount;
  references: ConnectorReference[];
  signal: AbortSignal | undefined;

  constructor(rig: Rig, payout: Partial<PayoutInstruction> | LinkInstruction = {}) {
    this.rig = rig;
    this.account = rig.account;
    this.payout = payout.method === null ? payout : instruction(payout);
    this.references = [...this.payout.references];
  }

  plan(operation: OperationOn<Instruction>): readonly string[] {
    const payout = { ...this.payout, references: this.references };
    const steps = this.rig.module.plan(operation, payout);
    for (const step of steps) this.keys[step] = newKey();
    return steps;
  }

  async call(step: string): Promise<Outcome<ProcessorState>> {
    const outcome = await this.rig.module.callStep({
      step,
      processorKey: this.keys[step] ?? "",
      payout: this.payout,
      ...this.#known,
    });
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  async lookup(step: string | null = null): Promise<LookupResult<ProcessorState>> {
    const { payoutId } = this.payout;
    const result = await this.rig.module.lookup({ payoutId, step, ...this.#known });
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  async void(notDone: readonly string[] = []): Promise<VoidOutcome | undefined> {
    const { payoutId } = this.payout;
    const input = { payoutId, step: null, notDone, processorKey: newKey(), ...this.#known };
    return this.rig.module.void?.(input);
  }

  /** Calls all steps of Create; each must be accepted. Answers the last state. */
  async create(): Promise<ProcessorState> {
    return this.go(this.plan("create"));
  }

  async go(steps: readonly string[]): Promise<ProcessorState> {
    let state: ProcessorState | undefined;
    for (const step of steps) {
      const outcome = await this.call(step);
      if (outcome.kind !== "accepted") throw new Error(`${step}: ${JSON.stringify(outcome)}`);
      state = outcome.value;
    }
    if (state === undefined) throw new Error("no steps");
    return state;
  }

  /** As far as the payment, which is not made. */
  async upToPay(): Promise<void> {
    await this.go(this.plan("create").filter((step) => step !== "pay"));
  }

  get #known() {
    const { references, keys: processorKeys, account } = this;
    const signal = this.signal ?? AbortSignal.timeout(5_000);
    return { references, processorKeys, stopAsked: false, signal, account };
  }

  #learn({ references = [] }: ProcessorState): void {
    this.references = [...this.references, ...references];
  }
}

/** The only payment in the processor's books. */
export function onlyPayment({ fake }: Rig) {
  const [only, ...more] = fake.transactions.newestFirst();
  if (only === undefined || more.length > 0) throw new Error("not one payment");
  return only;
}

/** What arrived at a path after /api/1.0. */
export function sentTo({ fake }: Rig, method: string, path: string) {
  return fake.http.requestsTo(method, `/api/1.0${path}`);
}

/** Answers a path with whatever is set, as Revolut or as something that stands before it. */
export function answering({ fake }: Rig, path: string) {
  const set: { reply: { status: number; body: unknown } | undefined } = { reply: undefined };
  fake.http.use(async (request, next) => {
    if (set.reply === undefined || request.path !== `/api/1.0${path}`) return next();
    return set.reply;
  });
  return set;
}

/** Replies that no document has were the test's own; what was requested is checked all the same. */
export function forgetReplies({ fake }: Rig): void {
  const requests = fake.http.violations.filter(({ side }) => side === "request");
  fake.http.violations.splice(0, fake.http.violations.length, ...requests);
}

export function accountInput(
  rig: Rig,
  changes: Partial<AccountInput> = {},
): AccountInput & { readonly account: OpenAccount } {
  return {
    disburseAccountId: "dacct_1",
    recipientId: "rcp_1",
    connectorRecipientId: null,
    method: sepa,
    person: ada,
    processorKey: newKey(),
    signal: AbortSignal.timeout(5_000),
    account: rig.account,
    ...changes,
  };
}
