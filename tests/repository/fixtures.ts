import { createHash, randomBytes } from "node:crypto";
import { onTestFinished } from "vitest";
import { SCOPES } from "../../src/domain/access.ts";
import type { Attempt } from "../../src/domain/attempt.ts";
import type { ConnectorAccount } from "../../src/domain/connector-account.ts";
import { type IdKind, newId } from "../../src/domain/id.ts";
import type { Payout } from "../../src/domain/payout.ts";
import type { PayoutMethod } from "../../src/domain/payout-method/index.ts";
import type { Person } from "../../src/domain/person.ts";
import type { DisburseAccount, Recipient } from "../../src/domain/recipient.ts";
import type { WebhookEndpoint, WebhookSecret } from "../../src/domain/webhook.ts";
import { newStep } from "../../src/engine/decisions/attempts.ts";
import type { InboxAddress, InboxRoom, NewInboxEntry } from "../../src/repository/inbox.ts";
import type { PayoutAggregate } from "../../src/repository/payout-aggregate.ts";
import type { Registration } from "../../src/repository/registration.ts";
import type {
  Administered,
  IdempotencyClaim,
  NewAccount,
  NewLink,
  NewPayout,
  NewRecipient,
  PayoutFilter,
  Repository,
} from "../../src/repository/repository.ts";
import type { ClaimedDelivery } from "../../src/repository/webhooks.ts";
import { Cipher } from "../../src/security/cipher.ts";

/** What a database needs to be opened for a test. */
export interface OpenOptions {
  /** Repositories that are opened under one name share one database. */
  readonly database: string;
  readonly now: () => number;
  readonly cipher: Cipher;
}

export type OpenRepository = (options: OpenOptions) => Promise<Repository>;

export const LEASE_MS = 10_000;
export const START = Date.UTC(2026, 10, 22, 12);

/** A database with two merchants, and a clock that a test moves. */
export class World {
  time = START;
  readonly repository: Repository;
  /** The merchant whose data the tests make, and one who must never see them. */
  readonly merchantId: string;
  readonly strangerId: string;
  /** The entries that `receive` has stored. */
  readonly received: string[] = [];
  readonly #open: () => Promise<Repository>;

  private constructor(
    repository: Repository,
    merchants: { readonly merchantId: string; readonly strangerId: string },
    open: () => Promise<Repository>,
  ) {
    this.repository = repository;
    this.merchantId = merchants.merchantId;
    this.strangerId = merchants.strangerId;
    this.#open = open;
  }

  static async open(open: OpenRepository): Promise<World> {
    const database = `test-${randomBytes(8).toString("hex")}`;
    const cipher = newCipher();
    let world: World | undefined;
    const opened: Repository[] = [];
    const openOne = async () => {
      const repository = await open({ database, cipher, now: () => world?.time ?? START });
      opened.push(repository);
      return repository;
    };
    const repository = await openOne();
    const merchantId = await addMerchant(repository, false);
    const strangerId = await addMerchant(repository, true);
    world = new World(repository, { merchantId, strangerId }, openOne);
    onTestFinished(async () => {
      for (const each of opened) await each.close();
    });
    return world;
  }

  /** Another process on the same database. */
  another(): Promise<Repository> {
    return this.#open();
  }

  id(kind: IdKind): string {
    return newId(kind, this.time, randomBytes);
  }

  async create(
    changes: Partial<Payout> = {},
    more: Partial<NewPayout> = {},
  ): Promise<PayoutAggregate> {
    const created = await this.repository.payouts.create({ ...this.newPayout(changes), ...more });
    if (created.kind !== "stored") throw new Error(`create answered ${created.kind}`);
    return created.aggregate;
  }

  newPayout(changes: Partial<Payout> = {}): NewPayout {
    return {
      aggregate: this.aggregate(changes),
      destination: { method: METHOD, person: PERSON },
      link: null,
      stageFingerprint: null,
      claim: null,
      answer: null,
    };
  }

  aggregate(changes: Partial<Payout> = {}): PayoutAggregate {
    return {
      payout: this.payout(changes),
      attempts: [this.attempt(["transfer"])],
      voidRequest: null,
      newsSequence: null,
      link: null,
      job: { runAt: this.time, tries: 0, lease: null },
    };
  }

  attempt(steps: readonly string[], number = 1): Attempt {
    return {
      attemptId: this.id("attempt"),
      number,
      connector: "double",
      state: "RUNNING",
      steps: steps.map((name, ordinal) => newStep(ordinal, name, newKey())),
      createTime: this.time,
      endTime: null,
    };
  }

