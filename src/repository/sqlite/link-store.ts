import { and, eq, inArray, sql } from "drizzle-orm";
import type { Person } from "../../domain/person.ts";
import type { LinkStore } from "../repository.ts";
import type { SqliteContext } from "./context.ts";
import { hintBinding } from "./link-table.ts";
import { beforePosition, newestFirst } from "./paging.ts";
import { linkFromRow } from "./payout-rows.ts";

export function createLinkStore(context: SqliteContext): LinkStore {
  const { orm, tables } = context;
  const { links, merchants } = tables;
  const select = orm
    .select()
    .from(links)
    .where(
      and(
        eq(links.linkId, sql.placeholder("linkId")),
        eq(links.merchantId, sql.placeholder("merchantId")),
      ),
    )
    .prepare();
  const selectByToken = orm
    .select({ link: links, merchantName: merchants.name })
    .from(links)
    .innerJoin(merchants, eq(merchants.merchantId, links.merchantId))
    .where(eq(links.tokenHash, sql.placeholder("tokenHash")))
    .prepare();

  return {
    find: (merchantId, linkId) =>
      context.read(() => {
        const row = select.get({ merchantId, linkId });
        return row === undefined ? null : linkFromRow(row);
      }),

    findByTokenHash: (tokenHash) =>
      context.read(() => {
        const found = selectByToken.get({ tokenHash });
        if (found === undefined) return null;
        const { link, merchantName } = found;
        return {
          link: linkFromRow(link),
          merchantName,
          claimCodeHash: link.claimCodeHash,
          hint:
            link.hintSecret === null
              ? null
              : context.open<Person>(link.hintSecret, hintBinding(link.merchantId, link.linkId)),
        };
      }),

    list: (filter, page) =>
      context.read(() => {
        const { createTime, linkId } = links;
        const where = and(
          eq(links.merchantId, filter.merchantId),
          filter.state.length === 0 ? undefined : inArray(links.state, [...filter.state]),
          filter.payoutId === null ? undefined : eq(links.payoutId, filter.payoutId),
          beforePosition(createTime, linkId, page),
        );
        return orm
          .select()
          .from(links)
          .where(where)
          .orderBy(...newestFirst(createTime, linkId))
          .limit(page.limit)
          .all()
          .map(linkFromRow);
      }),
  };
}
