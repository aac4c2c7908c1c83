import type { ApiKey, Merchant, NEW_MERCHANT, Scope } from "../domain/access.ts";
import type { ConnectorAccount } from "../domain/connector-account.ts";
import type { ConnectorRef } from "../domain/connector-ref.ts";
import type { PayoutEvent } from "../domain/event.ts";
import type { ImageType } from "../domain/image-type.ts";
import type { LinkState, LinkTerms, PayoutLink } from "../domain/link.ts";
import type { Payout, PayoutStatus } from "../domain/payout.ts";
import type { PayoutMethod } from "../domain/payout-method/index.ts";
import type { Person } from "../domain/person.ts";
import type { DisburseAccount, Recipient, RecipientStatus } from "../domain/recipient.ts";
import type { RoutingRule, RoutingRules } from "../domain/routing.ts";
import type {
  ClaimedInboxEntry,
  InboxAddress,
  InboxEnd,
  InboxEntry,
  InboxRoom,
  NewInboxEntry,
} from "./inbox.ts";
import type { ClaimedJob, JobKind, Lease } from "./job.ts";
import type { PayoutAggregate } from "./payout-aggregate.ts";
import type { Registration } from "./registration.ts";
import type { SecretPlace } from "./secret-place.ts";
import type { WebhookDeliveryStore, WebhookEndpointStore, WebhookOutbox } from "./webhooks.ts";

/**
 * Everything the service stores. Each method is one whole atomic operation: it happens completely or
 * not at all, and it is durable when it resolves. No transaction ever reaches a caller.
 *
 * Where a change depends on what is stored, the caller hands in a *decision*: a pure function from
 * the stored state to the new one. It is called inside the transaction, may be called more than
 * once, must not wait for anything, and refuses by throwing a ServiceError, which stores nothing.
 *
 * The repository holds every change to the rules that must never be broken, whoever decides: legal
 * transitions only, exactly one event for a change of status, leases fenced by token, and the
 * idempotency record in the same transaction as the effect.
 *
 * Everything is scoped by merchant. What belongs to another merchant is not there.
 */
export interface Repository {
  readonly payouts: PayoutStore;
  readonly recipients: RecipientStore;
  readonly accounts: AccountStore;
  readonly registrations: RegistrationStore;
  readonly links: LinkStore;
  readonly routing: RoutingStore;
  readonly connectorAccounts: ConnectorAccountStore;
  readonly events: EventStore;
  readonly webhookEndpoints: WebhookEndpointStore;
  readonly webhookDeliveries: WebhookDeliveryStore;
  readonly webhookOutbox: WebhookOutbox;
  readonly jobs: JobStore;
  readonly inbox: InboxStore;
  readonly idempotency: IdempotencyStore;
  readonly access: AccessStore;
  readonly secrets: SecretStore;
  /** Resolves when the database answers. */
  ping(): Promise<void>;
  /** Finishes what was queued and closes. */
  close(): Promise<void>;
}

/** A caller's Idempotency-Key, and what it stands for. */
export interface IdempotencyClaim {
  /** The RPC's name, such as "PayoutService.Create". */
  readonly method: string;
  readonly key: string;
  /** Keyed hash of the request in canonical form. */
  readonly fingerprint: string;
}

/** On whose behalf something is changed: every mutation that a caller asks for carries it. */
export interface Requested {
  readonly claim: IdempotencyClaim | null;
  /**
   * Aborts when the caller has gone or its deadline has passed. What has not had its turn by then is
   * refused with DEADLINE_EXCEEDED and stores nothing; what has is stored, whoever listens.
   */
  readonly signal?: AbortSignal;
}

/** The call was made before, with the same key and the same request. */
export interface Replay {
  readonly kind: "replay";
  readonly subjectId: string;
  /** What was answered, as text of domain/snapshot.ts; null while the first call is running. */
  readonly answer: string | null;
}

/** One page, newest first: everything strictly before `after`, at most `limit` rows. */
export interface Page {
  readonly limit: number;
  readonly after: PagePosition | null;
}

