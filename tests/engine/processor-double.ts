import type {
  AccountRegistration,
  Connector,
  ConnectorManifest,
  Instruction,
  Later,
  LookupResult,
  Outcome,
  PlannedOperation,
  ProcessorState,
  RecipientRegistration,
  StepEffect,
  StepInput,
  VoidOutcome,
} from "../../src/connectors/connector.ts";
import { UUID } from "../../src/connectors/toolkit/keys.ts";
import type { PayoutError, PayoutStatus } from "../../src/domain/payout.ts";

/** A transfer that the processor has accepted: money that moves. */
export interface Transfer {
  readonly key: string;
  readonly payoutId: string;
  readonly step: string;
}

/** How the processor deals with one call: what it does, and what of it arrives. */
export interface Behaviour {
  /** Whether the request reaches the ledger. */
  readonly accepts: boolean;
  /** What the connector makes of the reply; by default what was done, told truly. */
  readonly reply?:
    | Outcome<ProcessorState>["kind"]
    | "throw"
    | "hang"
    | "slow"
    /** An outcome of the test's. */
    | Outcome<ProcessorState>;
  /** Happens after the ledger was written and before the reply arrives. */
  readonly meanwhile?: () => Promise<void> | void;
}

export const HONEST: Behaviour = { accepts: true };

export const error = (reason: string): PayoutError => ({
  category: "CONNECTOR_DECLINED",
  reason,
  message: "a constant",
});

/**
 * A processor with a ledger, and a connector that tells the truth about it unless its script says
 * otherwise. It honours keys as long as it remembers them.
 */
export class ProcessorDouble {
  /** Every transfer ever accepted: one key, one entry, unless the keys were forgotten. */
  readonly ledger: Transfer[] = [];
  /** Every call, look-up and void, in order. */
  readonly log: string[] = [];
  readonly calls: StepInput<Instruction>[] = [];
  readonly voidKeys: string[] = [];
  /** What each void was told has not been done. */
  readonly notDone: (readonly string[])[] = [];
  /** What each look-up and void was told of stops that may have been done. */
  readonly stopAsked: boolean[] = [];
  readonly script: Behaviour[] = [];
  /** Steps that are refused whenever the script is over. */
  readonly refused = new Set<string>();
  readonly voidScript: (VoidOutcome | (() => Promise<VoidOutcome>))[] = [];
  /** What each look-up is preceded by, such as news that overtakes it. */
  beforeLookup: (() => Promise<void> | void) | null = null;
  /** Whether look-ups fail; and when the processor wants to be asked instead. */
  lookupFails: boolean | Later = false;
  /** What the processor says of an accepted transfer. */
  status: PayoutStatus = "SUCCESS";
  acceptedStatus: PayoutStatus | null = null;
  /** What it says of its own link. */
  link: ProcessorState["link"];
  slowMs = 5000;
  readonly registrations = new Map<string, string>();
  /** What each registration was told of the recipient's id. */
  readonly recipientIds: (string | null | undefined)[] = [];
  /** What each look-up of an account was told of its id. */
  readonly accountIds: (string | null | undefined)[] = [];
  accountStatus: AccountRegistration["status"] = "VERIFIED";
  #keys = new Set<string>();
  readonly #after: (ms: number) => Promise<void>;
  readonly #manifest: ConnectorManifest;
  readonly #plan: readonly string[];
  readonly #plans: Partial<Record<PlannedOperation | "link", readonly string[]>>;
  readonly #undoOf: (step: string) => string | undefined;
  readonly #effectOf: (step: string) => StepEffect;

  constructor(options: {
    readonly after: (ms: number) => Promise<void>;
    readonly plan?: readonly string[];
    /** Where operations differ; nothing is staged here by default. */
    readonly plans?: Partial<Record<PlannedOperation | "link", readonly string[]>>;
    readonly undoOf?: (step: string) => string | undefined;
    /** Which steps move money; the others hold. */
    readonly moves?: (step: string) => boolean;
    readonly effectOf?: (step: string) => StepEffect;
    readonly manifest?: Partial<ConnectorManifest>;
  }) {
    this.#after = options.after;
    this.#plan = options.plan ?? ["transfer"];
    this.#plans = { stage: [], ...options.plans };
    this.#undoOf = options.undoOf ?? (() => undefined);
    const { moves = () => true } = options;
    this.#effectOf = options.effectOf ?? ((step) => (moves(step) ? "MONEY" : "HOLD"));
    const manifest = { ...MANIFEST, ...options.manifest };
    // It makes links itself where a test says how long they live.
    const CREATE_LINK = manifest.links === undefined ? OURS : ITS_OWN;
    this.#manifest = { ...manifest, operations: { ...manifest.operations, CREATE_LINK } };
  }

  /** What of the ledger was done in this step. */
  done(step: string): readonly Transfer[] {
    return this.ledger.filter((each) => each.step === step);
  }

  /** The processor's key window has passed: a repeat would be a new transfer. */
  forgetKeys(): void {
    this.#keys = new Set();
  }

