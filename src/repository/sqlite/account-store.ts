import { and, eq, isNull } from "drizzle-orm";
import { ServiceError } from "../../domain/errors.ts";
import type { DisburseAccount } from "../../domain/recipient.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { AccountRef, AccountStore, Replay, Requested } from "../repository.ts";
import type { AccountTable } from "./account-table.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { beforePosition, newestFirst } from "./paging.ts";
import type { RecipientTable } from "./recipient-table.ts";
import type { RegistrationTable } from "./registration-table.ts";

interface Parts {
  readonly accounts: AccountTable;
  readonly recipients: RecipientTable;
  readonly registrations: RegistrationTable;
  readonly idempotency: IdempotencyTable;
}

export function createAccountStore(context: SqliteContext, parts: Parts): AccountStore {
  const { orm, tables } = context;
  const { disburseAccounts: rows } = tables;
  const { accounts, recipients, registrations, idempotency } = parts;

  /** Points the recipient at a default account, or at none. */
  function setDefault(account: DisburseAccount, defaultDisburseAccountId: string | null): void {
    const recipient = recipients.load(account);
    const person = recipients.person(account);
    if (recipient === null || person === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
    recipients.save(recipient, { recipient: { ...recipient, defaultDisburseAccountId }, person });
  }

  /** A change of one account, recorded with what it answers. */
  function change(
    ref: AccountRef,
    { claim, signal }: Requested,
    apply: (account: DisburseAccount) => DisburseAccount,
  ): Promise<{ kind: "stored"; account: DisburseAccount } | Replay> {
    return context.write(() => {
      if (claim !== null) {
        const replay = idempotency.find(ref.merchantId, claim);
        if (replay !== null) return replay;
      }
      const before = accounts.load(ref);
      if (before === null) throw new ServiceError("DISBURSE_ACCOUNT_NOT_FOUND");
      const account = apply(before);
      if (claim !== null) {
        const { disburseAccountId } = ref;
        idempotency.insert(ref.merchantId, claim, disburseAccountId, encodeSnapshot(account));
      }
      return { kind: "stored" as const, account };
    }, signal);
  }

  return {
    create: ({ account, method, fingerprint, setDefault: wanted, registration, claim, signal }) =>
      context.write(() => {
        const { merchantId, disburseAccountId } = account;
        if (claim !== null) {
          const replay = idempotency.find(merchantId, claim);
          if (replay !== null) return replay;
        }
        const recipient = recipients.load(account);
        if (recipient === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
        const same = accounts.findByFingerprint(account, fingerprint);
        if (same !== null) {
          if (wanted && !same.isDefault) setDefault(same, same.disburseAccountId);
          const existing = { ...same, isDefault: same.isDefault || wanted };
          if (claim !== null) idempotency.insert(merchantId, claim, same.disburseAccountId, null);
          return { kind: "exists" as const, account: existing };
        }
        const isDefault = wanted || recipient.defaultDisburseAccountId === null;
        const stored = accounts.insert({ account: { ...account, isDefault }, method, fingerprint });
        if (isDefault) setDefault(stored, disburseAccountId);
        if (registration !== null) registrations.insert(registration);
        if (claim !== null) {
          const answer = registration === null ? encodeSnapshot(stored) : null;
          idempotency.insert(merchantId, claim, disburseAccountId, answer);
        }
        return { kind: "stored" as const, account: stored };
      }, signal),

    find: (ref) => context.read(() => accounts.load(ref)),

    method: (ref) => context.read(() => accounts.method(ref)),

    list: (ref, page) =>
      context.read(() => {
        const recipient = recipients.load(ref);
        if (recipient === null) throw new ServiceError("RECIPIENT_NOT_FOUND");
        const { createTime, disburseAccountId } = rows;
        const where = and(
          eq(rows.merchantId, ref.merchantId),
          eq(rows.recipientId, ref.recipientId),
          isNull(rows.deleteTime),
          beforePosition(createTime, disburseAccountId, page),
        );
        return orm
          .select()
          .from(rows)
          .where(where)
          .orderBy(...newestFirst(createTime, disburseAccountId))
          .limit(page.limit)
          .all()
          .map((row) => accounts.fromRow(row, recipient.defaultDisburseAccountId));
      }),

    setDefault: (ref, requested) =>
      change(ref, requested, (account) => {
        if (!account.isDefault) setDefault(account, account.disburseAccountId);
        return { ...account, isDefault: true };
      }),

    remove: (ref, now, requested) =>
      change(ref, requested, (account) => {
        accounts.hide(account, now);
        if (account.isDefault) setDefault(account, null);
        return { ...account, isDefault: false };
      }),
  };
}
