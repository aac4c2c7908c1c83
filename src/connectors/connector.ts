import type { LinkTerms } from "../domain/link.ts";
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
import type { HttpClient } from "./toolkit/http-client.ts";

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
 *   be read, an HTTP status that is not documented. The engine looks the step up before it does anything.
 *
 * When in doubt between two, it is `unknown`. A connector never throws for what a processor does;
 * whatever it does throw is taken as `unknown`.
 */
export interface Connector<P extends Instruction = Instruction> extends ProcessorCalls<unknown, P> {
  /** Whose account the calls are made with; null where the processor knows no accounts of merchants. */
  readonly connectorAccountId: string | null;
}

/**
 * What a connector's author writes, beside an `index.ts` that exports `createConnector`: one object for
 * all merchants, which keeps nothing but access tokens. Whose account a call is made with comes with the
 * call. One that makes payout links of the processor's own is a `ConnectorModule<Instruction>`; no other is
 * ever given a `LinkInstruction`.
 */
export interface ConnectorModule<P extends Instruction = PayoutInstruction>
  extends ProcessorCalls<WithAccount, P> {
  /** What an account at this processor needs, in the order in which people are asked for it. */
  readonly accountFields: readonly AccountField[];
  /** Where the processor is, for test merchants and for live ones. A setting may say otherwise. */
  readonly baseUrls: { readonly test: string; readonly live: string };
  /** Understands what the processor sends by itself. Absent where it sends nothing. */
  readonly webhook?: Webhook;
}

/** What a connector is made with: it reaches nothing of the world but through these. */
export interface ConnectorTools {
  readonly http: HttpClient;
  readonly clock: { readonly now: () => number };
}

/** What the `index.ts` of a connector's folder exports under the name `createConnector`. */
export type CreateConnector = (tools: ConnectorTools) => ConnectorModule;

/** One setting of an account at a processor. */
export interface AccountField {
  /** Lower snake case, such as "secret_key"; in the environment in capitals. */
  readonly name: string;
  /** Stored encrypted and never shown again. */
  readonly secret: boolean;
  readonly required: boolean;
  /** What it is and where to find it, a sentence. */
  readonly about: string;
  /** What the whole of it must match; absent: visible characters. */
  readonly pattern?: RegExp;
}

/** A merchant's account at a processor, opened for one call. Holds secrets: never log it, never keep it. */
export interface OpenAccount {
  readonly connectorAccountId: string;
  /** Every setting that is set, secret ones too, by name. */
  readonly settings: Readonly<Record<string, string>>;
  /** Changes when a setting does: what is kept for an account, such as a token, is kept by it. */
  readonly version: number;
  readonly baseUrl: string;
}

/** How a processor's own messages are read, by the bytes as they came. Nothing is changed by it. */
export interface Webhook {
  /**
   * Whether the message is the processor's. Compared in constant time; old ones are refused where the
   * signature covers a time. During a rotation two secrets are good. To throw is to refuse. Where only the
   * processor can tell, it is asked, within the message's signal; a promise that rejects says that it could
   * not be asked, and the message comes again.
   */
  verify(message: WebhookMessage, account: OpenAccount): boolean | Promise<boolean>;
  /** What a verified message says; "unreadable" is kept for people, and nothing is lost by it. Pure. */
  parse(message: WebhookMessage, account: OpenAccount): WebhookReading;
  /** What the processor wants to be answered; default: 200 without a body. */
  readonly reply?: { readonly status: number; readonly contentType: string; readonly body: string };
}

export interface WebhookMessage {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  /** When it came (milliseconds). */
  readonly receivedAt: number;
  /** Ends what the processor is asked for its sake, at the connector's own limit. */
  readonly signal: AbortSignal;
}

export type WebhookReading =
  | { readonly kind: "events"; readonly events: readonly WebhookEvent[] }
  | { readonly kind: "unreadable" };

/** One event of a message. */
export interface WebhookEvent {
  /** The processor's id of the event: the same one twice is taken once. */
  readonly eventId: string;
  /**
   * What it is about: a payout, by the key of one of its steps or by an id that the processor gave; or a
   * registration, by the processor's id of a recipient or an account. Null where it is neither.
   */
  readonly about:
    | { readonly processorKey: string }
    | { readonly reference: ConnectorReference }
    | { readonly registration: string }
    | null;
  /** Null where it says only that something has changed: then it is looked up. */
  readonly state: ProcessorState | null;
}

/** The calls of a connector; `E` is what they are told beside what is written here, `P` what they can do. */
export interface ProcessorCalls<E, P extends Instruction> {
  readonly manifest: ConnectorManifest;

  /**
   * The names of the calls, in order, that an operation comes to for this payout. Pure.
   *
   * - `stage`: what the processor itself keeps for review; empty where the service stages by itself. Each
   *   of its steps answers REQUIRES_CONFIRMATION: one before the last too, since what is being staged is
   *   never on its way to be paid.
   * - `create`: takes the payout as far as `fulfillment` says.
   * - `transfer`: moves one that `create` left held or `stage` left to be confirmed.
   * - `link`: makes a payout link of the processor's own, for a `LinkInstruction`. Asked only where the
   *   manifest says that the processor does CREATE_LINK.
   */
  plan(operation: OperationOn<P>, payout: P): readonly string[];

