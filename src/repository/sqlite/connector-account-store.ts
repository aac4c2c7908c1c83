import { and, asc, count, eq, sql } from "drizzle-orm";
import type { ConnectorAccount } from "../../domain/connector-account.ts";
import { connectorRef } from "../../domain/connector-ref.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { ConnectorAccountRef, ConnectorAccountStore, OpenedAccount } from "../repository.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { beforePosition, newestFirst } from "./paging.ts";
import { placeholders, prepareInsert } from "./statements.ts";

type Row = SqliteContext["tables"]["connectorAccounts"]["$inferSelect"];
type Secrets = OpenedAccount["secrets"];

interface Parts {
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

export function createConnectorAccountStore(
  context: SqliteContext,
  { idempotency, appendAudit }: Parts,
): ConnectorAccountStore {
  const { orm, tables } = context;
  const { connectorAccounts: accounts, jobs } = tables;
  const here = eq(accounts.connectorAccountId, sql.placeholder("connectorAccountId"));
  const select = orm.select().from(accounts).where(here).prepare();
  const selectEnabled = orm
    .select()
    .from(accounts)
    .where(and(eq(accounts.merchantId, sql.placeholder("merchantId")), eq(accounts.enabled, true)))
    .orderBy(asc(accounts.createTime), asc(accounts.connectorAccountId))
    .prepare();
  const countAll = orm
    .select({ n: count() })
    .from(accounts)
    .where(eq(accounts.merchantId, sql.placeholder("merchantId")))
    .prepare();
  const selectJob = orm
    .select({ subjectId: jobs.subjectId })
    .from(jobs)
    .where(
      and(
        eq(jobs.merchantId, sql.placeholder("merchantId")),
        eq(jobs.lane, sql.placeholder("lane")),
      ),
    )
    .limit(1)
    .prepare();
  const insert = prepareInsert(context, accounts);
  const update = orm
    .update(accounts)
    .set(
      placeholders<typeof accounts>([
        "name",
        "settings",
        "secrets",
        "settingsSecret",
        "enabled",
        "updateTime",
        "version",
      ]),
    )
    .where(here)
    .prepare();
  const remove = orm.delete(accounts).where(here).prepare();

  const binding = ({ connectorAccountId, merchantId }: ConnectorAccountRef) =>
    bindingAt(SECRET_PLACES.credentials, connectorAccountId, merchantId);

  /** An account of the merchant. @throws ServiceError CONNECTOR_ACCOUNT_NOT_FOUND */
  function load(ref: ConnectorAccountRef): Row {
    const row = select.get({ connectorAccountId: ref.connectorAccountId });
    if (row === undefined || row.merchantId !== ref.merchantId) {
      throw new ServiceError("CONNECTOR_ACCOUNT_NOT_FOUND");
    }
    return row;
  }

  function opened(row: Row): OpenedAccount {
    return {
      account: fromRow(row),
      secrets: context.open<Secrets>(row.settingsSecret, binding(row)),
    };
  }

  return {
    enabled: (merchantId) => context.read(() => selectEnabled.all({ merchantId }).map(fromRow)),

    open: (connectorAccountId) =>
      context.read(() => {
        const row = select.get({ connectorAccountId });
        return row === undefined ? null : opened(row);
      }),

    find: ({ merchantId, connectorAccountId }) =>
      context.read(() => {
        const row = select.get({ connectorAccountId });
        return row === undefined || row.merchantId !== merchantId ? null : fromRow(row);
      }),

    list: ({ merchantId, connector }, page) =>
      context.read(() => {
        const { createTime, connectorAccountId } = accounts;
        const where = and(
          eq(accounts.merchantId, merchantId),
          connector === null ? undefined : eq(accounts.connector, connector),
          beforePosition(createTime, connectorAccountId, page),
        );
        return orm
          .select()
          .from(accounts)
          .where(where)
          .orderBy(...newestFirst(createTime, connectorAccountId))
          .limit(page.limit)
          .all()
          .map(fromRow);
      }),

    create: ({ account, secrets, most, callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, connectorAccountId: subjectId } = account;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          if ((countAll.get({ merchantId })?.n ?? 0) >= most) {
            throw new ServiceError("CONNECTOR_ACCOUNT_LIMIT");
          }
          insert({
            ...account,
            secrets: Object.keys(secrets),
            settingsSecret: context.seal(secrets, binding(account)),
          });
          appendAudit({ merchantId, subjectId }, audit);
          return { ...account, secrets: Object.keys(secrets) };
        });
        return "kind" in made ? made : { kind: "stored" as const, account: made };
      }, signal),

    update: (ref, { callerId, claim, signal, audit }, decide) =>
      context.write(() => {
        const { merchantId, connectorAccountId: subjectId } = ref;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          const before = load(ref);
          const { account, secrets } = decide(opened(before));
          const stored: ConnectorAccount = {
            ...fromRow(before),
            name: account.name,
            settings: account.settings,
            secrets: Object.keys(secrets),
            enabled: account.enabled,
            updateTime: Math.max(context.now(), before.updateTime),
            version: before.version + 1,
          };
          const settingsSecret = context.seal(secrets, binding(ref));
          update.run({ ...stored, settingsSecret });
          appendAudit({ merchantId, subjectId }, audit);
          return stored;
        });
        return "kind" in made ? made : { kind: "stored" as const, account: made };
      }, signal),

    remove: (ref, { callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId, connectorAccountId: subjectId } = ref;
        const made = idempotency.once(callerId, claim, subjectId, () => {
          const row = load(ref);
          const lane = connectorRef(row.connector, subjectId);
          if (selectJob.get({ merchantId, lane }) !== undefined) {
            throw new ServiceError("CONNECTOR_ACCOUNT_IN_USE");
          }
          remove.run({ connectorAccountId: subjectId });
          appendAudit({ merchantId, subjectId }, audit);
          return fromRow(row);
        });
        return "kind" in made ? made : { kind: "stored" as const, account: made };
      }, signal),
  };
}

function fromRow(row: Row): ConnectorAccount {
  const { settingsSecret: _, ...account } = row;
  return account;
}
