import { asc, eq, sql } from "drizzle-orm";
import type { AccessStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { prepareInsert } from "./statements.ts";

export function createAccessStore(context: SqliteContext): AccessStore {
  const { orm, tables } = context;
  const { apiKeys, merchants } = tables;
  const selectKey = orm
    .select({ key: apiKeys, livemode: merchants.livemode })
    .from(apiKeys)
    .innerJoin(merchants, eq(merchants.merchantId, apiKeys.merchantId))
    .where(eq(apiKeys.keyHash, sql.placeholder("keyHash")))
    .prepare();
  const selectMerchant = orm
    .select()
    .from(merchants)
    .where(eq(merchants.merchantId, sql.placeholder("merchantId")))
    .prepare();
  const insertMerchant = prepareInsert(context, merchants);
  const insertKey = prepareInsert(context, apiKeys);

  return {
    findApiKey: (keyHash) =>
      context.read(() => {
        const row = selectKey.get({ keyHash });
        if (row === undefined) return null;
        const { keyId, merchantId, scopes, expireTime, revokeTime } = row.key;
        return { keyId, merchantId, livemode: row.livemode, scopes, expireTime, revokeTime };
      }),

    merchant: (merchantId) =>
      context.read(() => {
        const row = selectMerchant.get({ merchantId });
        if (row === undefined) return null;
        return { merchantId, name: row.name, livemode: row.livemode };
      }),

    bootstrap: ({ merchant, key, scopes, now, onlyWhenEmpty }) =>
      context.write(() => {
        const there = orm.select().from(merchants).orderBy(asc(merchants.createTime)).all();
        if (onlyWhenEmpty && there.length > 0) return "present" as const;
        if (selectKey.get({ keyHash: key.keyHash }) !== undefined) return "present" as const;
        const first = there.find(({ livemode }) => livemode === merchant.livemode);
        if (first === undefined) insertMerchant({ ...merchant, createTime: now });
        insertKey({
          ...key,
          merchantId: first?.merchantId ?? merchant.merchantId,
          scopes,
          createTime: now,
          expireTime: null,
          revokeTime: null,
        });
        return "installed" as const;
      }),
  };
}