export interface PagePosition {
  readonly createTime: number;
  readonly id: string;
}

export interface PayoutStore {
  /**
   * Stores a new payout with its attempt, job, link and first event, and the idempotency record.
   * `duplicate`: the merchant_payout_id is taken.
   */
  create(input: NewPayout): Promise<Stored | Replay | { kind: "duplicate"; payoutId: string }>;

  /**
   * Changes a payout by a decision. Returning the aggregate that was given changes nothing.
   *
   * @throws ServiceError PAYOUT_NOT_FOUND, and whatever the decision throws
   * @throws LeaseLostError when a lease token is given and is not the current one
   * @throws IllegalTransitionError when the decision breaks the transition table
   */
  change(
    ref: PayoutRef,
    options: ChangeOptions,
    decide: (current: PayoutAggregate) => PayoutAggregate,
  ): Promise<Stored | Replay>;

  find(
    merchantId: string,
    by: { readonly payoutId: string } | { readonly merchantPayoutId: string },
  ): Promise<PayoutAggregate | null>;

  /** The payout to which a processor key belongs, and the connector of the attempt that has the key. */
  findByProcessorKey(
    processorKey: string,
  ): Promise<(PayoutRef & { readonly connector: ConnectorRef }) | null>;

  /** The payouts with an account that a processor knows by an id of its own, newest first; kind null: any. */
  findByReference(
    place: ReferencePlace,
    reference: { readonly kind: string | null; readonly id: string },
    limit: number,
  ): Promise<readonly ReferencedPayout[]>;

  /** The keyed hash of the Stage request that made the payout; null when it was not staged. */
  stageFingerprint(ref: PayoutRef): Promise<string | null>;

  list(filter: PayoutFilter, page: Page): Promise<readonly Payout[]>;

  /** Who is paid where, decrypted; null while a link has not been claimed. */
  destination(ref: PayoutRef): Promise<Destination | null>;

  /**
   * Claims a link and gives its payout a destination, all at once. `wrong_code`: that is counted, and
   * nothing else is stored.
   *
   * @throws ServiceError LINK_NOT_FOUND; LINK_STATE_CONFLICT for a link that is not to be claimed
   */
  redeem(input: Redemption): Promise<Stored | { readonly kind: "wrong_code" }>;
}

export interface PayoutRef {
  readonly merchantId: string;
  readonly payoutId: string;
}

/** A merchant's account at a processor, whose ids mean something there alone. */
export interface ReferencePlace {
  readonly merchantId: string;
  readonly connectorAccountId: string;
}

export interface ReferencedPayout {
  readonly payoutId: string;
  readonly status: PayoutStatus;
}

/** What was stored, as it now is. */
export interface Stored {
  readonly kind: "stored";
  readonly aggregate: PayoutAggregate;
}

export interface NewPayout extends Requested {
  readonly aggregate: PayoutAggregate;
  /**
   * Who is paid where, as it is now: a recipient or account that changes later changes nothing of
   * what is sent under a key that may have arrived. Null while a link has not been claimed.
   */
  readonly destination: Destination | null;
  readonly link: NewLink | null;
  readonly stageFingerprint: string | null;
  /** What the call answers, when that is known at once; null when it is answered later. */
  readonly answer: ((stored: PayoutAggregate) => unknown) | null;
}

/** A change of who may do what, asked for by somebody who may decide that. */
export interface Administered extends Requested, Audited {
  /** The merchant of the caller, to which the idempotency record belongs. */
  readonly callerId: string;
}

/** A change that is kept in the audit log. */
export interface Audited {
  readonly audit: AuditNote;
}

export interface ChangeOptions extends Partial<Requested>, Partial<Audited> {
  /** The token under which the caller works. Without it, the change must not need the lease. */
  readonly lease?: string;
  /** Closes a claim's record, this call's or an earlier one's, with what is answered. */
  readonly close?: {
    readonly claim: IdempotencyClaim;
    /** Whether there is an answer yet; absent: there is. */
    readonly when?: (stored: PayoutAggregate) => boolean;
    readonly answer: (stored: PayoutAggregate) => unknown;
  } | null;
}

