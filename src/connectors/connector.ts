import type { Money } from "../domain/money.ts";
import type {
  ConnectorReference,
  Fulfillment,
  PayoutError,
  PayoutPriority,
  PayoutStatus,
  Quote,
} from "../domain/payout.ts";
import type { PayoutMethod, PayoutMethodKind } from "../domain/payout-method/index.ts";
import type { Person } from "../domain/person.ts";
import type { DisburseAccountStatus, RecipientStatus } from "../domain/recipient.ts";

/**
 * The contract between the engine and a processor.
 *
 * A connector translates; the engine decides. It turns an instruction into one call to the
 * processor and the processor's reply into one of four outcomes. It keeps no state, makes no
 * retries, opens no transaction and never decides whether to call again: the engine does, and it
 * does so by the outcome alone. So the one rule that a connector must never bend is honesty about
 * what it knows:
 *
 * - `not_sent`: surely nothing happened. The connection was refused, the name not resolved, or the
 *   processor documents that this very answer means it did nothing. The engine calls again.
 * - `rejected`: a definite no. The processor has read the request and will not do it.
 * - `accepted`: a definite yes, with the status that the processor reports.
 * - `unknown`: anything else: a timeout after the first byte, a reset, a 5xx, a reply that cannot
 *   be read, a status that is not listed. The engine looks the step up before it does anything.
 *
 * When in doubt between two, it is `unknown`. A connector never throws for what a processor does;
 * whatever it does throw is taken as `unknown`.
 */
export interface Connector {
  readonly manifest: ConnectorManifest;

  /**
   * The names of the calls, in order, that an operation comes to for this payout. `create` takes the
   * payout as far as `fulfillment` says; `transfer` moves one that `create` left held. Pure.
   */
  plan(operation: "create" | "transfer", payout: PayoutInstruction): readonly string[];

  /**
   * Whether a step, once accepted, has moved money or a balance. When a later step is refused, a
   * payout of which nothing has moved is FAILED; any other waits for review.
   */
  movesMoney(step: string): boolean;

  /** Makes one call of a plan. */
  callStep(input: StepInput): Promise<Outcome<ProcessorState>>;

  /** Asks how the payout stands, by key or by the processor's reference. Changes nothing there. */
  lookup(input: LookupInput): Promise<LookupResult<ProcessorState>>;

  /** Asks the processor to stop the payout. Absent where it never can. */
  void?(input: VoidInput): Promise<VoidOutcome>;

  /** Asks for a price. Absent where the service stages by itself, without a quote. */
  quote?(input: QuoteInput): Promise<Outcome<Quote>>;

  /** Registers a recipient. Absent where the processor needs no registration. */
  registerRecipient?(input: RecipientInput): Promise<Outcome<RecipientRegistration>>;

  /** Finds a registration whose outcome is unknown. Present whenever `registerRecipient` is. */
  lookupRecipient?(input: RecipientInput): Promise<LookupResult<RecipientRegistration>>;

  /** Registers an account. Absent where the processor needs no registration. */
  registerAccount?(input: AccountInput): Promise<Outcome<AccountRegistration>>;

  /** Finds a registration whose outcome is unknown. Present whenever `registerAccount` is. */
  lookupAccount?(input: AccountInput): Promise<LookupResult<AccountRegistration>>;
}

/** Who does an operation: the processor, the service by itself, or nobody. */
export type Support = "PROCESSOR" | "SERVICE" | "UNSUPPORTED";

export type Operation =
  | "CREATE"
  | "TRANSFER"
  | "GET"
  | "VOID"
  | "STAGE"
  | "CREATE_LINK"
  | "CREATE_RECIPIENT"
  | "ENROLL_DISBURSE_ACCOUNT";

export interface Capability {
  readonly support: Support;
  /** How, in a few words, for people. */
  readonly note: string;
}

