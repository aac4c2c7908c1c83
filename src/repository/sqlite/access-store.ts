import { and, asc, eq, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import { type ApiKey, NEW_MERCHANT } from "../../domain/access.ts";
import { ServiceError } from "../../domain/errors.ts";
import type { AccessStore, Logo, NewApiKey, Reach } from "../repository.ts";
import type { AppendAudit } from "./audit-log.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { beforePosition, newestFirst } from "./paging.ts";
import { placeholders, prepareInsert } from "./statements.ts";

type Row = SqliteContext["tables"]["apiKeys"]["$inferSelect"];

interface Parts {
  readonly idempotency: IdempotencyTable;
  readonly appendAudit: AppendAudit;
}

export function createAccessStore(context: SqliteContext, parts: Parts): AccessStore {
  const { orm, tables } = context;
  const { idempotency, appendAudit } = parts;
  const { apiKeys, merchants, merchantLogos } = tables;
  const withMerchant = { key: apiKeys, livemode: merchants.livemode, operator: merchants.operator };
  const selectByHash = orm
    .select(withMerchant)
    .from(apiKeys)
    .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
    .where(eq(apiKeys.keyHash, sql.placeholder("keyHash")))
    .prepare();
  const selectById = orm
    .select(withMerchant)
    .from(apiKeys)
    .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
    .where(eq(apiKeys.keyId, sql.placeholder("keyId")))
    .prepare();
  const selectMerchant = orm
    .select()
    .from(merchants)
    .where(eq(merchants.merchantId, sql.placeholder("merchantId")))
    .prepare();
  const selectFirst = orm
    .select()
    .from(merchants)
    .where(eq(merchants.operator, true))
    .orderBy(asc(merchants.createTime), asc(merchants.merchantId))
    .limit(1)
    .prepare();
  const insertMerchant = prepareInsert(context, merchants);
  const updateMerchant = orm
    .update(merchants)
    .set(placeholders<typeof merchants>(["name", "logoUrl", "accentColor", "version"]))
    .where(eq(merchants.merchantId, sql.placeholder("merchantId")))
    .prepare();
  const ofMerchant = eq(merchantLogos.merchantId, sql.placeholder("merchantId"));
  const selectLogo = orm.select().from(merchantLogos).where(ofMerchant).prepare();
  const removeLogo = orm.delete(merchantLogos).where(ofMerchant).prepare();
  const insertLogo = prepareInsert(context, merchantLogos);
  const insertKey = prepareInsert(context, apiKeys);
  const updateKey = orm
    .update(apiKeys)
    .set(placeholders<typeof apiKeys>(["expireTime", "revokeTime"]))
    .where(eq(apiKeys.keyId, sql.placeholder("keyId")))
    .prepare();

  /** Stores a key for a merchant in reach. */
  function store({ apiKey, keyHash }: NewApiKey, reach: Reach): ApiKey {
    const merchant = selectMerchant.get({ merchantId: apiKey.merchantId });
    if (merchant === undefined || !isWithin(reach, merchant)) {
      throw new ServiceError("MERCHANT_NOT_FOUND");
    }
    insertKey({ ...apiKey, keyHash });
    return { ...apiKey, livemode: merchant.livemode };
  }

  function replaceLogo(merchantId: string, logo: Logo | null | undefined): void {
    if (logo === undefined) return;
    removeLogo.run({ merchantId });
    if (logo === null) return;
    const { type: contentType, image } = logo;
    insertLogo({ merchantId, contentType, image, fetchTime: context.now() });
  }

  return {
    findApiKey: (keyHash) =>
      context.read(() => {
        const row = selectByHash.get({ keyHash });
        return row === undefined ? null : { ...fromRow(row), operator: row.operator };
      }),

    merchant: (merchantId) => context.read(() => selectMerchant.get({ merchantId }) ?? null),

    firstMerchant: () => context.read(() => selectFirst.get() ?? null),

    bootstrap: ({ merchant, key, scopes, now, onlyWhenEmpty }) =>
      context.write(() => {
        const own = eq(merchants.operator, true);
        const there = orm.select().from(merchants).where(own).orderBy(asc(merchants.createTime));
        const operators = there.all();
        if (onlyWhenEmpty && operators.length > 0) return "present" as const;
        if (selectByHash.get({ keyHash: key.keyHash }) !== undefined) return "present" as const;
        const first = operators.find(({ livemode }) => livemode === merchant.livemode);
        if (first === undefined) insertMerchant({ ...NEW_MERCHANT, ...merchant, operator: true });
        insertKey({
          ...key,
          merchantId: first?.merchantId ?? merchant.merchantId,
          scopes,
          name: "First key",
          createTime: now,
          expireTime: null,
          revokeTime: null,
        });
        return "installed" as const;
      }),

    createMerchant: ({ merchant, callerId, claim, signal, audit }) =>
      context.write(() => {
        const { merchantId } = merchant;
        const made = idempotency.once(callerId, claim, merchantId, () => {
          insertMerchant(merchant);
          appendAudit({ merchantId, subjectId: merchantId }, audit);
          return merchant;
        });
        return "kind" in made ? made : { kind: "stored" as const, merchant };
      }, signal),

    listMerchants: (reach, page) =>
      context.read(() => {
        const { createTime, merchantId } = merchants;
        return orm
          .select()
          .from(merchants)
          .where(and(within(reach), beforePosition(createTime, merchantId, page)))
          .orderBy(...newestFirst(createTime, merchantId))
          .limit(page.limit)
          .all();
      }),

    updateMerchant: ({ reach, merchantId }, { callerId, claim, signal, audit }, { decide, logo }) =>
      context.write(() => {
        const made = idempotency.once(callerId, claim, merchantId, () => {
          const before = selectMerchant.get({ merchantId });
          if (before === undefined || !isWithin(reach, before)) {
            throw new ServiceError("MERCHANT_NOT_FOUND");
          }
          const after = { ...decide(before), version: before.version + 1 };
          updateMerchant.run(after);
          replaceLogo(merchantId, logo);
          appendAudit({ merchantId, subjectId: merchantId }, audit);
          return after;
        });
        return "kind" in made ? made : { kind: "stored" as const, merchant: made };
      }, signal),

    logo: (merchantId) =>
      context.read(() => {
        const row = selectLogo.get({ merchantId });
        return row === undefined ? null : { type: row.contentType, image: row.image };
      }),

    createApiKey: ({ apiKey, keyHash, reach, callerId, claim, signal, audit }) =>
      context.write(() => {
        const made = idempotency.once(callerId, claim, apiKey.keyId, () => {
          const stored = store({ apiKey, keyHash }, reach);
          appendAudit({ merchantId: apiKey.merchantId, subjectId: apiKey.keyId }, audit);
          return stored;
        });
        return "kind" in made ? made : { kind: "stored" as const, apiKey: made };
      }, signal),

    listApiKeys: ({ reach, merchantId }, page) =>
      context.read(() => {
        const { createTime, keyId } = apiKeys;
        const of = merchantId === null ? undefined : eq(apiKeys.merchantId, merchantId);
        return orm
          .select(withMerchant)
          .from(apiKeys)
          .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
          .where(
            and(within(reach, apiKeys.merchantId), of, beforePosition(createTime, keyId, page)),
          )
          .orderBy(...newestFirst(createTime, keyId))
          .limit(page.limit)
          .all()
          .map(fromRow);
      }),

    endApiKey: ({ reach, keyId }, { callerId, claim, signal, audit }, decide) =>
      context.write(() => {
        const made = idempotency.once(callerId, claim, keyId, () => {
          const row = selectById.get({ keyId });
          if (row === undefined || !isWithin(reach, row.key)) {
            throw new ServiceError("API_KEY_NOT_FOUND");
          }
          const before = fromRow(row);
          const { expireTime, revokeTime, successor } = decide(before);
          updateKey.run({ keyId, expireTime, revokeTime });
          appendAudit({ merchantId: before.merchantId, subjectId: keyId }, audit);
          return successor === null
            ? { ...before, expireTime, revokeTime }
            : store(successor, reach);
        });
        return "kind" in made ? made : { kind: "stored" as const, apiKey: made };
      }, signal),
  };

  function within(reach: Reach, column: SQLiteColumn = merchants.merchantId) {
    return reach === "everybody" ? undefined : eq(column, reach.merchantId);
  }
}

function isWithin(reach: Reach, { merchantId }: { readonly merchantId: string }): boolean {
  return reach === "everybody" || reach.merchantId === merchantId;
}

function fromRow({ key, livemode }: { readonly key: Row; readonly livemode: boolean }): ApiKey {
  const { keyHash: _hash, ...apiKey } = key;
  return { ...apiKey, livemode };
}