/** What a person decided, kept with the change that it made. */
export interface AuditNote {
  /** The id of the API key that was used. */
  readonly actor: string;
  /** Such as "payout.resolve". */
  readonly action: string;
  readonly reason: string;
}

/** Who is paid where, or to whom a processor's own link goes. */
export type Destination = PayoutDestination | LinkDestination;

/** Of a payout whose link is the processor's: how the recipient is paid they tell the processor. */
export interface LinkDestination {
  readonly method: null;
  readonly person: Person;
  readonly link: LinkTerms;
}

export interface PayoutDestination {
  readonly method: PayoutMethod;
  readonly person: Person | null;
  /** By what ids processors know the recipient and the account; absent where none does. */
  readonly registered?: readonly RegisteredDestination[];
}

/** A recipient and an account as one processor knows them. */
export interface RegisteredDestination {
  readonly connector: ConnectorRef;
  readonly recipientId: string | null;
  readonly accountId: string | null;
}

export interface PayoutFilter {
  readonly merchantId: string;
  readonly status: readonly PayoutStatus[];
  readonly connector: string | null;
  readonly recipientId: string | null;
  readonly merchantPayoutId: string | null;
  readonly currency: string | null;
  readonly createTimeFrom: number | null;
  readonly createTimeTo: number | null;
}

export interface NewLink {
  readonly link: PayoutLink;
  /** Null where the processor is the host: nobody claims it here. */
  readonly tokenHash: string | null;
  readonly claimCodeHash: string | null;
  /** What the merchant knows of the recipient, to fill in the page. */
  readonly hint: Person | null;
}

export interface Redemption {
  readonly tokenHash: string;
  readonly claimCodeHash: string | null;
  /** SHA-256 of what the browser that claims is given, to see afterwards what came of it. */
  readonly claimSecretHash: string;
  readonly now: number;
  readonly recipient: NewRecipient;
  readonly account: NewAccount;
  /** The payout's new state, from what is stored. */
  readonly decide: (current: PayoutAggregate) => PayoutAggregate;
}

export interface RecipientStore {
  /** `duplicate`: the merchant_recipient_id is taken. */
  create(
    input: NewRecipient & Requested & { readonly registration: Registration | null },
  ): Promise<
    { kind: "stored"; recipient: Recipient } | Replay | { kind: "duplicate"; recipientId: string }
  >;
  update(
    ref: RecipientRef,
    requested: Requested,
    decide: (current: RecipientData) => RecipientData,
  ): Promise<{ kind: "stored"; recipient: Recipient } | Replay>;
  find(ref: RecipientRef): Promise<Recipient | null>;
  /** The personal data, decrypted. */
  person(ref: RecipientRef): Promise<Person | null>;
  list(
    filter: {
      readonly merchantId: string;
      readonly status: readonly RecipientStatus[];
      readonly merchantRecipientId: string | null;
    },
    page: Page,
  ): Promise<readonly Recipient[]>;
}

export interface RecipientRef {
  readonly merchantId: string;
  readonly recipientId: string;
}

export interface NewRecipient {
  readonly recipient: Recipient;
  readonly person: Person;
}

export interface RecipientData {
  readonly recipient: Recipient;
  readonly person: Person;
}

export interface AccountStore {
  /**
   * `exists`: the recipient has this very account already. Its registration may be under way, and may
   * come to nothing: the record is left open for whoever knows.
   */
  create(
    input: NewAccount &
      Requested & { readonly setDefault: boolean; readonly registration: Registration | null },
  ): Promise<{ kind: "stored" | "exists"; account: DisburseAccount } | Replay>;
  /** Removed accounts are not there. */
  find(ref: AccountRef): Promise<DisburseAccount | null>;
  /** The account's data, decrypted; of removed ones too, since payouts under way need it. */
  method(ref: AccountRef): Promise<PayoutMethod | null>;
  list(ref: RecipientRef, page: Page): Promise<readonly DisburseAccount[]>;
  setDefault(
    ref: AccountRef,
    requested: Requested,
  ): Promise<{ kind: "stored"; account: DisburseAccount } | Replay>;
  remove(
    ref: AccountRef,
    now: number,
    requested: Requested,
  ): Promise<{ kind: "stored"; account: DisburseAccount } | Replay>;
}

