import { onTestFinished } from "vitest";
import type {
  AccountInput,
  ConnectorModule,
  LookupResult,
  OpenAccount,
  Outcome,
  PayoutInstruction,
  PlannedOperation,
  ProcessorState,
  RecipientInput,
  VoidOutcome,
} from "../../../src/connectors/connector.ts";
import { createDwollaConnector } from "../../../src/connectors/dwolla/connector.ts";
import { createHttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import type { ConnectorReference } from "../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import { FakeDwolla } from "../../processors/dwolla/fake.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";

export const CLIENT_SECRET = "client-secret-4711-canary";
export const WEBHOOK_SECRET = "webhook-secret-canary";
export const ACCOUNT_NUMBER = "000123456789";

export const ach: PayoutMethod = {
  kind: "ach",
  accountNumber: ACCOUNT_NUMBER,
  routingNumber: "222222226",
  accountType: "CHECKING",
  holderName: "Ada Lovelace",
};
export const ada: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: "Ada", familyName: "Lovelace" },
  email: "ada@example.com",
};

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
    amount: { minorAmount: 4_200n, currency: "USD" },
    destinationCurrency: "USD",
    method: ach,
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

/** The fake, the connector, and one account that the one has at the other. */
export interface Rig {
  readonly fake: FakeDwolla;
  readonly clock: ManualClock;
  readonly module: ConnectorModule;
  readonly account: OpenAccount;
}

/** At the end of the test every request must have been a documented one. */
export async function openRig(settings: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const clock = new ManualClock();
  const fake = await FakeDwolla.open({
    clock,
    credentials: { clientId: "client-id", clientSecret: CLIENT_SECRET },
    webhookSecret: WEBHOOK_SECRET,
  });
  fake.fund(1_000_000n);
  const client = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  onTestFinished(async () => {
    client.close();
    await fake.http.close();
    fake.http.assertClean();
  });
  const account: OpenAccount = {
    connectorAccountId: "cacct_1",
    settings: {
      client_id: "client-id",
      client_secret: CLIENT_SECRET,
      funding_source_id: fake.balanceSourceId,
      webhook_secret: WEBHOOK_SECRET,
      ...settings,
    },
    version: 1,
    baseUrl: fake.http.url,
  };
  return { fake, clock, module: createDwollaConnector({ http: client, clock }), account };
}

/** A payout under way, with what an engine would keep of it. */
export class Course {
  readonly rig: Rig;
  readonly payout: PayoutInstruction;
  readonly keys: Record<string, string> = {};
  references: ConnectorReference[];
  account: OpenAccount;
  /** Limit of one call (milliseconds); short, for what never answers. */
  timeoutMs = 5_000;

  constructor(
    rig: Rig,
    changes: Partial<PayoutInstruction> = {},
    operation: PlannedOperation = "create",
  ) {
    this.rig = rig;
    this.account = rig.account;
    this.payout = instruction(changes);
    this.references = [...this.payout.references];
    this.plan(operation);
  }

  plan(operation: PlannedOperation): readonly string[] {
    const { payout, references } = this;
    const steps = this.rig.module.plan(operation, { ...payout, references });
    for (const step of steps) this.key(step);
    return steps;
  }

  key(step: string): string {
    const key = this.keys[step] ?? newKey();
    this.keys[step] = key;
    return key;
  }

  async call(step: string): Promise<Outcome<ProcessorState>> {
    const outcome = await this.rig.module.callStep({
      step,
      processorKey: this.key(step),
      payout: this.payout,
      references: this.references,
      processorKeys: this.keys,
      signal: AbortSignal.timeout(this.timeoutMs),
      account: this.account,
    });
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  async lookup(step: string | null = null): Promise<LookupResult<ProcessorState>> {
    const { payout, references, keys: processorKeys, account, rig } = this;
    const result = await rig.module.lookup({
      payoutId: payout.payoutId,
      step,
      references,
      processorKeys,
      stopAsked: false,
      signal: AbortSignal.timeout(this.timeoutMs),
      account,
    });
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  async void(notDone: readonly string[] = []): Promise<VoidOutcome> {
    const { payout, references, keys: processorKeys, account, rig } = this;
    if (rig.module.void === undefined) throw new Error("no void");
    return rig.module.void({
      payoutId: payout.payoutId,
      step: null,
      references,
      processorKeys,
      stopAsked: false,
      processorKey: newKey(),
      notDone,
      signal: AbortSignal.timeout(this.timeoutMs),
      account,
    });
  }

  /** Calls the steps in turn; all of them must be accepted. By default those that are planned. */
  async go(...steps: readonly string[]): Promise<ProcessorState> {
    let state: ProcessorState | undefined;
    for (const step of steps.length === 0 ? Object.keys(this.keys) : steps) {
      const outcome = await this.call(step);
      if (outcome.kind !== "accepted") throw new Error(`${step}: ${JSON.stringify(outcome)}`);
      state = outcome.value;
    }
    if (state === undefined) throw new Error("no steps");
    return state;
  }

  /** The only transfer in the processor's books. */
  get transfer() {
    const [only, ...more] = this.rig.fake.transfers;
    if (only === undefined || more.length > 0) throw new Error("not one transfer");
    return only;
  }

  /** The only mass payment in the processor's books. */
  get massPayment() {
    const [only, ...more] = this.rig.fake.massPayments;
    if (only === undefined || more.length > 0) throw new Error("not one mass payment");
    return only;
  }

  #learn({ references = [] }: ProcessorState): void {
    this.references = [...this.references, ...references];
  }
}

export function recipientInput(
  { account }: Rig,
  changes: Partial<RecipientInput> = {},
): RecipientInput & { readonly account: OpenAccount } {
  return {
    recipientId: "rcp_1",
    person: ada,
    metadata: {},
    processorKey: newKey(),
    signal: AbortSignal.timeout(5_000),
    account,
    ...changes,
  };
}

export function accountInput(
  { account }: Rig,
  changes: Partial<AccountInput> = {},
): AccountInput & { readonly account: OpenAccount } {
  return {
    disburseAccountId: "dacct_1",
    recipientId: "rcp_1",
    connectorRecipientId: null,
    method: ach,
    person: ada,
    processorKey: newKey(),
    signal: AbortSignal.timeout(5_000),
    account,
    ...changes,
  };
}

/** A customer with a bank account, registered by the connector itself. */
export async function registered(rig: Rig, method: PayoutMethod = ach) {
  const recipient = await rig.module.registerRecipient?.(recipientInput(rig));
  if (recipient?.kind !== "accepted") throw new Error(JSON.stringify(recipient));
  const recipientId = recipient.value.connectorRecipientId;
  const input = accountInput(rig, { connectorRecipientId: recipientId, method });
  const bank = await rig.module.registerAccount?.(input);
  if (bank?.kind !== "accepted") throw new Error(JSON.stringify(bank));
  return { recipientId, accountId: bank.value.connectorAccountId };
}