  payout(changes: Partial<Payout> = {}): Payout {
    return {
      merchantId: this.merchantId,
      payoutId: this.id("payout"),
      merchantPayoutId: null,
      status: "REQUIRES_CREATION",
      amount: { minorAmount: 9_007_199_254_740_991n, currency: "USD" },
      destinationCurrency: "USD",
      destinationAmount: null,
      connector: "double",
      routing: null,
      connectorReferences: [],
      connectorPayoutId: null,
      recipientId: null,
      disburseAccountId: null,
      payoutMethod: { kind: "paypal" },
      priority: null,
      fulfillment: "AUTOMATIC",
      description: "an invoice",
      metadata: { order: "7" },
      quote: null,
      linkId: null,
      error: null,
      waitingFor: { reason: "EXECUTION", since: this.time },
      nextCheckTime: null,
      createTime: this.time,
      updateTime: this.time,
      livemode: false,
      version: 1,
      ...changes,
    };
  }

  /** A payout that waits for its recipient, with its link. */
  newLinkPayout(
    token: string,
    link: Partial<NewLink["link"]> & Partial<Omit<NewLink, "link">> = {},
  ) {
    const { tokenHash = sha256(token), claimCodeHash = null, hint = PERSON, ...changes } = link;
    const linkId = this.id("link");
    const aggregate: PayoutAggregate = {
      ...this.aggregate({ status: "REQUIRES_PAYOUT_METHOD_DATA", linkId, payoutMethod: null }),
      attempts: [],
      job: { runAt: this.time + 60_000, tries: 0, lease: null },
    };
    const payoutLink: NewLink["link"] = {
      merchantId: this.merchantId,
      linkId,
      payoutId: aggregate.payout.payoutId,
      host: "SERVICE",
      state: "ACTIVE",
      allowedMethods: ["paypal"],
      returnUrl: "",
      locale: "en",
      requiresClaimCode: claimCodeHash !== null,
      locked: false,
      allowedOrigins: [],
      tokenVersion: 1,
      expireTime: this.time + 60_000,
      claimTime: null,
      createTime: this.time,
      updateTime: this.time,
      livemode: false,
      ...changes,
    };
    return {
      ...this.newPayout(),
      aggregate: { ...aggregate, link: payoutLink },
      destination: null,
      link: { link: payoutLink, tokenHash, claimCodeHash, hint },
    } satisfies NewPayout;
  }

  newRecipient(changes: Partial<Recipient> = {}, person: Person = PERSON): NewRecipient {
    return {
      person,
      recipient: {
        merchantId: this.merchantId,
        recipientId: this.id("recipient"),
        merchantRecipientId: null,
        status: "ACTIVE",
        person: { type: person.type, name: "Jane D." },
        requirements: [],
        connectorRecipients: [],
        defaultDisburseAccountId: null,
        metadata: {},
        createTime: this.time,
        updateTime: this.time,
        livemode: false,
        version: 1,
        ...changes,
      },
    };
  }

  async createRecipient(changes: Partial<Recipient> = {}): Promise<Recipient> {
    const input = { ...this.newRecipient(changes), registration: null, claim: null };
    const created = await this.repository.recipients.create(input);
    if (created.kind !== "stored") throw new Error(`create answered ${created.kind}`);
    return created.recipient;
  }

  newAccount(recipientId: string, fingerprint: string, changes: Partial<DisburseAccount> = {}) {
    const account: DisburseAccount = {
      merchantId: this.merchantId,
      disburseAccountId: this.id("disburseAccount"),
      recipientId,
      status: "VERIFIED",
      payoutMethod: { kind: "paypal" },
      connectorAccounts: [],
      isDefault: false,
      createTime: this.time,
      livemode: false,
      ...changes,
    };
    return { account, method: METHOD, fingerprint } satisfies NewAccount;
  }

  async createAccount(recipientId: string, fingerprint: string, setDefault = false) {
    const input = this.newAccount(recipientId, fingerprint);
    const more = { setDefault, registration: null, claim: null };
    const created = await this.repository.accounts.create({ ...input, ...more });
    if (created.kind === "replay") throw new Error("create answered a replay");
    return created;
  }

  newConnectorAccount(changes: Partial<ConnectorAccount> = {}): ConnectorAccount {
    return {
      merchantId: this.merchantId,
      connectorAccountId: this.id("connectorAccount"),
      connector: "stripe",
      name: "Main",
      settings: { statement_descriptor: "ACME" },
      secrets: Object.keys(CREDENTIALS),
      enabled: true,
      fromEnvironment: false,
      livemode: false,
      createTime: this.time,
      updateTime: this.time,
      version: 1,
      ...changes,
    };
  }

  async createConnectorAccount(
    changes: Partial<ConnectorAccount> = {},
    more: Partial<Administered & { readonly secrets: Readonly<Record<string, string>> }> = {},
  ): Promise<ConnectorAccount> {
    const made = await this.repository.connectorAccounts.create({
      account: this.newConnectorAccount(changes),
      secrets: CREDENTIALS,
      most: 50,
      ...this.byHand(),
      ...more,
    });
    if (made.kind !== "stored") throw new Error(`create answered ${made.kind}`);
    return made.account;
  }

  /** Every ping so far. */
  readonly pings: ClaimedDelivery[] = [];