export interface AccountRef {
  readonly merchantId: string;
  readonly disburseAccountId: string;
}

export interface NewAccount {
  readonly account: DisburseAccount;
  readonly method: PayoutMethod;
  readonly fingerprint: string;
}

export interface RegistrationStore {
  find(ref: RegistrationRef): Promise<Registration | null>;
  /**
   * Stores another registration of a recipient or account that is there, with its job. False when there is
   * one at that connector already, or one is under way at another: they are made one at a time.
   */
  start(registration: Registration): Promise<boolean>;
  /**
   * Changes a registration by a decision, and with it the status of the recipient or account, with
   * an event when that changes. Fenced by the lease.
   */
  change(
    ref: RegistrationRef,
    options: { readonly lease: string; readonly close?: IdempotencyClaim | null },
    decide: (current: Registration) => Registration,
  ): Promise<Registration>;
  /**
   * Makes the registrations that a processor names due to be looked up now, settled ones too. `busy`:
   * somebody is at one of them just now, and may have asked already; the others are due.
   */
  lookAgain(named: RegistrationName): Promise<"due" | "busy" | "unknown">;
  /**
   * Takes back a recipient or account of which nothing has reached the processor, with its
   * registration, job and idempotency record, as if the call had not been made. Its events stay, and
   * so does an account's data, unseen: a payout may have named it meanwhile.
   */
  discard(
    ref: RegistrationRef,
    options: { readonly lease: string; readonly claim: IdempotencyClaim | null },
  ): Promise<void>;
}

/** A registration as its processor names it. */
export interface RegistrationName {
  readonly merchantId: string;
  readonly connector: ConnectorRef;
  readonly connectorId: string;
}

export interface RegistrationRef {
  readonly merchantId: string;
  readonly subjectId: string;
}

export interface LinkStore {
  find(merchantId: string, linkId: string): Promise<PayoutLink | null>;
  /** The address of a link whose host is the processor, decrypted; null while it is not known. */
  url(ref: LinkRef): Promise<string | null>;
  /** By the SHA-256 of the token, whoever asks. */
  findByTokenHash(tokenHash: string): Promise<StoredLink | null>;
  list(
    filter: {
      readonly merchantId: string;
      readonly state: readonly LinkState[];
      readonly payoutId: string | null;
    },
    page: Page,
  ): Promise<readonly PayoutLink[]>;
  /**
   * Changes the token of a link that can be claimed, and with it what was counted and remembered of
   * the old one.
   *
   * @param tokenHash of the link as it then is
   * @throws ServiceError LINK_NOT_FOUND, LINK_STATE_CONFLICT
   */
  resend(
    ref: LinkRef,
    requested: Requested & Partial<Audited>,
    tokenHash: (link: PayoutLink) => string,
  ): Promise<{ kind: "stored"; link: PayoutLink } | Replay>;
}

export interface LinkRef {
  readonly merchantId: string;
  readonly linkId: string;
}

export interface StoredLink {
  readonly link: PayoutLink;
  readonly merchant: LinkMerchant;
  /** Null before the first claim. */
  readonly claimSecretHash: string | null;
  readonly hint: Person | null;
}

/** The merchant of a link, as its page shows them. */
export interface LinkMerchant {
  readonly name: string;
  readonly accentColor: string | null;
  /** When the logo was fetched (milliseconds); null without one. */
  readonly logoTime: number | null;
}

