import { eq, sql } from "drizzle-orm";
import type { RoutingRules } from "../../domain/routing.ts";
import { encodeSnapshot } from "../../domain/snapshot.ts";
import type { RoutingStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import type { IdempotencyTable } from "./idempotency-table.ts";
import { placeholders, prepareInsert } from "./statements.ts";

const NO_RULES: RoutingRules = { rules: [], version: 0, updateTime: null };

export function createRoutingStore(
  context: SqliteContext,
  { idempotency }: { readonly idempotency: IdempotencyTable },
): RoutingStore {
  const { orm, tables } = context;
  const { routingRules } = tables;
  const here = eq(routingRules.merchantId, sql.placeholder("merchantId"));
  const select = orm.select().from(routingRules).where(here).prepare();
  const insert = prepareInsert(context, routingRules);
  const update = orm
    .update(routingRules)
    .set(placeholders<typeof routingRules>(["rules", "version", "updateTime"]))
    .where(here)
    .prepare();

  function read(merchantId: string): RoutingRules {
    const row = select.get({ merchantId });
    if (row === undefined) return NO_RULES;
    const { rules, version, updateTime } = row;
    return { rules, version, updateTime };
  }

  return {
    rules: (merchantId) => context.read(() => read(merchantId)),

    replace: (merchantId, { claim, signal }, decide) =>
      context.write(() => {
        if (claim !== null) {
          const replay = idempotency.find(merchantId, claim);
          if (replay !== null) return replay;
        }
        const before = read(merchantId);
        const stored = {
          rules: decide(before),
          version: before.version + 1,
          updateTime: Math.max(context.now(), before.updateTime ?? 0),
        };
        if (before.version === 0) insert({ merchantId, ...stored });
        else update.run({ merchantId, ...stored });
        if (claim !== null) {
          idempotency.insert(merchantId, claim, merchantId, encodeSnapshot(stored));
        }
        return { kind: "stored" as const, routingRules: stored };
      }, signal),
  };
}
