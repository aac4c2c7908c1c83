import type {
  AccountInput,
  LinkInstruction,
  PayoutInstruction,
} from "../../../src/connectors/connector.ts";
import type { Money } from "../../../src/domain/money.ts";
import type { ConnectorReference, PayoutStatus } from "../../../src/domain/payout.ts";
import type { FakeProcessor } from "../../processors/support/fake-processor.ts";

/**
 * What a connector's author tells the conformance kit: only what the kit cannot find out by itself.
 *
 * `tests/connectors/<name>/subject.ts` exports one of these under the name `subject`. The kit finds it,
 * takes the module from `src/connectors/<name>/index.ts`, and runs every check; nothing is registered
 * anywhere, and no test is written. See the README beside this file for what is checked.
 *
 * A class of your own that implements `OpenProcessor` may stand for it in the functions below.
 */
export interface ConnectorSubject {
  /**
   * Starts a new fake with money in it, for one merchant's account. Several are open at once: each has
   * secrets of its own (settings, tokens: a seed of its own for `countingIds`), and takes no other's. Its
   * clock is a `ManualClock`.
   */
  open(): Promise<OpenProcessor>;

  /**
   * The requests that each call sends, in their order, by the name of the step: every step of every
   * plan, every undoing step, and "void", "quote", "registerRecipient" and "registerAccount" where the
   * module has them. The kit breaks each of them in every way. Getting an access token is listed once
   * under "token", where there is such a thing; a step that needs no more than a token has an empty list.
   */
  readonly requests: Readonly<Record<string, readonly StepRequest[]>>;

  /**
   * Amounts that can be paid, by the decimals of the currency; a sentence that says why, where the
   * processor pays no such currency at all.
   */
  readonly amounts: Readonly<Record<0 | 2 | 3, AmountRange | string>>;

  /** The processor's status words: one list for each kind of object that a payout's state is read from. */
  readonly words: readonly StatusWords[];

  /** Every way in which the processor says a definite no; one that says it with 2xx first of all. */
  readonly refusals: readonly Refusal[];

  /** Needed where the manifest says that the processor does CREATE_LINK; else absent. */
  readonly links?: LinkMaking;

  /** Absent where the module has no `webhook`. */
  readonly webhooks?: WebhookSigning;
}

/** One request of a call. */
export interface StepRequest {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** The fake's route template: "/v1/transfers/{transferId}". */
  readonly path: string;
  /**
   * Whether the step's effect is made by it: then a lost answer leaves the step unknown. A request that
   * only asks or prepares may as well end as `not_sent`.
   */
  readonly acts: boolean;
  /** Whether a success has no body, so that one whose body is lost is as good: 204, or 201 with a Location. */
  readonly bodiless?: boolean;
}

/** Minor units, from and to, both included. */
export interface AmountRange {
  readonly currency: string;
  /** What the recipient gets; absent: the same currency. */
  readonly destinationCurrency?: string;
  readonly min: bigint;
  readonly max: bigint;
  /** Where not every amount can be paid (10n: whole tens); absent: 1n. */
  readonly multipleOf?: bigint;
}

/** What is paid to whom. All else of an instruction is the kit's. */
export type Order = Pick<
  PayoutInstruction,
  "amount" | "destinationCurrency" | "method" | "person" | "registered" | "metadata"
>;

/** A fake that runs, and the merchant's account at it. */
export interface OpenProcessor {
  readonly http: FakeProcessor;
  /** Absent: `http.url`. */
  readonly baseUrl?: string;
  /** The settings of the merchant's account, secret ones too. */
  readonly settings: Readonly<Record<string, string>>;
  /**
   * What else must turn up nowhere, such as the access tokens that the fake has given out. Secret
   * settings, and the numbers of the order's method and person, the kit knows.
   */
  secrets?(): readonly string[];

  /**
   * Ready to be paid by AUTOMATIC fulfillment, MANUAL and staging alike. By default an amount of 2 decimals.
   * With a `person`, even where the processor wants none: callers give one, and the story enrolls them.
   */
  order(amount?: Money, destinationCurrency?: string): Promise<Order>;

