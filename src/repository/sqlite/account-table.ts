import { and, eq, isNull, sql } from "drizzle-orm";
import type { PayoutMethod } from "../../domain/payout-method/index.ts";
import type {
  ConnectorDisburseAccount,
  DisburseAccount,
  DisburseAccountStatus,
} from "../../domain/recipient.ts";
import type { AccountRef, NewAccount, RecipientRef } from "../repository.ts";
import type { Tables } from "../schema/tables.ts";
import { bindingAt, SECRET_PLACES } from "../secret-place.ts";
import type { SqliteContext } from "./context.ts";
import type { AppendEvent } from "./event-log.ts";
import type { RegistrationTable } from "./registration-table.ts";
import { placeholders, prepareInsert } from "./statements.ts";

export type AccountRow = Tables["disburseAccounts"]["$inferSelect"];

/** Disburse accounts, read and written inside a unit. */
export interface AccountTable {
  /** Removed accounts are not there. */
  load(ref: AccountRef): DisburseAccount | null;
  fromRow(row: AccountRow, defaultAccountId: string | null): DisburseAccount;
  findByFingerprint(ref: RecipientRef, fingerprint: string): DisburseAccount | null;
  /** Of removed accounts too: payouts under way need it. */
  method(ref: AccountRef): PayoutMethod | null;
  insert(input: NewAccount): DisburseAccount;
  /** Writes an account's new state; a change of status writes one event. */
  save(before: DisburseAccount, after: DisburseAccount): DisburseAccount;
  /** Hides an account, with an event. */
  hide(account: DisburseAccount, now: number): void;
}

function methodBinding({ merchantId, disburseAccountId }: AccountRef) {
  return bindingAt(SECRET_PLACES.method, disburseAccountId, merchantId);
}

export function createAccountTable(
  context: SqliteContext,
  registrations: RegistrationTable,
  appendEvent: AppendEvent,
): AccountTable {
  const { orm, tables } = context;
  const { disburseAccounts: accounts, recipients } = tables;
  const here = and(
    eq(accounts.disburseAccountId, sql.placeholder("disburseAccountId")),
    eq(accounts.merchantId, sql.placeholder("merchantId")),
  );
  const withDefault = { account: accounts, defaultId: recipients.defaultDisburseAccountId };
  const select = orm
    .select(withDefault)
    .from(accounts)
    .innerJoin(recipients, eq(recipients.recipientId, accounts.recipientId))
    .where(and(here, isNull(accounts.deleteTime)))
    .prepare();
  const selectSecret = orm
    .select({ methodSecret: accounts.methodSecret })
    .from(accounts)
    .where(here)
    .prepare();
  const selectByFingerprint = orm
    .select(withDefault)
    .from(accounts)
    .innerJoin(recipients, eq(recipients.recipientId, accounts.recipientId))
    .where(
      and(
        eq(accounts.merchantId, sql.placeholder("merchantId")),
        eq(accounts.recipientId, sql.placeholder("recipientId")),
        eq(accounts.fingerprint, sql.placeholder("fingerprint")),
        isNull(accounts.deleteTime),
      ),
    )
    .prepare();
  const insert = prepareInsert(context, accounts);
  const update = orm
    .update(accounts)
    .set({
      ...placeholders<typeof accounts>(["status", "updateTime", "deleteTime"]),
      eventSequence: sql`${accounts.eventSequence} + 1`,
    })
    .where(here)
    .returning({ eventSequence: accounts.eventSequence })
    .prepare();

  function append(
    account: DisburseAccount,
    type: string,
    sequence: number,
    previousStatus: string,
  ): void {
    appendEvent({
      merchantId: account.merchantId,
      type: `disburse_account.${type}`,
      objectId: account.disburseAccountId,
      sequence,
      previousStatus,
      resource: { kind: "disburse_account", disburseAccount: account },
      livemode: account.livemode,
    });
  }

  function fromRow(row: AccountRow, defaultAccountId: string | null): DisburseAccount {
    const { merchantId, disburseAccountId, recipientId, status, payoutMethod } = row;
    const { createTime, livemode } = row;
    return {
      merchantId,
      disburseAccountId,
      recipientId,
      status,
      payoutMethod,
      createTime,
      livemode,
      isDefault: defaultAccountId === disburseAccountId,
      connectorAccounts: registrations.of(disburseAccountId).map(
        (registration): ConnectorDisburseAccount => ({
          connector: registration.connector,
          connectorAccountId: registration.connectorId,
          status: registration.status as DisburseAccountStatus,
        }),
      ),
    };
  }

  function write(account: DisburseAccount, deleteTime: number | null): number {
    const { merchantId, disburseAccountId, status } = account;
    const updateTime = context.now();
    const row = update.get({ merchantId, disburseAccountId, status, updateTime, deleteTime });
    if (row === undefined) throw new Error("an account changed under the unit that changes it");
    return row.eventSequence;
  }

  return {
    fromRow,
    load: (ref) => {
      const found = select.get({ ...ref });
      return found === undefined ? null : fromRow(found.account, found.defaultId);
    },
    findByFingerprint: (ref, fingerprint) => {
      const found = selectByFingerprint.get({ ...ref, fingerprint });
      return found === undefined ? null : fromRow(found.account, found.defaultId);
    },
    method: (ref) => {
      const row = selectSecret.get({ ...ref });
      return row === undefined
        ? null
        : context.open<PayoutMethod>(row.methodSecret, methodBinding(ref));
    },
    insert: ({ account, method, fingerprint }) => {
      const { connectorAccounts: _, isDefault: __, ...columns } = account;
      insert({
        ...columns,
        methodSecret: context.seal(method, methodBinding(account)),
        fingerprint,
        updateTime: account.createTime,
        deleteTime: null,
        eventSequence: 1,
      });
      append(account, account.status.toLowerCase(), 1, "");
      return account;
    },
    save: (before, after) => {
      if (before.status === after.status) return after;
      append(after, after.status.toLowerCase(), write(after, null), before.status);
      return after;
    },
    hide: (account, now) => {
      append(account, "removed", write(account, now), account.status);
    },
  };
}
