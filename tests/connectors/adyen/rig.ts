import { onTestFinished } from "vitest";
import { createAdyenConnector } from "../../../src/connectors/adyen/connector.ts";
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
import { createHttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import type { ConnectorReference } from "../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import { FakeAdyen } from "../../processors/adyen/fake.ts";
import { ManualClock } from "../../processors/support/manual-clock.ts";

export const IBAN = "NL91ABNA0417164300";

export const SEPA: PayoutMethod = { kind: "sepa", iban: IBAN, holderName: "Zoë Hopper" };
export const BACS: PayoutMethod = {
  kind: "bacs",
  accountNumber: "00000123",
  sortCode: "090102",
  holderName: "Zoë Hopper",
};
export const ACH: PayoutMethod = {
  kind: "ach",
  accountNumber: "000012345678",
  routingNumber: "121202211",
  accountType: "SAVINGS",
  holderName: "Zoë Hopper",
};

export const ZOE: Person = {
  type: "INDIVIDUAL",
  individual: {
    givenName: "Zoë",
    familyName: "Hopper",
    birthDate: "1990-06-21",
    nationalId: "999-88-7777",
  },
  email: "zoe@example.com",
  phone: "+31858888138",
  address: {
    lines: ["Keizersgracht 6", "2 hoog"],
    city: "Oss",
    postalCode: "1011dj",
    country: "NL",
  },
};

export function instruction(changes: Partial<PayoutInstruction> = {}): PayoutInstruction {
  return {
    merchantId: "mer_1",
    payoutId: "po_1",
    merchantPayoutId: null,
    amount: { minorAmount: 12_34n, currency: "EUR" },
    destinationCurrency: changes.amount?.currency ?? "EUR",
    method: SEPA,
    person: ZOE,
    registered: { recipientId: null, accountId: null },
    references: [],
    priority: null,
    fulfillment: "AUTOMATIC",
    description: "Invoice 1",
    metadata: {},
    ...changes,
  };
}

let count = 0;
export function newKey(): string {
  count += 1;
  return `00000000-0000-4000-9000-${String(count).padStart(12, "0")}`;
}

/** The connector, over real HTTP, and a fake of Adyen with money in the balance account. */
export interface Rig {
  readonly fake: FakeAdyen;
  readonly clock: ManualClock;
  readonly module: ConnectorModule;
  readonly account: OpenAccount;
}

/** At the end of the test the fake is closed, and every request must have been a documented one. */
export async function openRig(
  settings: Readonly<Record<string, string>> = {},
  clock = new ManualClock(),
): Promise<Rig> {
  const fake = await FakeAdyen.open({ clock, legalEntityApiKey: "AQElegal-entity-key" });
  for (const currency of ["EUR", "USD", "GBP", "JPY", "KWD"]) fake.fund(currency, 10n ** 18n);
  const client = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  onTestFinished(async () => {
    client.close();
    await fake.http.close();
    fake.http.assertClean();
  });
  const account: OpenAccount = {
    connectorAccountId: "cacct_1",
    settings: {
      api_key: fake.apiKey,
      legal_entity_api_key: "AQElegal-entity-key",
      balance_platform: fake.owner.balancePlatform,
      balance_account_id: fake.balanceAccountId,
      webhook_hmac_key: fake.secrets.hmacKey,
      webhook_username: fake.secrets.username,
      webhook_password: fake.secrets.password,
      ...settings,
    },
    version: 1,
    baseUrl: fake.http.url,
  };
  return { fake, clock, module: createAdyenConnector({ http: client, clock }), account };
}

/** A payout under way, with what an engine would keep of it. */
export class Course {
  readonly rig: Rig;
  readonly payout: PayoutInstruction;
  readonly keys: Record<string, string> = {};
  references: ConnectorReference[] = [];
  /** Limit of one call (milliseconds); short, for what never answers. */
  timeoutMs = 5_000;

  constructor(
    rig: Rig,
    changes: Partial<PayoutInstruction> = {},
    operation: PlannedOperation = "create",
  ) {
    this.rig = rig;
    this.payout = instruction(changes);
    this.plan(operation);
  }

  /** Plans, and takes the payout as far as the plan goes. */
  static async run(
    rig: Rig,
    changes: Partial<PayoutInstruction> = {},
    operation: PlannedOperation = "create",
  ): Promise<Course> {
    const course = new Course(rig, changes, operation);
    for (const step of Object.keys(course.keys)) await course.go(step);
    return course;
  }

  plan(operation: PlannedOperation): readonly string[] {
    const steps = this.rig.module.plan(operation, this.payout);
    for (const step of steps) this.keys[step] = newKey();
    return steps;
  }

  async call(step: string): Promise<Outcome<ProcessorState>> {
    const outcome = await this.rig.module.callStep({
      ...this.#known(),
      step,
      processorKey: this.keys[step] ?? "",
      payout: this.payout,
    });
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  /** Calls a step that must be accepted. */
  async go(step: string): Promise<ProcessorState> {
    const outcome = await this.call(step);
    if (outcome.kind !== "accepted") throw new Error(`${step}: ${JSON.stringify(outcome)}`);
    return outcome.value;
  }

  async lookup(step: string | null = null): Promise<LookupResult<ProcessorState>> {
    const result = await this.rig.module.lookup({ ...this.#known(), step });
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  void(notDone: readonly string[] = [], processorKey = newKey()): Promise<VoidOutcome> {
    if (this.rig.module.void === undefined) throw new Error("there is no void");
    return this.rig.module.void({ ...this.#known(), step: null, processorKey, notDone });
  }

  /** The only transfer in the processor's books. */
  get transfer() {
    const [only, ...more] = this.rig.fake.transfers;
    if (only === undefined || more.length > 0) throw new Error("not one transfer");
    return only;
  }

  /** What the processor was sent to make the transfer. */
  get sent() {
    const [request] = this.rig.fake.http.requestsTo("POST", "/btl/v4/transfers");
    if (request === undefined) throw new Error("nothing was sent");
    return request;
  }

  #known() {
    const { payout, references, keys: processorKeys, rig } = this;
    const signal = AbortSignal.timeout(this.timeoutMs);
    const { payoutId } = payout;
    return {
      payoutId,
      references,
      processorKeys,
      stopAsked: false,
      signal,
      account: rig.account,
    };
  }

  #learn({ references = [] }: ProcessorState): void {
    this.references = [...this.references, ...references];
  }
}

export function recipientInput(
  rig: Rig,
  changes: Partial<RecipientInput> = {},
): RecipientInput & { readonly account: OpenAccount } {
  return {
    recipientId: "rcp_1",
    person: ZOE,
    metadata: {},
    processorKey: newKey(),
    signal: AbortSignal.timeout(5_000),
    account: rig.account,
    ...changes,
  };
}

export function accountInput(
  rig: Rig,
  changes: Partial<AccountInput> = {},
): AccountInput & { readonly account: OpenAccount } {
  return {
    disburseAccountId: "dacct_1",
    recipientId: "rcp_1",
    connectorRecipientId: null,
    method: SEPA,
    person: ZOE,
    processorKey: newKey(),
    signal: AbortSignal.timeout(5_000),
    account: rig.account,
    ...changes,
  };
}

/** Somebody whom the processor knows, with an account; checked, unless the test wants to. */
export async function register(rig: Rig, method: PayoutMethod = SEPA, isVerified = true) {
  const recipient = await rig.module.registerRecipient?.(recipientInput(rig));
  if (recipient?.kind !== "accepted") throw new Error(JSON.stringify(recipient));
  const recipientId = recipient.value.connectorRecipientId;
  const input = accountInput(rig, { connectorRecipientId: recipientId, method });
  const made = await rig.module.registerAccount?.(input);
  if (made?.kind !== "accepted") throw new Error(JSON.stringify(made));
  if (isVerified) rig.fake.verify(recipientId);
  return { recipientId, accountId: made.value.connectorAccountId };
}