  connector(): Connector {
    return {
      connectorAccountId: null,
      manifest: this.#manifest,
      plan: (operation) => this.#plans[operation] ?? this.#plan,
      undoOf: (step) => this.#undoOf(step),
      effectOf: (step) => this.#effectOf(step),
      callStep: (input) => this.#call(input),
      lookup: async (input) => {
        this.log.push(`lookup ${input.step}`);
        this.stopAsked.push(input.stopAsked);
        await this.beforeLookup?.();
        if (this.lookupFails !== false) return this.#unreachable();
        const keys = Object.entries(input.processorKeys)
          .filter(([step]) => input.step === null || step === input.step)
          .map(([, key]) => key);
        const found = this.ledger.find(({ key }) => keys.includes(key));
        return found === undefined
          ? { kind: "not_found" }
          : { kind: "found", value: this.#state() };
      },
      void: async (input) => {
        this.log.push("void");
        this.stopAsked.push(input.stopAsked);
        this.notDone.push(input.notDone ?? []);
        this.voidKeys.push(input.processorKey);
        const next = this.voidScript.shift() ?? { kind: "done" as const };
        return typeof next === "function" ? next() : next;
      },
      registerRecipient: (input) => {
        this.recipientIds.push(input.connectorRecipientId);
        return this.#register<RecipientRegistration>(input.processorKey, (id) => ({
          status: "ACTIVE",
          connectorRecipientId: id,
        }));
      },
      lookupRecipient: (input) =>
        this.#findRegistration<RecipientRegistration>(input.processorKey, (id) => ({
          status: "ACTIVE",
          connectorRecipientId: id,
        })),
      registerAccount: (input) => {
        this.recipientIds.push(input.connectorRecipientId);
        return this.#register<AccountRegistration>(input.processorKey, (id) => ({
          status: this.accountStatus,
          connectorAccountId: id,
        }));
      },
      lookupAccount: (input) => {
        this.accountIds.push(input.connectorAccountId);
        return this.#findRegistration<AccountRegistration>(input.processorKey, (id) => ({
          status: this.accountStatus,
          connectorAccountId: id,
        }));
      },
    };
  }

  #unreachable() {
    const { lookupFails: later } = this;
    const said = typeof later === "object" ? { later } : {};
    return { kind: "unreachable", error: error("DOWN"), ...said } as const;
  }

  #state(status: PayoutStatus = this.status): ProcessorState {
    return { status, ...(this.link && { link: this.link }) };
  }

  async #call(input: StepInput<Instruction>): Promise<Outcome<ProcessorState>> {
    const { processorKey: key, step } = input;
    this.log.push(`call ${step}`);
    this.calls.push(input);
    const behaviour = this.script.shift() ?? { accepts: !this.refused.has(step) };
    if (behaviour.accepts && !this.#keys.has(key)) {
      this.#keys.add(key);
      this.ledger.push({ key, step, payoutId: input.payout.payoutId });
    }
    await behaviour.meanwhile?.();
    const value = this.#state(this.acceptedStatus ?? "PENDING");
    return this.#reply(behaviour, value);
  }

  async #reply<T>({ accepts, reply }: Behaviour, value: T): Promise<Outcome<T>> {
    if (typeof reply === "object") return reply as Outcome<T>;
    switch (reply) {
      case "throw":
        throw new Error("a connector with a fault");
      case "hang":
        return new Promise(() => {});
      case "slow":
        await this.#after(this.slowMs);
        return { kind: "accepted", value };
      case undefined:
      case "accepted":
        return accepts ? { kind: "accepted", value } : { kind: "rejected", error: error("NO") };
      default:
        return { kind: reply, error: error(reply.toUpperCase()) };
    }
  }

  async #register<T>(key: string, value: (id: string) => T): Promise<Outcome<T>> {
    this.log.push("register");
    const behaviour = this.script.shift() ?? HONEST;
    if (behaviour.accepts && !this.registrations.has(key)) this.registrations.set(key, `at-${key}`);
    await behaviour.meanwhile?.();
    return this.#reply(behaviour, value(`at-${key}`));
  }

  async #findRegistration<T>(key: string, value: (id: string) => T): Promise<LookupResult<T>> {
    this.log.push("lookup");
    await this.beforeLookup?.();
    if (this.lookupFails !== false) return this.#unreachable();
    const id = this.registrations.get(key);
    return id === undefined ? { kind: "not_found" } : { kind: "found", value: value(id) };
  }
}

const ITS_OWN = { support: "PROCESSOR", note: "" } as const;
const OURS = { support: "SERVICE", note: "" } as const;

export const WINDOW_MS = 24 * 60 * 60 * 1000;

const MANIFEST: ConnectorManifest = {
  name: "double",
  displayName: "Double",
  testOnly: true,
  operations: {
    CREATE: ITS_OWN,
    TRANSFER: ITS_OWN,
    GET: ITS_OWN,
    VOID: ITS_OWN,
    STAGE: ITS_OWN,
    CREATE_LINK: OURS,
    CREATE_RECIPIENT: ITS_OWN,
    ENROLL_DISBURSE_ACCOUNT: ITS_OWN,
  },
  methods: ["paypal"],
  currencies: "all",
  idempotency: {
    repeat: "REPLAYED",
    maxKeyLength: 36,
    keyPattern: UUID,
    windowMs: WINDOW_MS,
    keepsRefusals: true,
  },
  lookup: "BY_KEY",
  webhookSignature: null,
  notFoundIsProof: false,
  retry: { firstMs: 500, maxMs: 2000 },
  poll: { firstMs: 500, maxMs: 5000 },
  circuit: { failures: 1000, open: { firstMs: 1000, maxMs: 1000 } },
};
