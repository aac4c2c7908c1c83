import type { Scope } from "../../domain/access.ts";
import type { AttemptState, StepOutcome } from "../../domain/attempt.ts";
import type { Resource } from "../../domain/event.ts";
import type { ImageType } from "../../domain/image-type.ts";
import type { LinkHost, LinkState } from "../../domain/link.ts";
import type {
  ConnectorReference,
  Fulfillment,
  PayoutError,
  PayoutPriority,
  PayoutStatus,
  Quote,
  WaitingReason,
} from "../../domain/payout.ts";
import type { MaskedPayoutMethod, PayoutMethodKind } from "../../domain/payout-method/index.ts";
import type { MaskedPerson } from "../../domain/person.ts";
import type { DisburseAccountStatus, RecipientStatus } from "../../domain/recipient.ts";
import type { Routing, RoutingRule } from "../../domain/routing.ts";
import type {
  WebhookDeliveryState,
  WebhookDisabledReason,
  WebhookEndpointState,
  WebhookFailure,
} from "../../domain/webhook.ts";
import type { InboxState } from "../inbox.ts";
import type { VoidRequest } from "../payout-aggregate.ts";
import type { ColumnKit } from "./column-kit.ts";

/**
 * Every table. The migrations are SQL written by hand (STRICT tables, checks and partial indexes,
 * which Drizzle does not emit); a test compares the two. merchant_id is part of every key by which
 * callers reach a row.
 */