  /**
   * Moves on what is under way, until it ends well at the processor: the look-up then says SUCCESS. Nothing
   * to do where the answer to the last step says so already.
   */
  settle(): void | Promise<void>;

  /** The bank returns what has ended well; absent where none ever does. */
  giveBack?(): void | Promise<void>;

  /**
   * The books of the processor. For every place where a payout leaves exactly one entry, what is there
   * and has not been taken back, in the currency of the order's amount, without fees: `{ transfers:
   * [...], payouts: [...] }` where money moves twice, `{ transfers: [...] }` where it moves once. What is held
   * unfunded or under review is no entry.
   */
  books(): Readonly<Record<string, readonly Money[]>>;

  /** Sends what waits of webhook messages to this address, signed. Needed where the module has `webhook`. */
  deliver?(url: string): Promise<void>;

  /**
   * What is given to `registerRecipient` and `registerAccount`, of somebody who is not registered yet;
   * needed where the module has them.
   */
  readonly recipient?: () => Pick<AccountInput, "person"> & Pick<PayoutInstruction, "metadata">;
  readonly bankAccount?: () => Promise<
    Pick<AccountInput, "method" | "person" | "connectorRecipientId">
  >;

  close(): Promise<void>;
}

/** What is special about payouts by links of the processor's own. */
export interface LinkMaking {
  /** Of the steps of `plan("link")`, by name, and "void" of a payout whose link waits to be claimed. */
  readonly requests: Readonly<Record<string, readonly StepRequest[]>>;
  /** What a link is made out for; its time is the longest that the manifest offers. */
  order(processor: OpenProcessor): Promise<LinkOrder>;
  /** Recipients claim every link that can be claimed; after `settle` they are paid, and `books` has them. */
  claim(processor: OpenProcessor): void | Promise<void>;
}

/** What is paid to whoever claims it. */
export type LinkOrder = Pick<LinkInstruction, "amount" | "person">;

/** The words that one kind of object can show. */
export interface StatusWords {
  /** Of what: "transfer", "batch", "item". */
  readonly of: string;
  /**
   * What each word means for a payout on which all steps of `create` have been done, AUTOMATIC. Every
   * documented word is here; the kit tries words that nobody has documented by itself. Where the manifest's
   * `lookup` is NONE the words are those of the answer to the last step: FAILED is one that is rejected,
   * and PENDING one that is unknown, with the word as the error's code.
   */
  readonly meaning: Readonly<Record<string, PayoutStatus>>;
  /**
   * The words as the published document lists them, read from it (`readPublishedDocument`); undefined
   * where the documents are missing. Left out only where none lists them; then say so in a comment.
   */
  readonly documented?: () => readonly string[] | undefined;
  /**
   * Makes the fake show the word of the only payout that it has, from now on, whatever the word is: by
   * its books, or by `http.faults.next(match, { kind: "drift", change }, times)` over its reply. Where
   * `lookup` is NONE it is called before the last step, whose answer shall have the word.
   */
  show(processor: OpenProcessor, word: string, known: readonly ConnectorReference[]): void;
}

/** A way to be refused. */
export interface Refusal {
  /** In a few words: "no funds, by 200 with REJECTED". */
  readonly name: string;
  /** The step that is refused: rejected, or accepted with FAILED or INELIGIBLE as the status. */
  readonly step: string;
  /** Makes the processor refuse, and gives the order that it refuses. */
  prepare(processor: OpenProcessor): Promise<Order>;
}

export interface WebhookSigning {
  /** Every header without which a message is refused, in lower case. */
  readonly headers: readonly string[];
  /** The one of them that has the signature, and how its bytes are written there. */
  readonly signature: { readonly header: string; readonly encoding: "hex" | "base64" };
  /** After how long a message is refused because its signed time is old (milliseconds); null where no time is signed. */
  readonly windowMs: number | null;
  /**
   * Gives the account a new secret at the processor, which signs with the new one only from now on.
   * `during` are the settings with which both are good, `after` those with the new one alone. Absent
   * where the processor's key cannot be rotated; then say why in a comment.
   */
  rotate?(processor: OpenProcessor): {
    readonly during: Readonly<Record<string, string>>;
    readonly after: Readonly<Record<string, string>>;
  };
}