export interface RoutingStore {
  /** The merchant's rules; none, at version 0, before the first replacement. */
  rules(merchantId: string): Promise<RoutingRules>;
  /** Replaces all rules by a decision, and closes the claim's record with what was stored. */
  replace(
    merchantId: string,
    requested: Requested,
    decide: (current: RoutingRules) => readonly RoutingRule[],
  ): Promise<{ kind: "stored"; routingRules: RoutingRules } | Replay>;
}

export interface ConnectorAccountStore {
  /** The merchant's enabled accounts at every processor, the oldest first. */
  enabled(merchantId: string): Promise<readonly ConnectorAccount[]>;
  /** An account with everything that is secret of it, decrypted; null when it is not there. */
  open(connectorAccountId: string): Promise<OpenedAccount | null>;
  find(ref: ConnectorAccountRef): Promise<ConnectorAccount | null>;
  /** Newest first, disabled ones too. */
  list(
    filter: { readonly merchantId: string; readonly connector: string | null },
    page: Page,
  ): Promise<readonly ConnectorAccount[]>;
  /** @throws ServiceError CONNECTOR_ACCOUNT_LIMIT past `most` accounts of the merchant */
  create(
    input: {
      readonly account: ConnectorAccount;
      readonly secrets: Readonly<Record<string, string>>;
      readonly most: number;
    } & Administered,
  ): Promise<{ kind: "stored"; account: ConnectorAccount } | Replay>;
  /** @throws ServiceError CONNECTOR_ACCOUNT_NOT_FOUND, and whatever the decision throws */
  update(
    ref: ConnectorAccountRef,
    administered: Administered,
    decide: (current: OpenedAccount) => OpenedAccount,
  ): Promise<{ kind: "stored"; account: ConnectorAccount } | Replay>;
  /**
   * Removes an account that no payout under way is with.
   *
   * @throws ServiceError CONNECTOR_ACCOUNT_NOT_FOUND, CONNECTOR_ACCOUNT_IN_USE
   */
  remove(
    ref: ConnectorAccountRef,
    administered: Administered,
  ): Promise<{ kind: "stored"; account: ConnectorAccount } | Replay>;
}

export interface ConnectorAccountRef {
  readonly merchantId: string;
  readonly connectorAccountId: string;
}

export interface OpenedAccount {
  readonly account: ConnectorAccount;
  /** The secret settings, by name. */
  readonly secrets: Readonly<Record<string, string>>;
}

export interface EventStore {
  find(merchantId: string, eventId: string): Promise<PayoutEvent | null>;
  list(
    filter: {
      readonly merchantId: string;
      readonly type: readonly string[];
      readonly objectId: string | null;
      readonly createTimeFrom: number | null;
      readonly createTimeTo: number | null;
    },
    page: Page,
  ): Promise<readonly PayoutEvent[]>;
  /** The events after a position in the order of commits, oldest first. */
  after(
    merchantId: string,
    position: number,
    limit: number,
  ): Promise<readonly { readonly position: number; readonly event: PayoutEvent }[]>;
  /** The position of an event; of the newest one for null; 0 when there is none. */
  position(merchantId: string, eventId: string | null): Promise<number | null>;
}

export interface JobStore {
  /**
   * Claims up to `limit` due jobs, the longest due first, each under a fresh token.
   *
   * @param fullLanes lanes (see `laneOf`) that take no more just now
   */
  claimDue(
    limit: number,
    leaseMs: number,
    fullLanes?: readonly string[],
  ): Promise<readonly ClaimedJob[]>;
  /** Claims one job now, due or not; null when somebody is at it or it is gone. */
  claim(kind: JobKind, subjectId: string, leaseMs: number): Promise<Lease | null>;
  /** Extends a lease; false when it is lost. */
  extend(kind: JobKind, subjectId: string, token: string, leaseMs: number): Promise<boolean>;
  /** Gives a job back after a fault of our own, to be tried again at `runAt`; no-op when the lease is lost. */
  defer(
    kind: JobKind,
    subjectId: string,
    token: string,
    runAt: number,
    lastError: string,
  ): Promise<void>;
  /** When the next job can be claimed; null when there is none. */
  nextClaimableAt(): Promise<number | null>;
}