  /** What a step leaves behind at the processor once it is accepted. */
  effectOf(step: string): StepEffect;

  /**
   * The name of the step that takes this one back; undefined where none does. When a later step is
   * definitely refused, or the processor says that the payout has failed, the engine calls the undoing
   * steps of all that were accepted, the last one first, and only then is the payout FAILED. An undoing
   * step is called and looked up like any other, under a key of its own.
   */
  undoOf?(step: string): string | undefined;

  /** Makes one call of a plan. */
  callStep(input: StepInput<P> & E): Promise<Outcome<ProcessorState>>;

  /** Asks how the payout stands, by key or by the processor's reference. Changes nothing there. */
  lookup(input: LookupInput & E): Promise<LookupResult<ProcessorState>>;

  /** Asks the processor to stop the payout. Absent where it never can. */
  void?(input: VoidInput & E): Promise<VoidOutcome>;

  /**
   * Asks for a price. Absent where the service stages by itself, without a quote. It may register whom the
   * processor prices nothing for before it knows them, but leaves nothing behind that could pay anybody.
   */
  quote?(input: QuoteInput & E): Promise<Outcome<ProcessorQuote>>;

  /** Registers a recipient. Absent where the processor needs no registration. */
  registerRecipient?(input: RecipientInput & E): Promise<Outcome<RecipientRegistration>>;

  /** Finds a registration whose outcome is unknown. Present whenever `registerRecipient` is. */
  lookupRecipient?(input: RecipientInput & E): Promise<LookupResult<RecipientRegistration>>;

  /** Registers an account. Absent where the processor needs no registration. */
  registerAccount?(input: AccountInput & E): Promise<Outcome<AccountRegistration>>;

  /** Finds a registration whose outcome is unknown. Present whenever `registerAccount` is. */
  lookupAccount?(input: AccountInput & E): Promise<LookupResult<AccountRegistration>>;
}

/** The operations that come to calls of a plan, where it is known how the recipient is paid. */
export type PlannedOperation = "stage" | "create" | "transfer";

/** Those that can be planned for an instruction. */
export type OperationOn<P extends Instruction> = P extends PayoutInstruction
  ? PlannedOperation
  : "link";

/**
 * What an accepted step leaves behind. When a step is refused, a payout of which no money has moved is
 * FAILED; one whose money has moved, and cannot be taken back by undoing, waits for a person.
 *
 * - `NOTHING`: nothing that could ever pay anybody, such as an answer, a quote or a registration.
 * - `HOLD`: what pays nobody until a later step or a person releases it, such as an unfunded transfer or
 *   a link that waits to be claimed.
 * - `MONEY`: money or a balance has moved, or will by itself.
 */
export type StepEffect = "NOTHING" | "HOLD" | "MONEY";

/** What a module is told beside: the account that the call is made with. */
export interface WithAccount {
  readonly account: OpenAccount;
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
  /** How long a link of the processor's own can live; absent where it makes none. */
  readonly links?: LinkLimits;
  readonly idempotency: {
    /**
     * What a repeat under the same key comes to: the first answer again (`REPLAYED`), a refusal that
     * points to the first (`REFUSED`), or a second payout (`NONE`: it is never repeated).
     */
    readonly repeat: "REPLAYED" | "REFUSED" | "NONE";
    /** The longest key that it takes; the engine's keys are UUIDs of 36 characters. */
    readonly maxKeyLength: number;
    /** What the whole of a key must match. One that does not is refused before anything is sent. */
    readonly keyPattern: RegExp;
    /** How long a repeat with the same key is safe (milliseconds); 0 for never. After it, only a look-up is. */
    readonly windowMs: number;
    /**
     * Whether a refusal is kept under its key like an acceptance. Then a repeat that is refused proves
     * that the call before it was not accepted; otherwise it proves nothing, and a person decides.
     */
    readonly keepsRefusals: boolean;
  };
  /**
   * How a payout is found after an answer was lost: by our key, only by an id that the processor gave, or
   * not at all. With `NONE`, `lookup` asks nobody and answers `not_found`, and `notFoundIsProof` is false:
   * what is unknown goes to a person.
   */
  readonly lookup: "BY_KEY" | "BY_REFERENCE" | "NONE";
  /** Whether "not found" proves that the request was never accepted and never will be. */
  readonly notFoundIsProof: boolean;
  /** How webhooks are signed, for people; null where there are none. */
  readonly webhookSignature: string | null;
  /** Pauses between calls after `not_sent`. */
  readonly retry: Backoff;
  /** Pauses between look-ups while the outcome is unknown or the money is moving. */
  readonly poll: Backoff;
  /** After so many calls in a row without an answer none is made for a while. */
  readonly circuit: { readonly failures: number; readonly open: Backoff };
}

