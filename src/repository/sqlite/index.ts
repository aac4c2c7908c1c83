import { and, isNotNull, lte, sql } from "drizzle-orm";
import { type IdKind, newId } from "../../domain/id.ts";
import { decodeSnapshot, encodeSnapshot } from "../../domain/snapshot.ts";
import type { Cipher } from "../../security/cipher.ts";
import type { Repository } from "../repository.ts";
import { sqliteKit } from "../schema/column-kit.ts";
import { defineTables } from "../schema/tables.ts";
import { createAccessStore } from "./access-store.ts";
import { createAccountStore } from "./account-store.ts";
import { createAccountTable } from "./account-table.ts";
import { createAuditLog } from "./audit-log.ts";
import { createConnectorAccountStore } from "./connector-account-store.ts";
import type { SqliteContext } from "./context.ts";
import { openDatabase } from "./database.ts";
import { createEventLog } from "./event-log.ts";
import { createEventStore } from "./event-store.ts";
import { createIdempotencyTable } from "./idempotency-table.ts";
import { createInboxStore } from "./inbox-store.ts";
import { createJobStore } from "./job-store.ts";
import { createJobTable } from "./job-table.ts";
import { createLinkStore } from "./link-store.ts";
import { createLinkTable } from "./link-table.ts";
import { migrate } from "./migrate.ts";
import { createPayoutStore } from "./payout-store.ts";
import { createPayoutTable } from "./payout-table.ts";
import { createRecipientStore } from "./recipient-store.ts";
import { createRecipientTable } from "./recipient-table.ts";
import { createReferenceTable } from "./reference-table.ts";
import { createRegistrationStore } from "./registration-store.ts";
import { createRegistrationTable } from "./registration-table.ts";
import { createRoutingStore } from "./routing-store.ts";
import { createSecretStore } from "./secret-store.ts";
import { toRepositoryError, UnitQueue, type UnitQueueOptions } from "./unit-queue.ts";
import { createWebhookDeliveryStore } from "./webhook-delivery-store.ts";
import { createWebhookDeliveryTable } from "./webhook-delivery-table.ts";
import { createWebhookEndpointStore } from "./webhook-endpoint-store.ts";
import { createWebhookEndpointTable } from "./webhook-endpoint-table.ts";
import { createWebhookFanOut } from "./webhook-fan-out.ts";
import { createWebhookOutbox } from "./webhook-outbox.ts";
import { createWebhookSweep } from "./webhook-sweep.ts";

export interface SqliteRepositoryOptions extends UnitQueueOptions {
  /** The database file; its folder must exist. */
  readonly path: string;
  /** The folder of the migrations. */
  readonly migrations: string;
  readonly busyTimeoutMs: number;
  readonly cipher: Cipher;
  /** Milliseconds; the one clock of leases, events and times of change. */
  readonly now: () => number;
  readonly randomBytes: (size: number) => Uint8Array;
}

/** The repository on one SQLite file. Opens, checks the settings and migrates before it returns. */
export function openSqliteRepository(options: SqliteRepositoryOptions): Repository {
  const { cipher, now, randomBytes } = options;
  const { client, orm } = openDatabase(options.path, options);
  try {
    migrate(client, options.migrations, now);
  } catch (error) {
    client.close();
    throw error;
  }
  const queue = new UnitQueue(client, options);
  // Another process may write between two statements: in a transaction they see the same state.
  const snapshot = client.transaction((query: () => unknown) => query());
  const context: SqliteContext = {
    orm,
    tables: defineTables(sqliteKit),
    now,
    randomBytes,
    newId: (kind: IdKind) => newId(kind, now(), randomBytes),
    seal: (value, binding) => cipher.seal(encodeSnapshot(value), binding),
    open: (sealed, binding) => decodeSnapshot(cipher.open(sealed, binding)),
    write: (unit, signal) => queue.run(unit, signal),
    read: async (query) => {
      try {
        return snapshot(query) as ReturnType<typeof query>;
      } catch (error) {
        throw toRepositoryError(error);
      }
    },
  };

  const appendEvent = createEventLog(context);
  const jobs = createJobTable(context);
  const registrations = createRegistrationTable(context, jobs);
  const recipients = createRecipientTable(context, registrations, appendEvent);
  const accounts = createAccountTable(context, registrations, appendEvent);
  const links = createLinkTable(context, appendEvent);
  const references = createReferenceTable(context);
  const payoutTable = createPayoutTable(context, jobs, links, references, appendEvent);
  const idempotency = createIdempotencyTable(context);
  const appendAudit = createAuditLog(context);
  const endpoints = createWebhookEndpointTable(context, appendEvent);
  const deliveries = createWebhookDeliveryTable(context);
  const webhooks = { endpoints, deliveries, idempotency, appendAudit };
  const { idempotencyRecords: records } = context.tables;

  return {
    payouts: createPayoutStore(context, {
      payoutTable,
      links,
      references,
      recipients,
      accounts,
      idempotency,
      appendAudit,
    }),
    recipients: createRecipientStore(context, { recipients, registrations, idempotency }),
    accounts: createAccountStore(context, { accounts, recipients, registrations, idempotency }),
    registrations: createRegistrationStore(context, {
      accounts,
      recipients,
      registrations,
      idempotency,
    }),
    links: createLinkStore(context, { idempotency, appendAudit }),
    routing: createRoutingStore(context, { idempotency }),
    connectorAccounts: createConnectorAccountStore(context, { idempotency, appendAudit }),
    events: createEventStore(context),
    webhookEndpoints: createWebhookEndpointStore(context, webhooks),
    webhookDeliveries: createWebhookDeliveryStore(context, webhooks),
    webhookOutbox: {
      ...createWebhookOutbox(context, webhooks),
      makeDeliveries: createWebhookFanOut(context, webhooks),
      sweep: createWebhookSweep(context, webhooks),
    },
    jobs: createJobStore(context),
    inbox: createInboxStore(context),
    access: createAccessStore(context, { idempotency, appendAudit }),
    secrets: createSecretStore(context, cipher),
    idempotency: {
      find: (merchantId, claim) => context.read(() => idempotency.find(merchantId, claim)),
      close: (merchantId, claim, answer) =>
        context.write(() => idempotency.close(merchantId, claim, answer)),
      forget: (merchantId, claim) =>
        context.write(() => {
          idempotency.forget(merchantId, claim);
        }),
      sweep: (time, limit) =>
        context.write(() => {
          const expired = and(isNotNull(records.expireTime), lte(records.expireTime, time));
          return orm.delete(records).where(expired).limit(limit).run().changes;
        }),
    },
    ping: () =>
      context.read(() => {
        orm.get(sql`select 1`);
      }),
    close: async () => {
      queue.flush();
      client.close();
    },
  };
}