/** What processors send by themselves, from when it is stored until it is applied. */
export interface InboxStore {
  /**
   * Stores the events of one message that are not there yet; returns their entries' ids. Where an account has no
   * room left, the oldest entries give way that wait for what may never come, or for people.
   *
   * @throws ServiceError OVERLOADED when there is no room for all of them, and then stores none
   */
  add(
    address: InboxAddress,
    entries: readonly NewInboxEntry[],
    room: InboxRoom,
  ): Promise<readonly string[]>;
  /** An entry, decrypted. */
  find(ref: { readonly merchantId: string; readonly inboxId: string }): Promise<InboxEntry | null>;
  /**
   * Claims up to `limit` entries that are due, the longest due first, each under a fresh token.
   *
   * @param fullAccounts accounts that take no more just now
   */
  claimDue(
    limit: number,
    leaseMs: number,
    fullAccounts?: readonly string[],
  ): Promise<readonly ClaimedInboxEntry[]>;
  /** Records what came of an entry; false when the lease is lost, and then nothing is recorded. */
  finish(inboxId: string, token: string, end: InboxEnd): Promise<boolean>;
  /** When the next entry can be claimed; null when there is none. */
  nextClaimableAt(): Promise<number | null>;
  /** Forgets entries that were received before these times; returns how many. */
  prune(
    before: { readonly settledBefore: number; readonly reviewBefore: number },
    limit: number,
  ): Promise<number>;
}

export interface IdempotencyStore {
  /** The record of a call, or null. @throws ServiceError IDEMPOTENCY_KEY_REUSED */
  find(merchantId: string, claim: IdempotencyClaim): Promise<Replay | null>;
  /** Closes a record with what is answered. The first to close it wins; the winner's answer is returned. */
  close(merchantId: string, claim: IdempotencyClaim, answer: string): Promise<string>;
  /** Forgets a record that is still open: its call was refused after all. */
  forget(merchantId: string, claim: IdempotencyClaim): Promise<void>;
  /** Forgets records whose time has come; returns how many. */
  sweep(now: number, limit: number): Promise<number>;
}

/** Whose keys somebody may administer: one merchant's, or everybody's. */
export type Reach = { readonly merchantId: string } | "everybody";

/** A key that is stored: what it is made of is hashed before it comes here. */
export interface NewApiKey {
  readonly apiKey: Omit<ApiKey, "livemode">;
  readonly keyHash: string;
}

/** A merchant's logo, as it was fetched. */
export interface Logo {
  readonly type: ImageType;
  readonly image: Uint8Array;
}

export interface AccessStore {
  /** The key with this hash, and whether its merchant is an operator's. */
  findApiKey(keyHash: string): Promise<(ApiKey & { readonly operator: boolean }) | null>;
  merchant(merchantId: string): Promise<Merchant | null>;
  /** The oldest of the operator's merchants: what the service's settings give is its. */
  firstMerchant(): Promise<Merchant | null>;
  /**
   * Makes an operator's merchant with a key, if there is none yet. With a key given by setting,
   * installs it for the first operator's merchant of its mode if it is not there.
   */
  bootstrap(input: {
    readonly merchant: Omit<Merchant, "operator" | keyof typeof NEW_MERCHANT>;
    readonly key: { readonly keyId: string; readonly keyHash: string; readonly hint: string };
    readonly scopes: readonly Scope[];
    readonly now: number;
    readonly onlyWhenEmpty: boolean;
  }): Promise<"installed" | "present">;