export function defineTables(kit: ColumnKit) {
  const { table, text, int, time, money, flag, json, secret, bytes, serial, primaryKey } = kit;

  const merchants = table("merchants", {
    merchantId: text("merchant_id").primaryKey(),
    name: text("name").notNull(),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    operator: flag("operator").notNull(),
    logoUrl: text("logo_url"),
    accentColor: text("accent_color"),
    version: int("version").notNull(),
  });

  /** A merchant's logo as it was fetched. */
  const merchantLogos = table("merchant_logos", {
    merchantId: text("merchant_id").primaryKey(),
    contentType: text("content_type").$type<ImageType>().notNull(),
    image: bytes("image").notNull(),
    fetchTime: time("fetch_time").notNull(),
  });

  const apiKeys = table("api_keys", {
    keyId: text("key_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    keyHash: text("key_hash").notNull(),
    /** The last four characters, so that people can tell keys apart. */
    hint: text("hint").notNull(),
    scopes: json<readonly Scope[]>("scopes").notNull(),
    createTime: time("create_time").notNull(),
    expireTime: time("expire_time"),
    revokeTime: time("revoke_time"),
    name: text("name").notNull(),
  });

  const connectorAccounts = table("connector_accounts", {
    connectorAccountId: text("connector_account_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    connector: text("connector").notNull(),
    name: text("name").notNull(),
    settings: json<Readonly<Record<string, string>>>("settings").notNull(),
    secrets: json<readonly string[]>("secrets").notNull(),
    settingsSecret: secret("settings_secret").notNull(),
    enabled: flag("enabled").notNull(),
    fromEnvironment: flag("from_environment").notNull(),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    version: int("version").notNull(),
  });

  const recipients = table("recipients", {
    recipientId: text("recipient_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    merchantRecipientId: text("merchant_recipient_id"),
    status: text("status").$type<RecipientStatus>().notNull(),
    person: json<MaskedPerson>("person").notNull(),
    personSecret: secret("person_secret").notNull(),
    requirements: json<readonly string[]>("requirements").notNull(),
    defaultDisburseAccountId: text("default_disburse_account_id"),
    metadata: json<Readonly<Record<string, string>>>("metadata").notNull(),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    version: int("version").notNull(),
    eventSequence: int("event_sequence").notNull(),
  });

  const disburseAccounts = table("disburse_accounts", {
    disburseAccountId: text("disburse_account_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    recipientId: text("recipient_id").notNull(),
    status: text("status").$type<DisburseAccountStatus>().notNull(),
    payoutMethod: json<MaskedPayoutMethod>("payout_method").notNull(),
    methodSecret: secret("method_secret").notNull(),
    /** Keyed hash of the destination, for finding the same account again. */
    fingerprint: text("fingerprint").notNull(),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    /** Set when the merchant removed it; payouts under way still need its data. */
    deleteTime: time("delete_time"),
    eventSequence: int("event_sequence").notNull(),
  });

  /** A recipient or account at one processor: the intent, its key, and what came of it. */
  const registrations = table(
    "registrations",
    {
      subjectId: text("subject_id").notNull(),
      connector: text("connector").notNull(),
      merchantId: text("merchant_id").notNull(),
      processorKey: text("processor_key").notNull(),
      outcome: text("outcome").$type<StepOutcome>(),
      tries: int("tries").notNull(),
      status: text("status").$type<RecipientStatus | DisburseAccountStatus>().notNull(),
      connectorId: text("connector_id"),
      requirements: json<readonly string[]>("requirements").notNull(),
      error: json<PayoutError>("error"),
      createTime: time("create_time").notNull(),
      updateTime: time("update_time").notNull(),
    },
    (t) => [primaryKey({ columns: [t.subjectId, t.connector] })],
  );

  const payouts = table("payouts", {
    payoutId: text("payout_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    merchantPayoutId: text("merchant_payout_id"),
    status: text("status").$type<PayoutStatus>().notNull(),
    minorAmount: money("minor_amount").notNull(),
    currency: text("currency").notNull(),
    destinationCurrency: text("destination_currency").notNull(),
    destinationMinorAmount: money("destination_minor_amount"),
    connector: text("connector").notNull(),
    connectorReferences: json<readonly ConnectorReference[]>("connector_references").notNull(),
    connectorPayoutId: text("connector_payout_id"),
    recipientId: text("recipient_id"),
    disburseAccountId: text("disburse_account_id"),
    payoutMethod: json<MaskedPayoutMethod>("payout_method"),
    /** Who is paid where, as it was when the payout was made; null while a link is out. */
    destinationSecret: secret("destination_secret"),
    priority: text("priority").$type<PayoutPriority>(),
    fulfillment: text("fulfillment").$type<Fulfillment>().notNull(),
    description: text("description").notNull(),
    metadata: json<Readonly<Record<string, string>>>("metadata").notNull(),
    quote: json<Quote>("quote"),
    linkId: text("link_id"),
    error: json<PayoutError>("error"),
    waitReason: text("wait_reason").$type<WaitingReason>(),
    waitSince: time("wait_since"),
    voidRequest: json<VoidRequest>("void_request"),
    /** The processor's sequence of the newest news that was applied. */
    newsSequence: int("news_sequence"),
    /** Keyed hash of the Stage request, by which staging again is told from another payout. */
    stageFingerprint: text("stage_fingerprint"),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    version: int("version").notNull(),
    eventSequence: int("event_sequence").notNull(),
    /** Null: stored before payouts were routed. */
    routing: json<Routing>("routing"),
    connectorAccountId: text("connector_account_id"),
  });

  const attempts = table("attempts", {
    attemptId: text("attempt_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    payoutId: text("payout_id").notNull(),
    number: int("number").notNull(),
    connector: text("connector").notNull(),
    state: text("state").$type<AttemptState>().notNull(),
    createTime: time("create_time").notNull(),
    endTime: time("end_time"),
  });

  const attemptSteps = table(
    "attempt_steps",
    {
      attemptId: text("attempt_id").notNull(),
      ordinal: int("ordinal").notNull(),
      name: text("name").notNull(),
      processorKey: text("processor_key").notNull(),
      /** The ordinal of the step that this one takes back. */
      undoes: int("undoes"),
      outcome: text("outcome").$type<StepOutcome>(),
      tries: int("tries").notNull(),
      error: json<PayoutError>("error"),
      startTime: time("start_time"),
      updateTime: time("update_time"),
    },
    (t) => [primaryKey({ columns: [t.attemptId, t.ordinal] })],
  );

  const links = table("links", {
    linkId: text("link_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    payoutId: text("payout_id").notNull(),
    state: text("state").$type<LinkState>().notNull(),
    /** SHA-256 of the token; of a processor's own link nothing that could be one. */
    tokenHash: text("token_hash").notNull(),
    tokenVersion: int("token_version").notNull(),
    allowedMethods: json<readonly PayoutMethodKind[]>("allowed_methods").notNull(),
    returnUrl: text("return_url").notNull(),
    locale: text("locale").notNull(),
    claimCodeHash: text("claim_code_hash"),
    /** What the merchant knows of the recipient, to fill in the page. */
    hintSecret: secret("hint_secret"),
    livemode: flag("livemode").notNull(),
    expireTime: time("expire_time").notNull(),
    claimTime: time("claim_time"),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    eventSequence: int("event_sequence").notNull(),
    allowedOrigins: json<readonly string[]>("allowed_origins").notNull(),
    /** Since it was made or sent anew. */
    wrongClaimCodes: int("wrong_claim_codes").notNull(),
    /** SHA-256 of what the browser that claimed it was given. */
    claimSecretHash: text("claim_secret_hash"),
    host: text("host").$type<LinkHost>().notNull(),
    /** The address of a processor's own link. */
    urlSecret: secret("url_secret"),
  });

  const events = table("events", {
    /** Grows in the order of commits; streams resume from it. */
    position: serial("position"),
    eventId: text("event_id").notNull(),
    merchantId: text("merchant_id").notNull(),
    type: text("type").notNull(),
    objectId: text("object_id").notNull(),
    sequence: int("sequence").notNull(),
    previousStatus: text("previous_status").notNull(),
    resource: json<Resource>("resource").notNull(),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
  });

  const jobs = table(
    "jobs",
    {
      kind: text("kind").$type<"payout" | "registration">().notNull(),
      subjectId: text("subject_id").notNull(),
      merchantId: text("merchant_id").notNull(),
      /** The connector that the work calls. */
      lane: text("lane").notNull(),
      /** When the work wants to be done. */
      runAt: time("run_at").notNull(),
      /** When it can be claimed: run_at, or the end of the lease while it is leased. */
      claimableAt: time("claimable_at").notNull(),
      /** How often it was put off since it last made progress; drives the pauses. */
      tries: int("tries").notNull(),
      leaseToken: text("lease_token"),
      leaseUntil: time("lease_until"),
      lastError: text("last_error"),
    },
    (t) => [primaryKey({ columns: [t.kind, t.subjectId] })],
  );

  /** What people decided, and why. */
  const auditEntries = table("audit_entries", {
    position: serial("position"),
    merchantId: text("merchant_id").notNull(),
    /** The id of the API key that was used. */
    actor: text("actor").notNull(),
    action: text("action").notNull(),
    subjectId: text("subject_id").notNull(),
    reason: text("reason").notNull(),
    createTime: time("create_time").notNull(),
  });

  /** What processors send by themselves, an event a row. */
  const inbox = table("inbox", {
    inboxId: text("inbox_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    connectorAccountId: text("connector_account_id").notNull(),
    connector: text("connector").notNull(),
    eventId: text("event_id").notNull(),
    state: text("state").$type<InboxState>().notNull(),
    contentSecret: secret("content_secret"),
    /** The size of the ciphertext; 0 without one. */
    bytes: int("bytes").notNull(),
    tries: int("tries").notNull(),
    /** When it wants to be tried, or the end of the lease; null once it is settled. */
    nextTime: time("next_time"),
    leaseToken: text("lease_token"),
    receiveTime: time("receive_time").notNull(),
  });

  /** By what ids processors know payouts. */
  const connectorReferences = table(
    "connector_references",
    {
      merchantId: text("merchant_id").notNull(),
      connectorAccountId: text("connector_account_id").notNull(),
      kind: text("kind").notNull(),
      referenceId: text("reference_id").notNull(),
      payoutId: text("payout_id").notNull(),
    },
    (t) => [
      primaryKey({
        columns: [t.merchantId, t.connectorAccountId, t.referenceId, t.kind, t.payoutId],
      }),
    ],
  );

  /** A merchant's rules, replaced as a whole. */
  const routingRules = table("routing_rules", {
    merchantId: text("merchant_id").primaryKey(),
    rules: json<readonly RoutingRule[]>("rules").notNull(),
    version: int("version").notNull(),
    updateTime: time("update_time").notNull(),
  });

  const idempotencyRecords = table(
    "idempotency_records",
    {
      merchantId: text("merchant_id").notNull(),
      method: text("method").notNull(),
      idempotencyKey: text("idempotency_key").notNull(),
      /** Keyed hash of the request in canonical form. */
      fingerprint: text("fingerprint").notNull(),
      subjectId: text("subject_id").notNull(),
      /** The snapshot that was answered; null until the first call has answered. */
      answer: text("answer"),
      createTime: time("create_time").notNull(),
      /** Null: never. */
      expireTime: time("expire_time"),
    },
    (t) => [primaryKey({ columns: [t.merchantId, t.method, t.idempotencyKey] })],
  );

  const webhookEndpoints = table("webhook_endpoints", {
    endpointId: text("endpoint_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    url: text("url").notNull(),
    description: text("description").notNull(),
    eventTypes: json<readonly string[]>("event_types").notNull(),
    state: text("state").$type<WebhookEndpointState>().notNull(),
    disabledReason: text("disabled_reason").$type<WebhookDisabledReason>(),
    failingSince: time("failing_since"),
    /** What requests are signed with; null once the endpoint is removed. */
    signingSecret: secret("signing_secret"),
    /** The newest event there was when it was made or enabled. */
    afterPosition: int("after_position").notNull(),
    /** When something can be claimed for it; null while there is nothing, or it is disabled. */
    dueAt: time("due_at"),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
    deleteTime: time("delete_time"),
    version: int("version").notNull(),
    eventSequence: int("event_sequence").notNull(),
  });

  const webhookDeliveries = table("webhook_deliveries", {
    deliveryId: text("delivery_id").primaryKey(),
    merchantId: text("merchant_id").notNull(),
    endpointId: text("endpoint_id").notNull(),
    eventId: text("event_id").notNull(),
    eventPosition: int("event_position").notNull(),
    eventType: text("event_type").notNull(),
    state: text("state").$type<WebhookDeliveryState>().notNull(),
    tries: int("tries").notNull(),
    /** All tries that there ever were, of which the newest are kept. */
    attemptCount: int("attempt_count").notNull(),
    /** When it was made, or asked for again. */
    askedTime: time("asked_time").notNull(),
    nextTryTime: time("next_try_time"),
    /** next_try_time, or the end of the lease while it is leased; null when it has ended. */
    claimableAt: time("claimable_at"),
    leaseToken: text("lease_token"),
    leaseUntil: time("lease_until"),
    livemode: flag("livemode").notNull(),
    createTime: time("create_time").notNull(),
    updateTime: time("update_time").notNull(),
  });

  const webhookAttempts = table(
    "webhook_attempts",
    {
      deliveryId: text("delivery_id").notNull(),
      number: int("number").notNull(),
      merchantId: text("merchant_id").notNull(),
      startTime: time("start_time").notNull(),
      durationMs: int("duration_ms").notNull(),
      statusCode: int("status_code"),
      failure: text("failure").$type<WebhookFailure>(),
      requestHeaders: json<Readonly<Record<string, string>>>("request_headers").notNull(),
      answer: text("answer").notNull(),
    },
    (t) => [primaryKey({ columns: [t.deliveryId, t.number] })],
  );

  /** How far events have been made into deliveries: one row. */
  const webhookCursor = table("webhook_cursor", {
    id: int("id").primaryKey(),
    position: int("position").notNull(),
  });

  return {
    webhookEndpoints,
    webhookDeliveries,
    webhookAttempts,
    webhookCursor,
    merchants,
    merchantLogos,
    apiKeys,
    connectorAccounts,
    recipients,
    disburseAccounts,
    registrations,
    payouts,
    attempts,
    attemptSteps,
    links,
    events,
    auditEntries,
    jobs,
    inbox,
    connectorReferences,
    routingRules,
    idempotencyRecords,
  };
}

export type Tables = ReturnType<typeof defineTables>;