  newEndpoint(changes: Partial<WebhookEndpoint> = {}): WebhookEndpoint {
    return {
      merchantId: this.merchantId,
      endpointId: this.id("webhookEndpoint"),
      url: "https://hooks.example/",
      description: "Books",
      eventTypes: [],
      state: "ENABLED",
      disabledReason: null,
      failingSince: null,
      livemode: false,
      createTime: this.time,
      updateTime: this.time,
      version: 1,
      ...changes,
    };
  }

  async createEndpoint(
    changes: Partial<WebhookEndpoint> = {},
    more: Partial<Administered & { readonly secrets: readonly WebhookSecret[] }> = {},
  ): Promise<WebhookEndpoint> {
    const made = await this.repository.webhookEndpoints.create({
      endpoint: this.newEndpoint(changes),
      secrets: [SIGNING],
      most: 50,
      ...this.byHand(),
      ...more,
    });
    if (made.kind !== "stored") throw new Error(`create answered ${made.kind}`);
    return made.endpoint;
  }

  /** Claims a ping of an endpoint. */
  async ping(endpoint: WebhookEndpoint): Promise<ClaimedDelivery> {
    const { signal } = new AbortController();
    const options = { claim: null, signal, leaseMs: LEASE_MS };
    const pinged = await this.repository.webhookOutbox.ping(endpoint, options);
    if (pinged.kind !== "stored") throw new Error(`ping answered ${pinged.kind}`);
    this.pings.push(pinged.claimed);
    return pinged.claimed;
  }

  /** What an operator asks for. */
  byHand(changes: Partial<Administered> = {}): Administered {
    const audit = { actor: "key_test", action: "test", reason: "" };
    return { callerId: this.merchantId, claim: null, audit, ...changes };
  }

  /** Stores an event that a processor has sent, and answers its entry's id. */
  async receive(
    connectorAccountId: string,
    changes: Partial<InboxAddress & NewInboxEntry> = {},
    content: unknown = MESSAGE,
  ): Promise<string> {
    const { merchantId = this.merchantId, connector = "stripe" } = changes;
    const { eventId = newKey(), state = "NEW" } = changes;
    const address = { merchantId, connectorAccountId, connector };
    const entries = [{ eventId, state, content }];
    const [inboxId] = await this.repository.inbox.add(address, entries, ROOM);
    if (inboxId === undefined) throw new Error("it was there already");
    this.received.push(inboxId);
    return inboxId;
  }

  registration(subject: Pick<Registration, "subjectId" | "status">, token: string): Registration {
    return {
      merchantId: this.merchantId,
      connector: "double",
      processorKey: newKey(),
      outcome: null,
      tries: 1,
      connectorId: null,
      requirements: [],
      error: null,
      createTime: this.time,
      job: { runAt: this.time, tries: 0, lease: { token, until: this.time + LEASE_MS } },
      ...subject,
    };
  }

  /** Every event of an object, in the order of commits. */
  async eventsOf(objectId: string) {
    const all = await this.repository.events.after(this.merchantId, 0, 100_000);
    return all.map(({ event }) => event).filter((event) => event.objectId === objectId);
  }
}

/** A secret that signs until it is replaced. */
export function newSecret(secret: string): WebhookSecret {
  return { secret, until: null };
}

export const SIGNING = newSecret("whsec_c2lnbmluZw==");

async function addMerchant(repository: Repository, livemode: boolean): Promise<string> {
  const merchantId = newId("merchant", START, randomBytes);
  await repository.access.bootstrap({
    merchant: { merchantId, name: "Shop", livemode, createTime: START },
    key: {
      keyId: newId("apiKey", START, randomBytes),
      keyHash: randomBytes(8).toString("hex"),
      hint: "abcd",
    },
    scopes: SCOPES,
    now: START,
    onlyWhenEmpty: false,
  });
  return merchantId;
}

export const CREDENTIALS = { secret_key: "sk_test_canary", webhook_secret: "whsec_canary" };

/** What an event says, and the room that an account has. */
export const MESSAGE = { says: "something" };
export const ROOM: InboxRoom = { entries: 100, bytes: 1024 * 1024 };

export const METHOD: PayoutMethod = { kind: "paypal", email: "jane@example.com" };

export const PERSON: Person = {
  type: "INDIVIDUAL",
  individual: { givenName: "Jane", familyName: "Doe" },
};

export function newCipher(): Cipher {
  return new Cipher([{ id: "k1", key: randomBytes(32) }], randomBytes);
}

export function newKey(): string {
  return crypto.randomUUID();
}

export function claimOf(key: string, changes: Partial<IdempotencyClaim> = {}): IdempotencyClaim {
  return { method: "PayoutService.Create", key, fingerprint: "request", ...changes };
}

export function sha256(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

export function anyPayout(merchantId: string, changes: Partial<PayoutFilter> = {}): PayoutFilter {
  return {
    merchantId,
    status: [],
    connector: null,
    recipientId: null,
    merchantPayoutId: null,
    currency: null,
    createTimeFrom: null,
    createTimeTo: null,
    ...changes,
  };
}

export const NO_CHANGE = <T>(current: T): T => current;