  createMerchant(
    input: { readonly merchant: Merchant } & Administered,
  ): Promise<{ kind: "stored"; merchant: Merchant } | Replay>;
  listMerchants(reach: Reach, page: Page): Promise<readonly Merchant[]>;
  /**
   * Changes a merchant by a decision.
   *
   * @param logo what is shown from now on; null for none, undefined for what is there
   * @throws ServiceError MERCHANT_NOT_FOUND out of reach too, and whatever the decision throws
   */
  updateMerchant(
    ref: { readonly reach: Reach; readonly merchantId: string },
    administered: Administered,
    change: {
      readonly decide: (current: Merchant) => Merchant;
      readonly logo: Logo | null | undefined;
    },
  ): Promise<{ kind: "stored"; merchant: Merchant } | Replay>;
  logo(merchantId: string): Promise<Logo | null>;

  /** @throws ServiceError MERCHANT_NOT_FOUND out of reach too */
  createApiKey(
    input: NewApiKey & { readonly reach: Reach } & Administered,
  ): Promise<{ kind: "stored"; apiKey: ApiKey } | Replay>;
  listApiKeys(
    filter: { readonly reach: Reach; readonly merchantId: string | null },
    page: Page,
  ): Promise<readonly ApiKey[]>;
  /**
   * Changes when a key ends by a decision, and stores the key that follows it, if there is one. The
   * record answers with the key that follows, or with the key itself.
   *
   * @throws ServiceError API_KEY_NOT_FOUND out of reach too, and whatever the decision throws
   */
  endApiKey(
    ref: { readonly reach: Reach; readonly keyId: string },
    administered: Administered,
    decide: (current: ApiKey) => {
      readonly expireTime: number | null;
      readonly revokeTime: number | null;
      readonly successor: NewApiKey | null;
    },
  ): Promise<{ kind: "stored"; apiKey: ApiKey } | Replay>;
}

/**
 * Ciphertexts as such: under which keys they are, and how they get under another one. Pages go from
 * the newest row to the oldest; `after` is the `next` of the page before, null for the first.
 */
export interface SecretStore {
  /** The ids of the keys that are known, the one that encrypts first. */
  keyIds(): Promise<readonly string[]>;
  /**
   * Encrypts up to `limit` ciphertexts anew that are not under the first key. One that has changed
   * since it was read is left as it is; one that does not open is reported and left too.
   */
  reencrypt(place: SecretPlace, after: string | null, limit: number): Promise<ReencryptedPage>;
  /** Counts up to `limit` ciphertexts by the id of their key; null for what is no ciphertext. */
  count(
    place: SecretPlace,
    after: string | null,
    limit: number,
  ): Promise<{ readonly keys: ReadonlyMap<string | null, number>; readonly next: string | null }>;
  /** Keys that are missing or wrong, by the newest and the oldest `limit` ciphertexts everywhere. */
  probe(limit: number): Promise<readonly KeyFault[]>;
}

export interface ReencryptedPage {
  readonly looked: number;
  readonly changed: number;
  readonly unreadable: readonly UnreadableSecret[];
  /** Null on the last page. */
  readonly next: string | null;
}

export interface UnreadableSecret {
  readonly id: string;
  readonly problem: "malformed" | "unknown key" | "not authentic";
}

export interface KeyFault {
  readonly keyId: string;
  /** `opens nothing`: the key that is known by this id is not the one that encrypted. */
  readonly fault: "unknown" | "opens nothing";
}

/** The work was taken over by somebody else: whatever came of it must not be recorded. */
export class LeaseLostError extends Error {
  constructor() {
    super("the lease on this work was lost");
    this.name = "LeaseLostError";
  }
}

/** A decision asked for a step that the transition table does not have: a fault of ours. */
export class IllegalTransitionError extends Error {
  constructor(from: PayoutStatus | "(new)", to: PayoutStatus) {
    super(`a payout cannot go from ${from} to ${to}`);
    this.name = "IllegalTransitionError";
  }
}

/**
 * The database failed. The message is a constant: a driver's own holds statements and values.
 * `code` is the driver's, such as SQLITE_FULL.
 */
export class RepositoryError extends Error {
  readonly code: string;

  constructor(code: string) {
    super("the database could not do this");
    this.name = "RepositoryError";
    this.code = code;
  }
}