/** A pause that doubles from `firstMs` to `maxMs` (milliseconds). */
export interface Backoff {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** What a processor can do, as data: the engine and the documentation read the same. */
export interface ConnectorManifest {
  /** Lower case, as callers name it. */
  readonly name: string;
  readonly displayName: string;
  /** Serves test merchants only. */
  readonly testOnly: boolean;
  readonly operations: Readonly<Record<Operation, Capability>>;
  readonly methods: readonly PayoutMethodKind[];
  /** ISO 4217 codes, or "all". */
  readonly currencies: readonly string[] | "all";
  readonly idempotency: {
    /** The longest key that it takes; the engine's keys are UUIDs of 36 characters. */
    readonly maxKeyLength: number;
    /** How long a repeat with the same key is safe (milliseconds). After it, only a look-up is. */
    readonly windowMs: number;
    /**
     * Whether a refusal is kept under its key like an acceptance. Then a repeat that is refused proves
     * that the call before it was not accepted; otherwise it proves nothing, and a person decides.
     */
    readonly keepsRefusals: boolean;
  };
  /** Whether "not found" proves that the request was never accepted and never will be. */
  readonly notFoundIsProof: boolean;
  /** Pauses between calls after `not_sent`. */
  readonly retry: Backoff;
  /** Pauses between look-ups while the outcome is unknown or the money is moving. */
  readonly poll: Backoff;
  /** After so many calls in a row without an answer none is made for a while. */
  readonly circuit: { readonly failures: number; readonly open: Backoff };
}

/** What shall be paid to whom. Holds secrets: never log it, never keep it. */
export interface PayoutInstruction {
  /** Whose payout it is; a processor may see it as the account that pays. */
  readonly merchantId: string;
  readonly payoutId: string;
  readonly merchantPayoutId: string | null;
  readonly amount: Money;
  readonly destinationCurrency: string;
  readonly method: PayoutMethod;
  readonly person: Person | null;
  readonly priority: PayoutPriority | null;
  readonly fulfillment: Fulfillment;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StepInput {
  readonly step: string;
  /** The key under which the processor shall know the call. */
  readonly processorKey: string;
  readonly payout: PayoutInstruction;
  /** What earlier steps and look-ups brought. */
  readonly references: readonly ConnectorReference[];
  /** The keys of every step of the attempt, this one included, by step name. */
  readonly processorKeys: Readonly<Record<string, string>>;
  /** Ends the call at the connector's own limit. An abort after the first byte is `unknown`. */
  readonly signal: AbortSignal;
}

export interface LookupInput {
  readonly payoutId: string;
  /** The step whose outcome is in doubt; null when only the payout's state is asked for. */
  readonly step: string | null;
  readonly references: readonly ConnectorReference[];
  /** The keys of the attempt's steps, by step name. */
  readonly processorKeys: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

export interface VoidInput extends LookupInput {
  /** The key under which the processor shall know the request to stop. */
  readonly processorKey: string;
}

export interface QuoteInput {
  readonly amount: Money;
  readonly destinationCurrency: string;
  readonly signal: AbortSignal;
}

export interface RecipientInput {
  readonly recipientId: string;
  readonly person: Person;
  readonly metadata: Readonly<Record<string, string>>;
  readonly processorKey: string;
  readonly signal: AbortSignal;
}

export interface AccountInput {
  readonly disburseAccountId: string;
  readonly recipientId: string;
  /** The processor's id of the recipient, where it has been registered there. */
  readonly connectorRecipientId: string | null;
  readonly method: PayoutMethod;
  readonly person: Person;
  readonly processorKey: string;
  readonly signal: AbortSignal;
}

/** What a processor says of a payout. */
export interface ProcessorState {
  readonly status: PayoutStatus;
  /** The processor's own word, kept for people; absent when it adds nothing. */
  readonly rawStatus?: string;
  /** Why, when the status is one of failure. */
  readonly error?: PayoutError;
  /** Ids to add to those that are known. */
  readonly references?: readonly ConnectorReference[];
  /** The main one of them. */
  readonly connectorPayoutId?: string;
  readonly destinationAmount?: Money;
  /** Grows with every change at the processor: older news never overwrites newer. */
  readonly sequence?: number;
}

export interface RecipientRegistration {
  readonly status: RecipientStatus;
  readonly connectorRecipientId: string;
  readonly requirements?: readonly string[];
}

export interface AccountRegistration {
  readonly status: DisburseAccountStatus;
  readonly connectorAccountId: string;
}

/** How a call ended; see `Connector` for what each promises. */
export type Outcome<T> =
  | { readonly kind: "not_sent"; readonly error: PayoutError }
  | { readonly kind: "rejected"; readonly error: PayoutError }
  | { readonly kind: "accepted"; readonly value: T }
  | { readonly kind: "unknown"; readonly error: PayoutError };

/** How a look-up ended. `not_found` proves nothing unless the manifest says so. */
export type LookupResult<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "not_found" }
  | { readonly kind: "unreachable"; readonly error: PayoutError };

/**
 * How a request to stop ended: `requested` means that the processor will answer later; `not_found`
 * that it does not know the payout, which may still be on its way there.
 */
export type VoidOutcome =
  | { readonly kind: "done"; readonly references?: readonly ConnectorReference[] }
  | { readonly kind: "refused"; readonly error: PayoutError }
  | { readonly kind: "requested" }
  | { readonly kind: "not_found" }
  | { readonly kind: "not_sent"; readonly error: PayoutError }
  | { readonly kind: "unknown"; readonly error: PayoutError };

/**
 * News of a payout that a processor sends by itself, verified and translated. It may come twice, late
 * and in any order.
 */
export interface ProcessorNews {
  readonly connector: string;
  /** The key of any step of the attempt that the news is about. */
  readonly processorKey: string;
  readonly payoutId: string;
  readonly state: ProcessorState;
}
