import { onTestFinished } from "vitest";
import type {
  AccountInput,
  ConnectorModule,
  LookupResult,
  OpenAccount,
  Outcome,
  PayoutInstruction,
  ProcessorState,
} from "../../../src/connectors/connector.ts";
import { createHttpClient } from "../../../src/connectors/toolkit/http-client.ts";
import { createWiseConnector } from "../../../src/connectors/wise/connector.ts";
import type { ConnectorReference } from "../../../src/domain/payout.ts";
import type { PayoutMethod } from "../../../src/domain/payout-method/index.ts";
import type { Person } from "../../../src/domain/person.ts";
import type { ManualClock } from "../../processors/support/manual-clock.ts";
import { openWiseFake, type WiseFake, type WiseFakeOptions } from "../../processors/wise/fake.ts";

export const TOKEN = "wise-secret-token-4711";
export const IBAN = "DE89370400440532013000";

export const sepa: PayoutMethod = { kind: "sepa", iban: IBAN, holderName: "Ada Lovelace" };
export const ada: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: "Ada", familyName: "Lovelace" },
  address: {
    lines: ["1 Main Street"],
    city: "New York",
    region: "NY",
    postalCode: "10001",
    country: "US",
  },
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
    amount: { minorAmount: 10_000n, currency: "GBP" },
    destinationCurrency: "EUR",
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

/** The fake, the connector, and one account that the one has at the other. */
export interface Rig {
  readonly fake: WiseFake;
  readonly clock: ManualClock;
  readonly module: ConnectorModule;
  readonly account: OpenAccount;
}

export async function openRig(
  options: WiseFakeOptions = {},
  settings: Readonly<Record<string, string>> = {},
): Promise<Rig> {
  const fake = await openWiseFake({ token: TOKEN, ...options });
  const client = createHttpClient({ maxReplyBytes: 1_000_000, maxSockets: 8 });
  onTestFinished(async () => {
    client.close();
    await fake.close();
  });
  const account: OpenAccount = {
    connectorAccountId: "cacct_1",
    settings: {
      api_token: TOKEN,
      profile_id: String(fake.profile),
      webhook_public_key: fake.webhookPublicKey,
      ...settings,
    },
    version: 1,
    baseUrl: fake.url,
  };
  const module = createWiseConnector({ http: client, clock: fake.clock });
  return { fake, clock: fake.clock as ManualClock, module, account };
}

/** A payout under way, with what an engine would keep of it. */
export class Course {
  readonly rig: Rig;
  readonly payout: PayoutInstruction;
  readonly keys: Record<string, string> = {};
  references: ConnectorReference[];
  /** Limit of one call (milliseconds); short, for what never answers. */
  timeoutMs = 5_000;

  constructor(rig: Rig, changes: Partial<PayoutInstruction> = {}) {
    this.rig = rig;
    this.payout = instruction(changes);
    this.references = [...this.payout.references];
    this.plan("create");
  }

  plan(operation: "create" | "transfer"): readonly string[] {
    const steps = this.rig.module.plan(operation, this.payout);
    for (const step of steps) this.keys[step] = newKey();
    return steps;
  }

  async call(step: string): Promise<Outcome<ProcessorState>> {
    const outcome = await this.rig.module.callStep({
      step,
      processorKey: this.keys[step] ?? "",
      payout: this.payout,
      references: this.references,
      processorKeys: this.keys,
      signal: AbortSignal.timeout(this.timeoutMs),
      account: this.rig.account,
    });
    if (outcome.kind === "accepted") this.#learn(outcome.value);
    return outcome;
  }

  async lookup(step: string | null = null): Promise<LookupResult<ProcessorState>> {
    const { payout, references, keys: processorKeys, rig } = this;
    const { account } = rig;
    const signal = AbortSignal.timeout(this.timeoutMs);
    const { payoutId } = payout;
    const known = {
      payoutId,
      step,
      references,
      processorKeys,
      stopAsked: false,
      signal,
      account,
    };
    const result = await rig.module.lookup(known);
    if (result.kind === "found") this.#learn(result.value);
    return result;
  }

  void(notDone: readonly string[] = []) {
    const { payout, references, keys: processorKeys, rig } = this;
    return rig.module.void?.({
      payoutId: payout.payoutId,
      step: null,
      references,
      processorKeys,
      stopAsked: false,
      processorKey: newKey(),
      notDone,
      signal: AbortSignal.timeout(this.timeoutMs),
      account: rig.account,
    });
  }

  /** Calls the steps in turn; all of them must be accepted. */
  async go(...steps: readonly string[]): Promise<ProcessorState> {
    let state: ProcessorState | undefined;
    for (const step of steps) {
      const outcome = await this.call(step);
      if (outcome.kind !== "accepted") throw new Error(`${step}: ${JSON.stringify(outcome)}`);
      state = outcome.value;
    }
    if (state === undefined) throw new Error("no steps");
    return state;
  }

  /** The only transfer in the processor's books. */
  get transfer() {
    const [only, ...more] = this.rig.fake.transfers.all();
    if (only === undefined || more.length > 0) throw new Error("not one transfer");
    return only;
  }

  #learn({ references = [] }: ProcessorState): void {
    this.references = [...this.references, ...references];
  }
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