/** In milliseconds, both included; a time between them is a multiple of `stepMs`. */
export interface LinkLimits {
  readonly minMs: number;
  readonly maxMs: number;
  readonly stepMs: number;
}

/** What a connector is told of a payout. Holds secrets: never log it, never keep it. */
export type Instruction = PayoutInstruction | LinkInstruction;

/** What shall be paid to whom. */
export interface PayoutInstruction extends AnyInstruction {
  readonly method: PayoutMethod;
}

/** What shall be paid to whoever claims it at the processor, who asks them how. */
export interface LinkInstruction extends AnyInstruction {
  readonly method: null;
  /** Whom the link is for. */
  readonly person: Person;
  readonly link: LinkTerms;
}

interface AnyInstruction {
  /** Whose payout it is; a processor may see it as the account that pays. */
  readonly merchantId: string;
  readonly payoutId: string;
  readonly merchantPayoutId: string | null;
  readonly amount: Money;
  readonly destinationCurrency: string;
  readonly person: Person | null;
  /** By what ids this processor knows the recipient and the account already; null where it does not. */
  readonly registered: { readonly recipientId: string | null; readonly accountId: string | null };
  /** What else it has given an id already, such as a quote. */
  readonly references: readonly ConnectorReference[];
  readonly priority: PayoutPriority | null;
  readonly fulfillment: Fulfillment;
  readonly description: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export interface StepInput<P extends Instruction = PayoutInstruction> {
  readonly step: string;
  /** The key under which the processor shall know the call; not sent where it takes none. */
  readonly processorKey: string;
  readonly payout: P;
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
  /** Whether the processor was asked to stop the payout before, and may have done so: answers get lost. */
  readonly stopAsked: boolean;
  readonly signal: AbortSignal;
}

export interface VoidInput extends LookupInput {
  /** The key under which the processor shall know the request to stop. */
  readonly processorKey: string;
  /**
   * Steps that surely have not been done, and will not be while the wish to stop stands: never sent, or
   * definitely refused. Whatever is not here may have arrived, or may still be on its way.
   */
  readonly notDone?: readonly string[];
}

export interface QuoteInput {
  /** What would be paid to whom. The payout may never be. */
  readonly payout: PayoutInstruction;
  readonly signal: AbortSignal;
}

export interface RecipientInput {
  readonly recipientId: string;
  /** The processor's id of the recipient, once it has said one; it may still be under review. */
  readonly connectorRecipientId?: string | null;
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
  /** The processor's id of the account, once it has said one; it may still be under review. */
  readonly connectorAccountId?: string | null;
  readonly method: PayoutMethod;
  readonly person: Person;
  readonly processorKey: string;
  readonly signal: AbortSignal;
}

/**
 * A price, with the ids by which the processor will know it when the payout is made: its own, and those of
 * what was registered for its sake. Without `expireTime` it is indicative: no price is held.
 */
export interface ProcessorQuote extends Quote {
  readonly references?: readonly ConnectorReference[];
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
  /** Of a link of the processor's own, what is known of it. */
  readonly link?: {
    /** The address for the recipient: a secret. */
    readonly url?: string;
    /** Until when it can be claimed (milliseconds). */
    readonly expireTime?: number;
  };
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

/**
 * How a call ended; see `Connector` for what each promises. A step that asks whether a payout can be made
 * at all, and hears that it cannot, is accepted, with the status INELIGIBLE and the reason as its error.
 */
export type Outcome<T> =
  | {
      readonly kind: "not_sent";
      readonly error: PayoutError;
      /** Present when it was the processor that said so: it wants to be asked again later. */
      readonly later?: Later;
    }
  | { readonly kind: "rejected"; readonly error: PayoutError }
  | { readonly kind: "accepted"; readonly value: T }
  | { readonly kind: "unknown"; readonly error: PayoutError };

/** Why and when a call that did nothing is worth another try. */
export interface Later {
  /** Not before so long (milliseconds), where the processor said how long. */
  readonly afterMs?: number;
  /** What the payout waits for meanwhile, where it is more than the processor's time. */
  readonly status?: "REQUIRES_VENDOR_ACCOUNT_CREATION";
}

/**
 * How a look-up ended. `not_found` proves nothing unless the manifest says so. `later` is there when it was
 * the processor that would not answer now: it is asked no sooner than it says.
 */
export type LookupResult<T> =
  | { readonly kind: "found"; readonly value: T }
  | { readonly kind: "not_found" }
  | { readonly kind: "unreachable"; readonly error: PayoutError; readonly later?: Later };

/**
 * How a request to stop ended: `requested` means that the processor will answer later; `not_found`
 * that it does not know the payout, which may still be on its way there.
 */
export type VoidOutcome =
  | { readonly kind: "done"; readonly references?: readonly ConnectorReference[] }
  | { readonly kind: "refused"; readonly error: PayoutError }
  | { readonly kind: "requested" }
  | { readonly kind: "not_found" }
  | { readonly kind: "not_sent"; readonly error: PayoutError; readonly later?: Later }
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
